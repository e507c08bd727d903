// Drawings in which several digits stand apart: each is read by itself, and not again while it stays as it is.

import { apart } from "./apart.js";

/**
 * Of a drawing { strokes, pen, steps }, or of a picture { images, steps }, one for each digit from the left.
 * @param {any} drawing
 */
export function eachDigit({ strokes, pen, steps, images }) {
  if (images) return images.map((image) => ({ strokes: [], pen, steps, image }));
  return apart({ strokes, pen }).map((members) => ({ strokes: members.map((i) => strokes[i]), pen, steps }));
}

/** Of a drawing { strokes, pen, steps, digit } the digit that is looked at, as a drawing; the whole where it is one. */
export const lookedAt = (drawing) => (drawing.digit === undefined ? drawing : eachDigit(drawing)[drawing.digit]);

/** A function that reads drawings with `read`, those alone that it did not read the last time with the same networks. */
export function digitReader(read) {
  let known = [];
  return async (drawings, version) => {
    const answers = drawings.map((drawing) => {
      const before = known.find((one) => one.version === version && isSame(one.drawing, drawing));
      return before ?? { drawing, version, answer: read(drawing) };
    });
    known = answers;
    return Promise.all(answers.map(({ answer }) => answer)).catch((error) => {
      known = [];
      throw error;
    });
  };
}

function isSame(one, other) {
  return (
    one.pen === other.pen &&
    one.image === other.image &&
    one.steps === other.steps &&
    one.strokes.length === other.strokes.length &&
    one.strokes.every((stroke, i) => stroke === other.strokes[i])
  );
}
