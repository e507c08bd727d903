// The words of prose that name things: [the CNN|cnn].

import { parser } from "../page/marks.js";

/** The pieces of such a text: plain strings, { word, name }, and { term, text }. */
export const parse = parser(/\[([^\]|]+\|\w+)\]/, (word, name) => ({ word, name }));

/** Such a text without its marks. */
export const plain = (text) =>
  parse(text)
    .map((piece) => (typeof piece === "string" ? piece : (piece.word ?? piece.text)))
    .join("");
