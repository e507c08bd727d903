// Line charts as SVG that is changed in place.

import { write } from "./dom.js";
import { scales } from "./scales.js";

/**
 * A function that draws lines into an empty <svg>; `clock` is what its horizontal axis is called. It takes a scale for the
 * values, lines [{ key, x, y, kind, network, label }] and a moment to mark, or null. Kinds are classes: raw, strong,
 * thin, dots, earlier.
 */
export function chart(svg, clock) {
  const LEFT = 50;
  const RIGHT = 84;
  const TOP = 8;
  const BOTTOM = 40;
  const LINE = 14; // pixels
  const kept = new Map();
  let last = [scales.linear, [], null];
  let width = 0;
  let height = 0;

  // The element of this key, made when it is first asked for; what is not asked for while drawing is removed.
  let asked;
  function part(key, tag, attributes, text) {
    asked.add(key);
    let node = kept.get(key);
    if (!node) {
      node = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", tag));
      kept.set(key, node);
    }
    for (const [name, value] of Object.entries(attributes))
      if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
    if (text !== undefined) write(node, text);
  }

  function draw(scale, lines, moment) {
    last = [scale, lines, moment];
    if (!width) return; // not visible
    const across = scales.clock(lines.flatMap(({ x }) => x.slice(-1)));
    const up = scale(lines.flatMap(({ y }) => y));
    const px = (value) => Math.round(10 * (LEFT + across.place(value) * (width - LEFT - RIGHT))) / 10;
    const py = (value) => Math.round(10 * (height - BOTTOM - up.place(value) * (height - BOTTOM - TOP))) / 10;
    asked = new Set();
    up.ticks.forEach(([value, text], i) => {
      part(`grid ${i}`, "line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: py(value), y2: py(value) });
      part(`up ${i}`, "text", { class: "tick", x: LEFT - 8, y: py(value) + 4, "text-anchor": "end" }, text);
    });
    across.ticks.forEach(([value, text], i) =>
      part(`x ${i}`, "text", { class: "tick", x: px(value), y: height - BOTTOM + 18, "text-anchor": "middle" }, text),
    );
    part("clock", "text", { class: "tick", x: width - RIGHT, y: height - 6, "text-anchor": "end" }, clock);
    if (moment !== null)
      part("moment", "line", { class: "moment", x1: px(moment), x2: px(moment), y1: TOP, y2: height - BOTTOM });
    const labels = [];
    for (const { key, x, y, kind, network, label } of lines) {
      let d = "";
      let end;
      for (let i = 0; i < x.length; i++) {
        if (!Number.isFinite(y[i])) continue;
        end = [px(x[i]), py(y[i])];
        d += kind === "dots" ? `M${end}h0` : `${d ? "L" : "M"}${end}`;
      }
      part(key, "path", { class: kind, style: `stroke: var(--${network})`, d });
      if (label && end) labels.push({ key, label, network, x: end[0] + 8, y: end[1] + 4 });
    }
    // Labels keep a line's distance: downwards from the highest, then upwards from the lowest that the frame allows.
    labels.sort((a, b) => a.y - b.y);
    labels.forEach((label, i) => i && (label.y = Math.max(label.y, labels[i - 1].y + LINE)));
    labels.reduceRight((below, label) => (label.y = Math.min(label.y, below - LINE)), height - BOTTOM + 4 + LINE);
    for (const { key, label, network, x, y } of labels)
      part(`${key} label`, "text", { class: "label", style: `fill: var(--${network}-text)`, x, y }, label);
    for (const [key, node] of kept) if (!asked.has(key)) (node.remove(), kept.delete(key));
  }

  new ResizeObserver(([{ contentRect }]) => {
    ({ width, height } = contentRect);
    draw(...last);
  }).observe(svg);
  return draw;
}
