// What was measured of the readers on the test set.

import { json } from "../page/files.js";

/** The content of a JSON file of results; `files` are { name: address }. Rejects where it cannot be had. */
export const results = (files, name) => json(files[name]);

/** The parts of a reader's key: "best-mlp" is { network: "mlp", training: "shipped" }. */
export function readerOf(key) {
  const [recipe, network] = key.split("-");
  return { network, training: recipe === "best" ? "shipped" : recipe };
}

const ORDER = ["best-mlp", "best-cnn", "tutorial-mlp", "tutorial-cnn"];

/** Readers in the order in which they are shown everywhere. */
export const inOrder = (readers) =>
  Object.fromEntries(ORDER.filter((key) => key in readers).map((key) => [key, readers[key]]));

/** p-values in words: above a thousandth as they are, below as a bound. */
export const chance = (p) =>
  p < 0.001 ? { key: "compare.pair.rare", values: {} } : { key: "compare.pair.chance", values: { p } };

/** A matrix of counts as shares of its rows, each row a true digit. */
export function shares(matrix) {
  return matrix.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total ? count / total : 0));
  });
}

/** One matrix minus another. */
export const difference = (first, second) => first.map((row, i) => row.map((count, j) => count - second[i][j]));

/** Rows sorted by the number that `value` finds in them; those without one come last, whichever way. */
export function sorted(rows, value, down) {
  const known = rows.filter((row) => typeof value(row) === "number");
  const rest = rows.filter((row) => typeof value(row) !== "number");
  return [...known.sort((a, b) => (down ? value(b) - value(a) : value(a) - value(b))), ...rest];
}

/** The tiles of a pair, in the order of their true digits: { place, kind, entry }. */
export function tilesOf({ digits, drawings, pairs }, pair) {
  const { digits: some, drawings: others } = pairs[pair];
  const of = (kind, list, from, first) => list.map((i) => ({ place: first + i, kind, entry: from[i] }));
  return some.flatMap((row, digit) => [
    ...of("digits", row, digits, 0),
    ...of("drawings", others[digit], drawings, digits.length),
  ]);
}
