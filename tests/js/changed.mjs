// Changes and moves images as the page does, for a comparison with PyTorch: takes JSON with an image, changes [kind, value]
// and moves [dx, dy] on its standard input, and answers with the images, and with the logits of networks [{ layers, weights }]
// for each of them.

import { readFileSync } from "node:fs";

import { apply } from "../../demo/compare/changes.js";
import { moved } from "../../demo/compare/shift.js";
import { network, tensors } from "../../demo/reader/network.js";

const { image, changes, moves, networks } = JSON.parse(readFileSync(0, "utf8"));
const readers = networks.map(({ layers, weights }) => {
  const { buffer, byteOffset, length } = readFileSync(weights);
  return network(layers, tensors(buffer.slice(byteOffset, byteOffset + length)));
});
const ink = Float32Array.from(image);
const images = [
  ...changes.map(([kind, value]) => apply[kind](ink, value)),
  ...moves.map(([dx, dy]) => moved(ink, dx, dy)),
];
const logits = images.map((one) => readers.map((read) => [...read(one)]));
process.stdout.write(JSON.stringify({ images: images.map((one) => [...one]), logits }));
