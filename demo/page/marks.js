// Marks in sentences: [[key]] stands for the word of the term `key`, [[key|text]] for this text. Each is explained where
// it stands (terms.js).

const MARK = /\[\[(\w+)(?:\|([^\]]+))?\]\]/g;

/** A sentence with something else for each of its marks: `shown` makes it of the term's key and of the text, if any. */
export const replaced = (sentence, shown) => sentence.replace(MARK, (_, key, text) => shown(key, text));

/**
 * A function that gives the pieces of a text in which words are marked besides, as `form` has them, with one group: what
 * `word` makes of the parts of such a mark.
 */
export const parser = (form, word) => (text) => pieces(text).flatMap((piece) => (typeof piece === "string" ? split(piece, form, word) : [piece])); // prettier-ignore

const split = (text, form, word) =>
  text
    .split(form)
    .map((piece, i) => (i % 2 ? word(...piece.split("|")) : piece))
    .filter((piece) => piece !== "");

/** The pieces of a text: plain strings, and { term, text }. */
export function pieces(text) {
  const found = [];
  let end = 0;
  for (const { 0: mark, 1: term, 2: shown = term, index } of text.matchAll(MARK)) {
    found.push(text.slice(end, index), { term, text: shown });
    end = index + mark.length;
  }
  return [...found, text.slice(end)].filter((piece) => piece !== "");
}
