// From degrees to country polygons in map units, with the rules applied.
import { geoEqualEarthRaw } from "d3-geo";
import { feature } from "topojson-client";
import polygonClipping from "polygon-clipping";
import { CUTS, JOINED, LEFT_OUT, MAP_EDGE, MOVED_POLYGONS } from "./rules.mjs";

export const WIDTH = 1000;
const NORTH = 84;
const SOUTH = -56.5;
const CENTRE = 11; // The meridian that keeps the easternmost part of Asia in one piece.
const HALF_WIDTH = geoEqualEarthRaw(Math.PI, 0)[0];
const SCALE = WIDTH / (2 * HALF_WIDTH);
const radians = (degrees) => (degrees * Math.PI) / 180;
const TOP = geoEqualEarthRaw(0, radians(NORTH))[1];
const BOTTOM = geoEqualEarthRaw(0, radians(SOUTH))[1];
export const HEIGHT = Math.ceil((TOP - BOTTOM) * SCALE);

// Equal Earth: every country keeps its true share of the picture.
export function project([longitude, latitude]) {
  const turned = ((longitude - CENTRE + 540) % 360) - 180;
  const [x, y] = geoEqualEarthRaw(radians(turned), radians(latitude));
  return [(x + HALF_WIDTH) * SCALE, (TOP - y) * SCALE];
}

const polygonsOf = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

function middle(ring) {
  const xs = ring.map((point) => point[0]);
  const ys = ring.map((point) => point[1]);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

const inside = ([x, y], [west, south, east, north]) => x >= west && x <= east && y >= south && y <= north;

function crossesEdge(ring) {
  const east = ring.some(([x]) => x > MAP_EDGE && x < -150);
  return east && ring.some(([x]) => x <= MAP_EDGE);
}

function codeOf(country, m49) {
  return JOINED[country.properties.name] ?? m49[country.id] ?? null;
}

function placeOf(code, polygon) {
  const moved = MOVED_POLYGONS.find((rule) => rule.from === code && inside(middle(polygon[0]), rule.box));
  return moved ? moved.to : code;
}

// Map of code -> list of polygons in map units; the key null holds the neutral land.
export function countries(world, m49) {
  const land = new Map([[null, []]]);
  for (const country of feature(world, world.objects.countries).features) {
    if (LEFT_OUT.has(country.properties.name)) continue;
    const code = codeOf(country, m49);
    for (const polygon of polygonsOf(country.geometry)) {
      const farIsland = code === "US" && (middle(polygon[0])[0] < MAP_EDGE || middle(polygon[0])[0] > 0);
      if (farIsland || crossesEdge(polygon[0])) continue;
      const place = placeOf(code, polygon);
      if (!land.has(place)) land.set(place, []);
      land.get(place).push(polygon.map((ring) => ring.map(project)));
    }
  }
  for (const cut of CUTS) cutOut(land, cut);
  for (const [code, polygons] of land) land.set(code, joinNeighbours(polygons));
  return land;
}

function boundsOf(ring) {
  const xs = ring.map((point) => point[0]);
  const ys = ring.map((point) => point[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const touch = (a, b) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

function cutOut(land, { from, to, ring }) {
  const knife = [ring.map(project)];
  const bounds = boundsOf(knife[0]);
  for (const code of from) {
    const untouched = [];
    const cut = [];
    for (const polygon of land.get(code)) (touch(boundsOf(polygon[0]), bounds) ? cut : untouched).push(polygon);
    if (!cut.length) continue;
    land.set(code, untouched.concat(polygonClipping.difference(cut, knife)));
    land.get(to).push(...polygonClipping.intersection(cut, knife));
  }
}

// Only polygons near another one of the same code can share a border; the rest stay untouched.
function joinNeighbours(polygons) {
  const bounds = polygons.map((polygon) => boundsOf(polygon[0]));
  const near = polygons.map((_, i) => bounds.some((other, j) => i !== j && touch(bounds[i], other)));
  const apart = polygons.filter((_, i) => !near[i]);
  const close = polygons.filter((_, i) => near[i]);
  return close.length ? apart.concat(polygonClipping.union(...close.map((polygon) => [polygon]))) : apart;
}
