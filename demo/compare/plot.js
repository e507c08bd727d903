// A small chart of probabilities over one changing thing, as SVG: a line for each reader, and a place that is looked at.

import { make } from "../page/dom.js";

const HEIGHT = 150;
const [LEFT, RIGHT, TOP, BOTTOM] = [50, 8, 8, 24];

const svg = (tag, attributes, ...content) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...content);
  return node;
};

/** Where a mark's text stands: it does not reach beyond the chart. */
const anchor = (value, low, high) => (value === low ? "start" : value === high ? "end" : "middle");

/**
 * A chart, so many units wide: { node, draw, valueAt }. `draw` takes { low, high, ticks: [[value, text]], lines: [{ network, dashed, points:
 * [[value, share]] }], at, percent };
 * `valueAt` gives the value under a pointer event.
 */
export function plot(WIDTH = 320) {
  const node = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", "aria-hidden": "true" });
  let range = [0, 1];
  const across = (value) => LEFT + ((value - range[0]) / (range[1] - range[0])) * (WIDTH - LEFT - RIGHT);
  const up = (share) => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);

  function draw({ low, high, ticks, lines, at, percent }) {
    range = [low, high];
    const grid = [0, 0.5, 1].flatMap((share) => [
      svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: up(share), y2: up(share) }),
      svg("text", { class: "tick", x: LEFT - 6, y: up(share) + 4, "text-anchor": "end" }, percent(share)),
    ]);
    const marks = ticks.map(([value, text]) =>
      svg("text", { class: "tick", x: across(value), y: HEIGHT - 6, "text-anchor": anchor(value, low, high) }, text),
    );
    const paths = lines.map(({ network, dashed, points }) =>
      svg("path", {
        "data-network": network,
        class: dashed ? "dashed" : "whole",
        d: points
          .map(([value, share], i) => `${i ? "L" : "M"}${across(value).toFixed(1)} ${up(share).toFixed(1)}`)
          .join(""),
      }),
    );
    const cursor = svg("line", { class: "cursor", x1: across(at), x2: across(at), y1: TOP, y2: HEIGHT - BOTTOM });
    node.replaceChildren(...grid, ...marks, cursor, ...paths);
  }

  function valueAt({ clientX }) {
    const { left, width } = node.getBoundingClientRect();
    const share = (((clientX - left) / width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    return range[0] + Math.min(1, Math.max(0, share)) * (range[1] - range[0]);
  }

  return { node, draw, valueAt };
}

/** A slider with its name and what it stands at: { node, input, told }. */
export function slider(label, { low, high, step }) {
  const input = make("input", { type: "range", min: low, max: high, step });
  const told = make("output", {});
  return { node: make("label", { class: "slider" }, make("span", {}, label), told, input), input, told };
}
