// The input, with the pixels framed that a cell of the enlarged map depends on.

import { words } from "./words.js";
import { write } from "../page/dom.js";
import { frame, large, outside } from "../figures/pictures.js";
import { SIDE, boxOf, marginOf } from "./geometry.js";
import { fieldOf } from "./sentences.js";

/** A function that shows the input for the cell at `spot`, or for the chosen one. */
export function field({ find, css }) {
  const canvas = find(".field canvas");

  return ({ image, layer, cell, colours }, spot) => {
    const box = spot && layer.field ? boxOf(layer.field, spot) : cell?.field;
    const input = { width: SIDE, height: SIDE, signed: false, bytes: image };
    const drawing = large(canvas, input, colours, marginOf(layer.field, box));
    if (box) {
      outside(drawing, box, input, css("--quiet"));
      frame(drawing, box, css("--cnn"));
    }
    const told = words.tell(fieldOf(box));
    write(find(".field figcaption"), told);
    canvas.ariaLabel = words.say("inside.field.label", { field: told });
  };
}
