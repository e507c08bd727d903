// What a reader does, in a worker or in the page: keeps networks, and reads drawings with them.

import { prepare } from "./ink.js";
import { network, softmax, tensors } from "./network.js";

/** A function that carries out what it is asked: { use }, networks to read with from now on, or { drawing, steps }. */
export function worker() {
  let networks = {};

  /** Networks by name: { record, weights }, the JSON and the bytes of a checkpoint. */
  function use(given) {
    networks = Object.fromEntries(
      Object.entries(given).map(([name, { record, weights }]) => [name, network(record, tensors(weights))]),
    );
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
