// Reads drawings as the page does, for a comparison with Python: takes JSON with networks and drawings on its standard
// input, and answers with JSON: images and logits; without networks how the drawing looks after each step; where only
// that is asked, which strokes stand apart.

import { readFileSync } from "node:fs";

import { apart } from "../../demo/reader/apart.js";
import { prepare, stages } from "../../demo/reader/ink.js";
import { network, tensors } from "../../demo/reader/network.js";

const { networks, drawings, only } = JSON.parse(readFileSync(0, "utf8"));
const readers = networks.map(({ layers, weights }) => {
  const { buffer, byteOffset, length } = readFileSync(weights);
  return network(layers, tensors(buffer.slice(byteOffset, byteOffset + length)));
});
const answers = drawings.map(({ drawing, steps }) => {
  if (only === "apart") return apart(drawing);
  const image = prepare(drawing, steps);
  if (!image) return null;
  if (!readers.length)
    return stages(drawing, steps).map(({ name, picture: { width, height, ink }, image: stopped }) => {
      return { name, width, height, ink: [...ink], image: [...stopped] };
    });
  return { image: [...image], logits: readers.map((read) => [...read(image)]) };
});
process.stdout.write(JSON.stringify(answers));
