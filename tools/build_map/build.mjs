// Draws world.svg and points.json for the site. Run by hand: `npm ci && npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { feature } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";
import { countries, HEIGHT, project, WIDTH } from "./geometry.mjs";
import { ALWAYS_DOTS, POINTS } from "./rules.mjs";

const STEPS = Number(process.env.STEPS ?? 1.6); // drawing units per map unit: finer is smoother and heavier
const TOLERANCE = Number(process.env.TOLERANCE ?? 0.66); // smallest triangle kept, in square map units
const SMALLEST_ISLAND = Number(process.env.ISLAND ?? 1.8); // square map units
const SMALLEST_SHAPE = 14; // square map units; a smaller country cannot be hit with a finger and becomes a dot
const BUDGET = 12_000;

const target = new URL("../../src/ayni/web/static/map/", import.meta.url);
const world = createRequire(import.meta.url)("world-atlas/countries-50m.json");
const m49 = JSON.parse(readFileSync(new URL("m49.json", import.meta.url), "utf8"));

function ringArea(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
  }
  return Math.abs(sum / 2);
}

const polygonArea = (polygon) => ringArea(polygon[0]) - polygon.slice(1).reduce((sum, ring) => sum + ringArea(ring), 0);
const areaOf = (polygons) => polygons.reduce((sum, polygon) => sum + polygonArea(polygon), 0);

function largest(polygons) {
  return polygons.reduce((best, polygon) => (polygonArea(polygon) > polygonArea(best) ? polygon : best));
}

function centroid(ring) {
  let [x, y, sum] = [0, 0, 0];
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const cross = ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
    x += (ring[j][0] + ring[i][0]) * cross;
    y += (ring[j][1] + ring[i][1]) * cross;
    sum += 3 * cross;
  }
  return sum ? [x / sum, y / sum] : ring[0];
}

// A country too small to be seen or touched is a dot; its land, if any is visible, joins the neutral land.
function splitDots(land) {
  const shapes = new Map();
  const dots = {};
  const neutral = [...land.get(null)];
  for (const [code, polygons] of land) {
    if (code === null) continue;
    if (areaOf(polygons) >= SMALLEST_SHAPE && !ALWAYS_DOTS.has(code)) shapes.set(code, polygons);
    else {
      dots[code] = POINTS[code] ? project(POINTS[code]) : centroid(largest(polygons)[0]);
      neutral.push(...polygons);
    }
  }
  for (const [code, point] of Object.entries(POINTS)) if (!shapes.has(code)) dots[code] ??= project(point);
  shapes.set("", neutral);
  return { shapes, dots };
}

function simplified(shapes) {
  const objects = {};
  for (const [code, polygons] of shapes) {
    objects[code] = { type: "MultiPolygon", coordinates: polygons.map((polygon) => polygon.map(close)) };
  }
  const weighted = presimplify(topology(objects, 1e5));
  const light = simplify(weighted, TOLERANCE);
  return new Map(Object.keys(objects).map((code) => [code, feature(light, light.objects[code]).geometry.coordinates]));
}

function close(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first];
}

// Whole numbers, no repeated points, no points in the middle of a straight run.
function onGrid(ring) {
  const points = [];
  for (const [x, y] of ring.slice(0, -1)) {
    const point = [Math.round(x * STEPS), Math.round(y * STEPS)];
    const before = points[points.length - 1];
    if (!before || before[0] !== point[0] || before[1] !== point[1]) points.push(point);
  }
  return points.filter((point, i) => {
    const [a, b] = [points.at(i - 1), points[(i + 1) % points.length]];
    return (point[0] - a[0]) * (b[1] - point[1]) !== (point[1] - a[1]) * (b[0] - point[0]);
  });
}

const step = (value, first) => (value < 0 || first ? `${value}` : ` ${value}`);

// Relative commands: after `m` every further pair is a line, after `z` the pen is back at the start of the ring.
function pathOf(polygons) {
  let pen = [0, 0];
  let text = "";
  for (const points of polygons.flat().map(onGrid)) {
    if (points.length < 3 || ringArea(points) < SMALLEST_ISLAND * STEPS * STEPS) continue;
    let at = pen;
    points.forEach(([x, y], i) => {
      text += (i ? "" : "m") + step(x - at[0], !i) + step(y - at[1], false);
      at = [x, y];
    });
    text += "z";
    pen = points[0];
  }
  return text;
}

function draw(paths, dots) {
  const areas = [...paths].map(([code, d]) => `<path${code ? ` id="${code}"` : ""} d="${d}"/>`);
  let pen = [0, 0];
  const points = Object.values(dots).map(([x, y]) => {
    const at = [Math.round(x * STEPS), Math.round(y * STEPS)];
    const text = `m${step(at[0] - pen[0], true)}${step(at[1] - pen[1], false)}h0`;
    pen = at;
    return text;
  });
  const size = `${WIDTH * STEPS} ${Math.round(HEIGHT * STEPS)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}"><g id="land">${areas.join("\n")}</g>
<path id="dots" d="${points.join("")}"/></svg>\n`;
}

const { shapes, dots } = splitDots(countries(world, m49));
const paths = new Map([...simplified(shapes)].map(([code, polygons]) => [code, pathOf(polygons)]));
for (const [code, path] of paths) if (!path) throw new Error(`Nothing left of ${code || "the neutral land"}`);
const ordered = Object.fromEntries(
  Object.entries(dots)
    .sort()
    .map(([code, [x, y]]) => [code, [Math.round(x * STEPS), Math.round(y * STEPS)]]),
);
const svg = draw(new Map([...paths].sort()), dots);
const bytes = brotliCompressSync(svg).length;
const data = {
  view_box: [0, 0, WIDTH * STEPS, Math.round(HEIGHT * STEPS)],
  shapes: [...paths.keys()].filter(Boolean).sort(),
  dots: ordered,
};
writeFileSync(new URL("world.svg", target), svg);
writeFileSync(new URL("points.json", target), `${JSON.stringify(data)}\n`);
console.log(`${fileURLToPath(target)}: ${bytes} bytes brotli, ${data.shapes.length} shapes, ${Object.keys(dots).length} dots`);
const absent = Object.values(m49).filter((code) => !paths.has(code) && !dots[code]);
console.log(`Codes without a place: ${absent.join(" ") || "none"}`);
if (bytes > BUDGET) process.exitCode = 1;
