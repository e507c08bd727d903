// How large the gradients of each layer are: now in a table, and as curves over the steps that were looked at.

import { words } from "./step_words.js";
import { drawn, make } from "../page/dom.js";
import { paragraph, section } from "./step_parts.js";
import { fine, raised, sizeCurves } from "./step_sums.js";

const [WIDEST, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 220, 40, 52, 12, 26]; // of the chart, and around its frame
const LABEL = 13; // a label's height
const none = words.say("worked.none");

/** Labels at these heights, moved apart from top to bottom so that none covers another. */
export function apart(heights, room = LABEL) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const found = [...heights];
  order.forEach((i, nth) => {
    if (nth) found[i] = Math.max(found[i], found[order[nth - 1]] + room);
  });
  return found;
}

export function sizes() {
  const columns = ["layer", "gradient", "weights"].map((column) =>
    make("th", { scope: "col" }, words.say(`worked.sizes.column.${column}`)),
  );
  const table = make("tbody", {});
  const svg = drawn("svg", { height: HEIGHT, role: "img", "aria-label": words.say("worked.sizes.chart") });
  const later = make("p", { class: "help" }, words.say("worked.sizes.later"));
  const caption = make("p", { class: "help" }, words.say("worked.sizes.chart"));
  const node = section(
    ...["sizes", "worked.sizes.title", paragraph("worked.sizes.help", { class: "help" })],
    make("table", {}, make("thead", {}, make("tr", {}, ...columns)), table),
    ...[caption, svg, later],
  );

  function row({ parameter, rms, weights }, largest) {
    const bar = make("i", {}, make("u", { style: `width: ${rms ? (100 * rms) / largest : 0}%` }));
    const value = make("span", {}, fine(rms === null ? null : Number(rms.toPrecision(3)), none));
    const head = make("th", { scope: "row" }, parameter.split(".")[0]);
    const written = fine(weights === null ? null : Number(weights.toPrecision(3)), none);
    return make("tr", {}, head, make("td", { class: "p" }, bar, value), make("td", {}, written));
  }

  function chart({ sizes, layers }) {
    const [width, height] = [Math.min(WIDEST, node.clientWidth) - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
    const curves = sizeCurves(sizes, width, height);
    svg.toggleAttribute("hidden", !curves);
    caption.hidden = !curves;
    later.hidden = Boolean(curves);
    if (!curves) return;
    const { paths, ends, low, high } = curves;
    const frame = drawn("g", { transform: `translate(${LEFT} ${TOP})` });
    const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    for (const power of powers) {
      const y = height * (1 - (power - low) / (high - low));
      frame.append(drawn("line", { class: "grid", x1: 0, x2: width, y1: y, y2: y }));
      frame.append(drawn("text", { x: -8, y: y + 4, "text-anchor": "end" }, `10${raised(power)}`));
    }
    const shade = (i) => `--share: ${100 - (60 * i) / Math.max(1, paths.length - 1)}%`;
    apart(ends).forEach((y, i) => {
      frame.append(drawn("path", { d: paths[i], style: shade(i) }));
      frame.append(drawn("text", { class: "label", x: width + 6, y: y + 4 }, layers[i].parameter.split(".")[0]));
    });
    const [first, last] = [sizes.steps[0], sizes.steps.at(-1)].map((step) => words.say("worked.sizes.step", { step }));
    frame.append(drawn("text", { x: 0, y: height + 20 }, first));
    frame.append(drawn("text", { x: width, y: height + 20, "text-anchor": "end" }, last));
    svg.replaceChildren(frame);
  }

  let newest = null;
  new ResizeObserver(() => newest && node.clientWidth && chart(newest)).observe(node);

  return {
    node,
    show(batch) {
      newest = batch;
      const largest = Math.max(...batch.layers.map(({ rms }) => rms ?? 0)) || 1;
      table.replaceChildren(...batch.layers.map((layer) => row(layer, largest)));
      chart(batch);
    },
  };
}
