// What the map says about places, kept apart from how it is drawn. Every entry is explained in README.md.
// Coordinates are [longitude, latitude] in degrees; they are rough on purpose (one pixel of the map is about 35 km).

// Shapes that Natural Earth lists without a code of their own in M49, or that UN practice shows with another country.
export const JOINED = { Taiwan: "CN", Somaliland: "SO", "N. Cyprus": "CY", "Ashmore and Cartier Is.": "AU" };

// Left out: Antarctica (off the map), St Lawrence and the far Aleutians (cut by the edge of the map).
export const LEFT_OUT = new Set(["Antarctica"]);
export const MAP_EDGE = -169;

// Islands and provinces that Natural Earth keeps inside one country and M49 lists as areas of their own,
// or that belong elsewhere. A polygon whose middle lies in the box changes its code; null is neutral land.
export const MOVED_POLYGONS = [
  { from: "FR", to: "GF", box: [-56, 0, -50, 8] },
  { from: "FR", to: "MQ", box: [-61.3, 14.3, -60.7, 15] },
  { from: "FR", to: "GP", box: [-62, 15.7, -61, 16.6] },
  { from: "FR", to: "RE", box: [55, -21.5, 56, -20.5] },
  { from: "FR", to: "YT", box: [44.8, -13.2, 45.4, -12.5] },
  { from: "NL", to: "BQ", box: [-69, 11.9, -62.8, 18] },
  { from: "NO", to: "BV", box: [3, -55, 4, -54] },
  { from: "NO", to: "SJ", box: [-10, 70.7, -7, 71.3] },
  { from: "NO", to: "SJ", box: [9, 74, 35, 81] },
  { from: "RU", to: "UA", box: [32, 44, 37, 46.5] }, // Crimea
  { from: "RU", to: null, box: [145, 43, 149, 45.6] }, // the southern Kuril islands
];

// Parts cut out of countries along lines that Natural Earth does not draw. `to: null` is neutral land.
export const CUTS = [
  {
    name: "Western Sahara",
    from: ["MA"],
    to: "EH",
    ring: [[-20, 27.6667], [-8.66, 27.6667], [-8.66, 20], [-20, 20]],
  },
  {
    name: "Jammu and Kashmir",
    from: ["IN", "PK"],
    to: null,
    ring: [
      [79.8, 35.8], [79.3, 33.3], [79.25, 32.55], [78.99, 32.36], [78.75, 32.5], [78.74, 32.63], [78.4, 32.56],
      [78.3, 32.5], [78.38, 32.75], [78.1, 32.66], [77.97, 32.66], [77.72, 33.01], [77.35, 32.87], [77, 33.01],
      [76.77, 33.19], [76.27, 33.1], [75.94, 32.9], [75.81, 32.9], [75.92, 32.64], [75.5, 32.3], [75.05, 32.46],
      [74.66, 32.5], [74.69, 32.82], [74.4, 32.78], [74.3, 32.8], [73.9, 32.95], [73.6, 33.1], [73.6, 33.6],
      [73.4, 34.2], [73.5, 34.5], [74.1, 35.0], [73.6, 35.2], [73.1, 35.5], [72.55, 35.9], [72.6, 36.3],
      [73.2, 36.7], [74, 37.5], [76.5, 37], [78, 36.2],
    ],
  },
  {
    name: "Aksai Chin",
    from: ["CN"],
    to: null,
    ring: [
      [77.8, 35.5], [78.1, 35.75], [78.9, 35.95], [79.6, 35.85], [80.25, 35.45], [80.2, 35.1], [79.8, 34.5],
      [79.5, 34.4], [79, 34.3], [78.6, 33.9], [77, 34.5],
    ],
  },
  {
    name: "Arunachal Pradesh",
    from: ["IN"],
    to: null,
    ring: [
      [92.05, 26.87], [92.42, 26.9], [92.63, 26.96], [92.93, 26.88], [93.4, 26.9], [93.75, 27.02], [94.15, 27.48],
      [94.5, 27.6], [95.21, 27.9], [95.31, 28.08], [95.75, 28.24], [96.33, 28.16], [96.83, 27.9], [97.03, 27.75],
      [97.6, 27.9], [97.6, 29], [96, 29.8], [91.4, 28.2], [91.4, 27.5],
    ],
  },
  {
    name: "Hala'ib Triangle",
    from: ["EG", "SD"],
    to: null,
    ring: [[33.95, 22], [34.1, 22.2], [34.7, 22.3], [35.25, 22.85], [35.6, 23.13], [37.5, 23.2], [37.5, 22]],
  },
  {
    name: "Abyei",
    from: ["SD", "SS"],
    to: null,
    ring: [[27.83, 9.3], [29, 9.3], [29, 10.17], [27.83, 10.17]],
  },
  {
    name: "Golan",
    from: ["IL"],
    to: "SY",
    ring: [[35.64, 32.68], [36.2, 32.68], [36.2, 33.5], [35.64, 33.4]],
  },
];

// Areas of M49 that are shown as a dot whatever their size: their land stays neutral because its status is disputed.
export const ALWAYS_DOTS = new Set(["FK"]);

// Points for what Natural Earth 1:50m does not have, or where the middle of the largest island says too little.
export const POINTS = {
  CC: [96.87, -12.17], CX: [105.63, -10.49], GI: [-5.35, 36.14], TK: [-171.8, -9.17], TV: [179.2, -8.5],
  UM: [166.63, 19.3], BV: [3.36, -54.42], KI: [173, 1.4], FM: [158.2, 6.9], MH: [171.2, 7.1], PF: [-149.4, -17.6],
  SC: [55.45, -4.68], BQ: [-68.27, 12.18], MV: [73.5, 3.2], TO: [-175.2, -21.2], IO: [72.4, -7.3], GS: [-36.8, -54.4],
};
