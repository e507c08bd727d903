// Dashes on the cells of a picture that are below zero: its sign can be told without colours.

import { decode } from "../page/dom.js";

const LEAST = 14; // of 127: what is nearer to zero looks like zero
const STRONG = 64;

/** Draw them on a picture that large() has just drawn; `css` gives a colour's value by its name. */
export function hatch({ pen, line }, { width, bytes }, css) {
  const values = typeof bytes === "string" ? decode(bytes) : bytes;
  const thick = Math.max(line, 0.06);
  for (const strong of [false, true]) {
    pen.fillStyle = css(strong ? "--zero" : "--quiet");
    values.forEach((byte, i) => {
      const below = byte > 127 ? 256 - byte : 0;
      if (below < LEAST || below >= STRONG !== strong) return;
      pen.fillRect((i % width) + 0.28, Math.floor(i / width) + 0.5 - thick / 2, 0.44, thick);
    });
  }
}
