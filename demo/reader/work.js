// What a reader does, in a worker or in the page: keeps networks, and reads drawings with them.

import { prepare } from "./ink.js";
import { network, softmax, tensors } from "./network.js";

/**
 * A function that does what it is asked: { use }, read with these networks from now on, or { drawing, steps }, read. `use`
 * is { name: { layers, weights } }: the names of a chain's layers, and the bytes of a .safetensors file.
  */
export function worker() {
  let networks = {};

  function use(given) {
    const made = Object.entries(given).map(([name, { layers, weights }]) => [name, network(layers, tensors(weights))]);
    networks = Object.fromEntries(made);
  }

  /** The image that the networks see, and what each reads in it; null where there is no ink. */
  function read(drawing, steps) {
    const image = prepare(drawing, steps);
    if (!image) return { image: null, predictions: null };
    const predictions = Object.entries(networks).map(([name, logits]) => {
      const began = performance.now(), probabilities = softmax(logits(image));
      return [name, { probabilities, seconds: (performance.now() - began) / 1000 }];
    });
    return { image, predictions: Object.fromEntries(predictions) };
  }

  return ({ use: given, drawing, steps }) => (given ? use(given) : read(drawing, steps));
}
