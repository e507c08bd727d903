// The pieces of prose whose words light what they name: [word] lights the part of that name, [word|part] another. Terms
// may be marked in it as in any sentence.

import { pieces } from "../page/marks.js";

/** The pieces of such a text: plain strings, { word, part }, and { term, text }. */
export const parse = (text) => pieces(text).flatMap((piece) => (typeof piece === "string" ? lighting(piece) : [piece]));

function lighting(text) {
  const found = text.split(/\[([^\]]+)\]/).map((piece, i) => {
    if (i % 2 === 0) return piece;
    const [word, part = word] = piece.split("|");
    return { word, part };
  });
  return found.filter((piece) => piece !== "");
}
