// The scale of a picture: its colours from the least to the largest number, both numbers, and what they are of.

import { words } from "./words.js";
import { make, write } from "../page/dom.js";
import { small } from "../figures/pictures.js";

const { exact2 } = words.format;

/** The nodes of a legend, for a place that the page's HTML has none for. */
export const legend = () =>
  make("div", { class: "legend" }, make("span", {}), make("canvas", { "aria-hidden": "true" }), ...two());
const two = () => [make("span", {}), make("small", {})];

/**
 * Fill a legend in. Signed colours reach from minus the largest number to plus that, others from 0.
 * @param {any} node
 * @param {{ signed: boolean, largest: number, unit: string, hatched?: boolean }} scale
 * @param {number[][][]} colours
 */
export function showLegend(node, { signed, largest, unit, hatched = signed }, colours) {
  const [least, canvas, most, told] = node.children;
  const steps = Uint8Array.from({ length: signed ? 255 : 256 }, (_, i) => (signed ? i - 127 : i));
  small(canvas, { width: steps.length, height: 1, signed, bytes: steps }, colours);
  node.classList.toggle("hatched", hatched);
  write(least, signed ? exact2(-largest) : "0");
  write(most, exact2(largest));
  write(told, words.say(`inside.unit.${unit}`));
}
