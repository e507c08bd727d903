// What the views of single pictures share.

import { decode, make } from "../page/dom.js";
import { large, outline } from "../page/pictures.js";
import { SIDE } from "./geometry.js";

export const picture = () => make("canvas", { role: "img" });

/** So many children in a box, made where they are missing, each then filled in. */
export function fill(box, count, create, update) {
  while (box.children.length > count) box.lastChild.remove();
  while (box.children.length < count) box.append(create());
  [...box.children].forEach(update);
}

/** A picture of all pixels with the drawing's outline on it. */
export function overlay(canvas, shown, { colours, image, label, css }) {
  outline(large(canvas, shown, colours), decode(image), SIDE, shown.signed ? css("--ink") : css("--faint"));
  canvas.ariaLabel = label;
}
