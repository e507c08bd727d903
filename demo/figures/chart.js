// Line charts as SVG that is changed in place. Where things stand is worked out in plot.js; cursor.js reads values off.

import { drawn, make, write } from "../page/dom.js";
import { frame, halves, path, spread, under } from "./plot.js";

const SLIT = 5; // pixels: how high a mark of an epoch's end is
const SHARES = [72, 45, 25, 90]; // percent of the network's colour, by tint
const round = (pixels) => Math.round(10 * pixels) / 10;

/**
 * A chart in an element with an <svg>; `key` is an element for the labels where they have no room beside the plot.
 *
 * draw(picture) shows a picture: { across, up, lines, ends, moment, axis, empty }. Scales as scales.js makes them; lines
 * as [{ key, kind, network, tint, x, y, label, over, told }], where kind is a class, tint tells apart dashed ones, and
 * over is null or where the line runs out of all bounds, { x, text }; ends of epochs as [{ network, x }]; a moment to
 * mark, or null; what the horizontal axis is called; what is said where there are no lines, or "". point(x) marks a place
 * on the axis and the lines' points there, null none. `after` is called after each drawing with { place, across, lines },
 * in pixels.
 */
export function chart(plot, key, after = (view) => view) {
  const svg = plot.querySelector("svg");
  const kept = new Map();
  let last = null;
  let size = { width: 0, height: 0 };
  let pointed = null;

  // The element of this key, made when it is first asked for; what is not asked for while drawing is removed.
  let asked;
  function part(key, tag, attributes, text) {
    asked.add(key);
    let node = kept.get(key);
    if (!node) {
      node = svg.appendChild(drawn(tag, {}));
      kept.set(key, node);
    }
    for (const [name, value] of Object.entries(attributes))
      if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
    if (text !== undefined) write(node, text);
  }

  function axes({ across, up, axis }, place, px, py) {
    const { left, right, bottom } = place;
    let below = Infinity; // ticks that would stand in each other are left out, from the foot up
    up.ticks.forEach(([value, text], i) => {
      const y = py(value);
      if (below - y < 15 && i < up.ticks.length - 1) return;
      below = y;
      part(`grid ${i}`, "line", { class: "grid", x1: left, x2: right, y1: y, y2: y });
      part(`up ${i}`, "text", { class: "tick", x: left - 8, y: y + 4, "text-anchor": "end" }, text);
    });
    across.ticks.forEach(([value, text], i) =>
      part(`x ${i}`, "text", { class: "tick", x: px(value), y: bottom + 18, "text-anchor": "middle" }, text),
    );
    part("axis", "text", { class: "tick", x: right, y: bottom + 36, "text-anchor": "end" }, axis);
  }

  // A line that runs out of all bounds goes up to the frame, and a cross and a word over it say so.
  function over({ key, kind, network, tint, x, y, over }, { left, right, top }, px, py) {
    const at = round(Math.min(px(over.x), right));
    const style = `stroke: ${colour(network, tint)}`;
    const points = x.length
      ? [
          [px(x.at(-1)), py(y.at(-1))],
          [at, top],
        ]
      : [[at, top]];
    part(`${key} over`, "path", { class: `${kind} ${tinted(tint)}`, style, d: path(points) });
    part(`${key} cross`, "path", { class: "cross", style, d: `M${at - 4},${top - 4}l8,8m0,-8l-8,8` });
    const anchor = at > (left + right) / 2 ? "end" : "start";
    const text = {
      class: "label",
      style: `fill: ${colour(network, tint, "-text")}`,
      x: at + (anchor === "end" ? -10 : 10),
    };
    part(`${key} word`, "text", { ...text, y: top - 8, "text-anchor": anchor }, over.text);
  }

  function labels(lines, place, px, py) {
    const ends = lines.flatMap(({ key, kind, network, tint, x, y, label }) => {
      const i = y.findLastIndex(Number.isFinite);
      return label && i >= 0 ? [{ key, kind, network, tint, label, x: px(x[i]), y: py(y[i]) }] : [];
    });
    list(place.narrow ? ends : []);
    if (place.narrow) return;
    for (const { key, network, tint, label, x, y, at } of spread(ends, place)) {
      const ended = x < place.right - 2; // before the others: nothing leads to its label
      const from = { x1: place.right + 3, y1: y, x2: place.right + 11, y2: at };
      const lead = `stroke: ${colour(network, tint)}`;
      if (!ended) part(`${key} lead`, "line", { class: "lead", style: lead, ...from });
      const style = `fill: ${colour(network, tint, "-text")}`;
      part(`${key} label`, "text", { class: `label ${tinted(tint)}`, style, x: place.right + 14, y: at + 4 }, label);
    }
  }

  // The labels over the plot, as a list.
  function list(ends) {
    const all = ends.map(({ network, tint, label }) => [network, tint ?? "", label].join()).join(";");
    if (key.dataset.all === all) return;
    key.dataset.all = all;
    key.replaceChildren(
      ...ends.map(({ kind, network, tint, label }) =>
        make("span", { style: `color: ${colour(network, tint, "-text")}` }, swatch(network, kind, tint), label),
      ),
    );
  }

  function pointers(lines, place, px, py) {
    if (pointed === null) return;
    const x = px(pointed);
    part("hair", "line", { class: "hair", x1: x, x2: x, y1: place.top, y2: place.bottom });
    for (const line of lines) {
      const i = line.told ? under(line, pointed) : -1;
      if (i < 0) continue;
      const centre = { cx: px(line.x[i]), cy: py(line.y[i]), r: 4 };
      const style = `fill: ${colour(line.network, line.tint)}`;
      part(`${line.key} point`, "circle", { class: "point", style, ...centre });
    }
  }

  function draw(picture) {
    last = picture;
    if (!size.width || !picture) return; // not visible
    const { across, up, lines, ends, moment } = picture;
    const place = frame(
      size.width,
      size.height,
      lines.map(({ label }) => label),
    );
    const { left, right, top, bottom } = place;
    const px = (value) => round(left + across.place(value) * (right - left));
    const py = (value) => round(bottom - Math.min(1, up.place(value)) * (bottom - top));
    asked = new Set();
    axes(picture, place, px, py);
    const rows = [...new Set(ends.map(({ network }) => network))];
    for (const [i, { network, x }] of ends.entries()) {
      const y2 = bottom - SLIT * rows.indexOf(network);
      const style = `stroke: var(--${network})`;
      part(`end ${i}`, "line", { class: "end", style, x1: px(x), x2: px(x), y1: y2 - SLIT, y2 });
    }
    if (picture.empty) {
      const middle = { class: "empty", x: (left + right) / 2, "text-anchor": "middle" };
      halves(picture.empty, right - left).forEach((text, i) =>
        part(`empty ${i}`, "text", { ...middle, y: (top + bottom) / 2 + 22 * i }, text),
      );
    }
    if (moment !== null)
      part("moment", "line", { class: "moment", x1: px(moment), x2: px(moment), y1: top, y2: bottom });
    for (const line of lines) {
      const points = line.x.map((x, i) => [px(x), py(line.y[i])]);
      const { key, kind, network, tint } = line;
      const style = `stroke: ${colour(network, tint)}`;
      part(key, "path", { class: `${kind} ${tinted(tint)}`, style, d: path(points, kind === "dots") });
      if (line.over) over(line, place, px, py);
    }
    labels(lines, place, px, py);
    pointers(lines, place, px, py);
    for (const [key, node] of kept) if (!asked.has(key)) (node.remove(), kept.delete(key));
    after({ place, across: px, lines });
  }

  new ResizeObserver(
    ([
      {
        contentRect: { width, height },
      },
    ]) => {
      size = { width, height };
      draw(last);
    },
  ).observe(svg);

  return {
    draw,
    point(x) {
      if (x === pointed) return;
      pointed = x;
      draw(last);
    },
  };
}

/** The colour of a network's line, or with "-text" of its label; of those compared each is nearer to ink by its own share. */
const colour = (network, tint, of = "") =>
  tint === null || tint === undefined
    ? `var(--${network}${of})`
    : `color-mix(in srgb, var(--${network}${of}) ${SHARES[tint % SHARES.length]}%, var(--ink))`;
const tinted = (tint) => (tint === null || tint === undefined ? "" : `tint${tint % 4}`);

/** A short piece of a line of this network, kind and tint, to stand before its name. */
export function swatch(network, kind, tint) {
  const style = `stroke: ${colour(network, tint)}`;
  const line = drawn("path", { class: `${kind} ${tinted(tint)}`, style, d: "M1,5h20" });
  return drawn("svg", { class: "swatch", width: 22, height: 10, "aria-hidden": "true" }, line);
}
