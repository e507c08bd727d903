// What a reader does, in a worker or in the page: keeps networks, and reads drawings with them.

import { decode } from "../page/dom.js";
import { prepare, stages } from "./ink.js";
import { network, softmax, tensors } from "./network.js";

/**
 * A function that does what it is asked:
 *   { use }                     read with these networks from now on: { name: { layers, weights } }, the names of a chain's
 *                               layers and the bytes of a .safetensors file
 *   { drawing, steps }          { image, cards }: what the networks see, and what each reads; null and {} without ink.
 *                               Of a picture, drawing.image is what they see, as base64 of a byte a pixel
 *   { drawing, steps, stages }  the same for each step of the preparation, [{ name, picture, image, cards }], or null
 *   { images }                  [cards], what each network reads in each of these images
 * @returns {(asked: any) => any}
 */
export function worker() {
  let networks = [];

  function cards(image) {
    return Object.fromEntries(networks.map(([name, logits]) => [name, card(logits, image)]));
  }

  return ({ use, drawing, steps, stages: wanted, images }) => {
    if (use) {
      networks = Object.entries(use).map(([name, { layers, weights }]) => [name, network(layers, tensors(weights))]);
      return true;
    }
    if (images) return images.map(cards);
    if (wanted) return stages(drawing, steps)?.map((stage) => ({ ...stage, cards: cards(stage.image) })) ?? null;
    const image = drawing.image ? inked(drawing.image) : prepare(drawing, steps);
    return { image, cards: image ? cards(image) : {} };
  };
}

const inked = (image) => Float32Array.from(decode(image), (byte) => byte / 255);

/** One network's reading: { digit, probabilities, milliseconds }, or null where its numbers have run away. */
function card(logits, image) {
  const began = performance.now();
  const probabilities = softmax(logits(image));
  const digit = probabilities.indexOf(Math.max(...probabilities));
  return digit < 0 ? null : { digit, probabilities, milliseconds: performance.now() - began };
}
