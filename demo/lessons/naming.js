// The words of prose that name things: [the CNN|cnn].

import { pieces } from "../page/marks.js";

/** The pieces of such a text: plain strings, { word, name }, and { term, text }. */
export const parse = (text) => pieces(text).flatMap((piece) => (typeof piece === "string" ? naming(piece) : [piece]));

function naming(text) {
  const found = text.split(/\[([^\]|]+\|\w+)\]/).map((piece, i) => {
    if (i % 2 === 0) return piece;
    const [word, name] = piece.split("|");
    return { word, name };
  });
  return found.filter((piece) => piece !== "");
}

/** Such a text without its marks. */
export const plain = (text) =>
  parse(text)
    .map((piece) => (typeof piece === "string" ? piece : (piece.word ?? piece.text)))
    .join("");
