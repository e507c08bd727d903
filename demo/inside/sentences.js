// What is said of an answer, as messages { key, values } that page/words.js tells; without a page.

import { numbers } from "../page/words.js";
import { numbersOf } from "./geometry.js";

const { exact2, percent } = numbers();

const message = (key, values = {}) => ({ key, values });

/** What a cell is called; `chain` has the names of all layers in order. */
export function placeOf(chain, layer, at) {
  if (layer === chain[0].name) return message("inside.place.pixel", { layer, row: at[1], column: at[2] });
  if (at.length === 3) return message("inside.place.cell", { layer, map: at[0], row: at[1], column: at[2] });
  const isLogit = layer === chain.at(-1).name;
  return message(isLogit ? "inside.place.digit" : "inside.place.unit", { layer, unit: at[0] });
}

/** Title of a layer. */
export function titleOf({ chain, layer: { name, vector, units, height, width, low } }) {
  const values = { layer: name, maps: low.length, units, height, width };
  if (vector) return message("inside.layer.units", values);
  return message(name === chain[0].name ? "inside.layer.image" : "inside.layer.maps", values);
}

/** One map of a layer, or a whole vector, from its least to its largest number. */
export function rangeOf({ name, vector, units, low, high, dead }, map) {
  const values = { layer: name, map, units, low: low[map], high: high[map] };
  if (vector) return message("inside.map.units", values);
  return message(dead.includes(map) ? "inside.map.dead_label" : "inside.map.label", values);
}

/** The number at [row, column] of the map that is enlarged. */
export function numberAt({ chain, layer: { name, vector, units, width } }, [row, column], value) {
  if (!vector) return message("inside.map.cell_here", { row, column, value });
  const isDigit = units === 10 && name === chain.at(-1).name;
  return message(isDigit ? "inside.map.digit_here" : "inside.map.unit_here", { unit: row * width + column, value });
}

/** Which pixels a cell sees: a box of them, or none. */
export function fieldOf(box) {
  if (!box) return message("inside.field.none");
  const values = numbersOf(box);
  return message(values.outside ? "inside.field.partly" : "inside.field.sees", values);
}

/** What the CNN reads without some of its maps; nothing where all are on. */
export function withoutOf({ off, without }) {
  if (!without) return null;
  const silent = Object.entries(off).flatMap(([layer, maps]) => maps.map((map) => ({ layer, map })));
  const { now, all_on: before } = without;
  return message(now.digit === before.digit ? "inside.off.same" : "inside.off.another", {
    ...silent[0],
    count: silent.length,
    digit: now.digit,
    confidence: now.confidence,
    before: before.digit,
    before_confidence: before.confidence,
  });
}

/** What a network's logit of the digit asked about is, beside that of the digit it reads. */
export function logitsOf(network, { read, digit, logits }) {
  const values = { network, read, digit, logit: logits[digit], logit_read: logits[read] };
  return message(digit === read ? "inside.pixels.logit" : "inside.pixels.logits", values);
}

/** What a logit is made of. */
export const partsOf = (network, values) => message(`inside.pixels.parts_${network}`, values);

/** By how much the logit changes without each map of a layer, and the maps in the order of that, signs aside. */
export const changesOf = ({ logit, logits }) => logits.map((without) => without - logit);
export function orderOf(ranking) {
  const most = changesOf(ranking).map(Math.abs);
  return most.map((_, map) => map).sort((a, b) => most[b] - most[a] || a - b);
}

/** A change with its sign. */
export function signed(change) {
  const text = exact2(change);
  return change > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** What a ranking is of, and what the first of its maps does. */
export function rankedOf(ranking) {
  const { digit, logit, logits, probability, probabilities } = ranking;
  const [map] = orderOf(ranking);
  const values = { digit, map, logit, without: logits[map], probability, probability_without: probabilities[map] };
  const isSame = percent(probability) === percent(probabilities[map]);
  const most = logits[map] === logit ? "none" : isSame ? "most_same" : "most";
  return [message("inside.rank.help", values), message(`inside.rank.${most}`, values)];
}

/** What switching one map off does, at length. */
export function effectOf({ digit, logits, probabilities, changes }, map) {
  const values = { digit, map, change: signed(changes[map]), without: logits[map], probability: probabilities[map] };
  return message("inside.rank.map", values);
}

/** What a path's next step brings to the cell that is shown. */
export function strongestOf({ cell, trail }, depth) {
  const next = trail[depth + 1];
  if (!next || next.share === 1) return null;
  const { kind, sums, inside, inputs, window } = cell;
  const count = { convolution: () => sums.length * inside.filter(Boolean).length, linear: () => inputs }[kind]?.();
  const values = { share: next.share, inputs: count ?? window.length };
  return message(next.share ? "inside.cell.strongest" : "inside.cell.nothing", values);
}

const WORK = {
  pixel: () => [message("inside.work.pixel")],
  convolution: ({ sums, below, rows, columns }) => [
    message("inside.work.convolution", {
      count: sums.length,
      layer: below,
      rows: rows.length,
      columns: columns.length,
    }),
  ],
  normalisation: () => [message("inside.work.normalisation")],
  activation: (cell) => [message(`inside.work.${cell.function}`)],
  pooling: ({ how, tie }) => [message(`inside.work.${how}`), ...(tie ? [message("inside.work.tie")] : [])],
  passed: ({ how }) => [message(`inside.work.${how}`)],
  linear: ({ inputs }) => [message("inside.work.linear", { inputs })],
};

/** How a cell is worked out, in prose. */
export function workOf({ cell, layer, off }) {
  const silent = off[layer.name]?.includes(cell.at[0]) ?? false;
  return [...WORK[cell.kind](cell), ...(silent ? [message("inside.cell.off")] : [])];
}

/** What a move of the drawing by one pixel changes. */
export function shiftOf({ direction, rows: [below, pooled], before, after }) {
  const shares = { below: below.layer, before: below.share, pooled: pooled.layer, after: pooled.share };
  return [
    message(`inside.shift.moved_${direction}`, shares),
    message(pooled.share < below.share ? "inside.shift.calmer" : "inside.shift.not_calmer"),
    message(after.digit === before.digit ? "inside.shift.same" : "inside.shift.another", after),
  ];
}
