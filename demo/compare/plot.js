// A small chart of shares over one changing thing, as SVG: a line for each reader, and a place that is looked at.

import { words } from "./words.js";
import { drawn } from "../page/dom.js";
import { lineChart, valueAt } from "./shapes.js";

export const HEIGHT = 150;

/**
 * A chart, so many units wide: { node, draw, valueAt }. `draw` takes a chart as shapes.js has it, with a title and a name for
 * each line, which a screen reader is told with what the line does; `valueAt` gives the value under a pointer event.
 */
export function plot(width = 320, height = HEIGHT) {
  const node = drawn("svg", { viewBox: `0 0 ${width} ${height}`, class: "plot", "aria-hidden": "true" }); // until drawn
  let range = { low: 0, high: 1 };

  function draw(chart) {
    range = chart;
    node.replaceChildren(...lineChart({ width, height }, chart).map((shape) => drawn(...shape)));
    const label = spoken(chart);
    if (node.getAttribute("aria-label") === label) return;
    node.removeAttribute("aria-hidden");
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", label);
  }

  return {
    node,
    draw,
    valueAt({ clientX }) {
      const { left, width: wide } = node.getBoundingClientRect();
      return valueAt(width, range, ((clientX - left) / wide) * width);
    },
  };
}

/** Fill an element with what lines mean. */
export function showKey(node, lines) {
  const named = lines.filter(({ name }) => name);
  const told = named.map(({ name }) => name).join();
  if (node.dataset.told === told) return;
  node.dataset.told = told;
  const entries = named.map(({ name, network, dashed }) => {
    const line = drawn("svg", { viewBox: "0 0 28 10", width: 28, height: 10, class: "plot", "aria-hidden": "true" });
    line.append(drawn("path", { "data-network": network, class: dashed ? "dashed" : "whole", d: "M1 5h26" }));
    const entry = document.createElement("span");
    entry.dataset.network = network;
    entry.append(line, name);
    return entry;
  });
  node.replaceChildren(...entries);
}

/** A chart in words: its title, and of each line where it begins, ends and is lowest. */
export function spoken({ title, lines, percent }) {
  const said = lines.flatMap(({ name, points }) => {
    if (!name || !points.length) return [];
    const [first, last, least] = [points[0][1], points.at(-1)[1], Math.min(...points.map(([, share]) => share))];
    const values = { name, first: percent(first), last: percent(last), least: percent(least) };
    return [words.say("compare.figure.line", values)];
  });
  return [`${title}.`, ...said].join(" ");
}
