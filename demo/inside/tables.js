// Squares, sums and tables of numbers. Parts have a name in data-part, which words of the prose light.

import { words } from "./words.js";
import { make } from "../page/dom.js";

const { exact, exact2 } = words.format;

/** The style of a cell or a button whose colour says how large a number is, beside the largest. */
export function tint(value, most) {
  const share = (45 * Math.abs(value)) / most;
  return `--share: ${share.toFixed(1)}%; --tint: var(--${value < 0 ? "negative" : "positive"})`;
}

function lightness(value, most) {
  const share = Math.abs(value) / most;
  return `background: hsl(0 0% ${Math.round(100 * share)}%); color: ${share > 0.5 ? "#000" : "#fff"}`;
}

/**
 * A square of numbers under its name. Signed ones are tinted green and magenta, others as light as they are large;
 * `inside` says which are within the map, and the winner is marked.
 * @param {{ signed?: boolean, inside?: boolean[], winner?: number }} [look]
 */
export function square(part, values, columns, look = {}) {
  const { signed = true, inside, winner } = look;
  const most = Math.max(1e-9, ...values.map(Math.abs));
  const shade = signed ? tint : lightness;
  const cells = values.map((value, i) => {
    const isOut = inside && !inside[i];
    const isWinner = i === winner;
    const attributes = {
      style: isOut ? undefined : shade(value, most),
      class: isOut ? "out" : isWinner ? "winner" : undefined,
      title: exact(value),
      "data-i": i,
      "data-part": isWinner ? "winner" : undefined,
    };
    return make("td", attributes, isOut ? "0" : exact2(value));
  });
  const rows = [];
  for (let i = 0; i < cells.length; i += columns) rows.push(make("tr", {}, ...cells.slice(i, i + columns)));
  const caption = make("caption", {}, words.say(`inside.part.${part}`));
  return make("table", { class: "square", "data-part": part }, caption, make("tbody", {}, ...rows));
}

/** A sum and what it is made of: a sign, a number over its name, and one that is added or taken off. */
export const sum = (...terms) => make("p", { class: "sum" }, ...terms);
export const sign = (text) => make("span", { class: "sign" }, text);
export function addend(value, label, part) {
  const told = make("b", {}, typeof value === "number" ? exact(value) : value);
  return make("span", { class: "addend", "data-part": part }, told, make("small", {}, label));
}
export const plus = (value, label, part) => [sign(value < 0 ? "−" : "+"), addend(Math.abs(value), label, part)];
export const bracket = (value) => (value < 0 ? `(${exact(value)})` : exact(value));

/** A table: names of its columns, and rows { list, ...attributes } of text or of cells that are made. */
export function table(head, body) {
  const cells = (tag, list, attributes) =>
    list.map((cell) => (cell instanceof Node ? cell : make(tag, attributes, cell)));
  return make(
    "table",
    { class: "terms" },
    make("thead", {}, make("tr", {}, ...cells("th", head, { scope: "col" }))),
    make("tbody", {}, ...body.map(({ list, ...attributes }) => make("tr", attributes, ...cells("td", list, {})))),
  );
}

/**
 * A cell of a table with a bar: from the middle to either side, or from the left where it is a share of a whole. No
 * value may be larger than the most, which fills the cell.
 */
export function bar(value, most, kind = value < 0 ? "negative" : "positive") {
  const length = ((kind === "whole" ? 100 : 50) * Math.abs(value)) / most;
  return make("td", { class: `bar ${kind}`, style: `--length: ${length.toFixed(1)}%` }, make("i", {}));
}
