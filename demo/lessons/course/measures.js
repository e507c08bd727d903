// What several lessons ask of the page's state and of what was measured.

import { decode } from "../../page/dom.js";

export const SIDE = 28; // pixels of the image

/** Whether the visitor has put nothing on the paper. */
export const blank = ({ strokes, picture, lent }) => !picture && (strokes.length === 0 || strokes === lent);

/** A paper with these strokes, or a blank one. */
export const paper = (strokes = []) => ({ strokes, picture: null, digit: null, steps: {} });

/** A sample on the paper, where the visitor has put nothing there. */
export const lend = (state, kit, digit) => (blank(state) ? paper(kit.sample(digit)) : { steps: {} });

/** How far two places are apart, in steps of a king: [x, y] each. */
export const farApart = (one, other) => Math.max(...one.map((value, axis) => Math.abs(value - other[axis])));

/** Of the readers that Compare shows, the one of this network and training. */
export const readerOf = (shown, network, training) =>
  Object.values(shown?.readers ?? {}).find((reader) => reader.network === network && reader.training === training);

/** The share of test digits that a reader reads, moved to the right by so many pixels. */
export function shareAt(found, reader, pixels) {
  const { accuracy, reach } = found[`measured-${reader}`].shift;
  return accuracy[reach][reach + pixels];
}

/** What was measured of one of the tutorials' claims, by name; undefined where it was not. */
export const claimed = ({ claims }, key) => claims?.rows.find((row) => row.key === key)?.values;

/** A contestant's line of the ledger, by name; undefined where there is none. */
export const lineOf = ({ ledger }, contestant) => ledger?.rows.find((row) => row.contestant === contestant);

/** The box around a drawing: { width, height, x, y }, its middle at x, y; null for a blank paper. */
export function boxOf(strokes) {
  const points = strokes.flat();
  if (!points.length) return null;
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { width: right - left, height: bottom - top, x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** Whether both networks have read what lies on the paper, which is not blank. */
export const isRead = ({ verdict, strokes, picture }) =>
  Boolean((strokes.length || picture) && verdict?.image?.length && verdict.cards.mlp && verdict.cards.cnn);

/** What both read, and how surely. */
export function cardsOf({ verdict: { cards } }) {
  const { mlp, cnn } = cards;
  return { mlp: mlp.digit, cnn: cnn.digit, mlp_sure: sure(mlp), cnn_sure: sure(cnn) };
}

const sure = (card) => card.probabilities[card.digit];

/** How many of the image's pixels have ink. */
export function inked({ verdict: { image } }) {
  const bytes = typeof image === "string" ? decode(image) : image;
  return bytes.reduce((count, byte) => count + (byte > 0 ? 1 : 0), 0);
}

/** The cell of a layer that is chosen in Look inside, [row, column], or null; `map` is that of the state. */
export function cellIn({ inside: { layer, cell } }, name) {
  return layer === name && cell?.layer === name && cell.at.length === 3 ? cell.at.slice(1) : null;
}
