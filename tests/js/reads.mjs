// Reads drawings as the page does, for a comparison with PyTorch: takes JSON with folder, networks and drawings on its
// standard input, and answers with JSON: images and logits.

import { readFileSync } from "node:fs";

import { prepare } from "../../demo/reader/ink.js";
import { network, tensors } from "../../demo/reader/network.js";

const { networks, drawings } = JSON.parse(readFileSync(0, "utf8"));
const readers = networks.map(({ layers, weights }) => {
  const { buffer, byteOffset, length } = readFileSync(weights);
  return network(layers, tensors(buffer.slice(byteOffset, byteOffset + length)));
});
const answers = drawings.map(({ drawing, steps }) => {
  const image = prepare(drawing, steps);
  return image && { image: [...image], logits: readers.map((read) => [...read(image)]) };
});
process.stdout.write(JSON.stringify(answers));
