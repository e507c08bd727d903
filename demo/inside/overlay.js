// What the views of single pictures share.

import { decode, make } from "../page/dom.js";
import { large, outline } from "../figures/pictures.js";
import { SIDE } from "./geometry.js";
import { hatch } from "./hatching.js";

export const picture = () => make("canvas", { role: "img" });

/** So many children in a box, made where they are missing, each then filled in. */
export function fill(box, count, create, update) {
  while (box.children.length > count) box.lastChild.remove();
  while (box.children.length < count) box.append(create());
  [...box.children].forEach(update);
}

/** A signed picture of all pixels, or of cells that each stand for several, with the drawing's outline on it. */
export function overlay(canvas, shown, { colours, image, label, css }) {
  const drawing = large(canvas, { ...shown, signed: true }, colours);
  hatch(drawing, shown, css);
  const pixels = SIDE / shown.width; // along a cell
  drawing.pen.scale(1 / pixels, 1 / pixels);
  outline({ pen: drawing.pen, line: drawing.line * pixels }, decode(image), SIDE, css("--ink"));
  canvas.ariaLabel = label;
}
