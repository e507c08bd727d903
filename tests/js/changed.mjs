// Changes and moves images as the page does, for a comparison with PyTorch: takes JSON with an image, changes [kind, value]
// and moves [dx, dy] on its standard input, and answers with the images.

import { readFileSync } from "node:fs";

import { apply } from "../../demo/compare/changes.js";
import { moved } from "../../demo/compare/shift.js";

const { image, changes, moves } = JSON.parse(readFileSync(0, "utf8"));
const ink = Float32Array.from(image);
process.stdout.write(
  JSON.stringify([
    ...changes.map(([kind, value]) => [...apply[kind](ink, value)]),
    ...moves.map(([dx, dy]) => [...moved(ink, dx, dy)]),
  ]),
);
