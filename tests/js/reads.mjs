// Reads drawings as the page does, for a comparison with PyTorch: takes JSON with folder, networks and drawings on its
// standard input, and answers with JSON: images and logits.

import { readFileSync } from "node:fs";

import { prepare, stages } from "../../demo/reader/ink.js";
import { network, tensors } from "../../demo/reader/network.js";

const { networks, drawings } = JSON.parse(readFileSync(0, "utf8"));
const readers = networks.map(({ layers, weights }) => {
  const { buffer, byteOffset, length } = readFileSync(weights);
  return network(layers, tensors(buffer.slice(byteOffset, byteOffset + length)));
});
const answers = drawings.map(({ drawing, steps }) => {
  const image = prepare(drawing, steps);
  if (!image) return null;
  // Without a network to read with, how the drawing looks after each step.
  if (!readers.length)
    return stages(drawing, steps).map(({ name, picture: { width, height, ink }, image: stopped }) => {
      return { name, width, height, ink: [...ink], image: [...stopped] };
    });
  return { image: [...image], logits: readers.map((read) => [...read(image)]) };
});
process.stdout.write(JSON.stringify(answers));
