// A map of shares by place of a moved image, in lightness of a reader's colour.

import { make } from "../page/dom.js";
import { SIZE, mixed, palette } from "./map.js";
import { ACROSS, REACH } from "./shift.js";

const CELL = 9; // canvas pixels
const WHOLE = 0.99; // of its ink a digit still has, within the line

/** What a pointer or a key makes of the place that is looked at: [dx, dy], or null for other keys. */
export function stepped([dx, dy], key) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (key === "Home") return [0, 0];
  return key in steps ? [dx + steps[key][0], dy + steps[key][1]] : null;
}

/** Let a map's canvas be pointed at and walked over with the arrow keys. */
export function walked(canvas, choose, chosen) {
  const look = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    choose([
      Math.floor(((clientX - left) / width) * ACROSS) - REACH,
      Math.floor(((clientY - top) / height) * ACROSS) - REACH,
    ]);
  };
  canvas.addEventListener("pointerdown", look);
  canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && look(event));
  canvas.addEventListener("keydown", (event) => {
    const place = stepped(chosen(), event.key);
    if (!place) return;
    choose(place);
    event.preventDefault();
  });
}

/** A map: { node, draw }, where draw takes rows of shares, rows of ink kept, and the place that is looked at. */
export function heat(choose, chosen) {
  const node = make("canvas", { tabindex: 0, role: "img", width: SIZE, height: SIZE });
  walked(node, choose, chosen);
  const paint = node.getContext("2d");
  return { node, draw: (rows, kept, place) => paintHeat(paint, palette(node), rows, kept, place) };
}

/** Draw such a map with a canvas's context, or one like it, in these colours; the place may be null. */
export function paintHeat(paint, { paper, own, ink }, rows, kept, place) {
  rows.forEach((row, y) =>
    row.forEach((share, x) => {
      paint.fillStyle = `rgb(${mixed(paper, own, share).join(" ")})`;
      paint.fillRect(x * CELL, y * CELL, CELL, CELL);
    }),
  );
  paint.strokeStyle = `rgb(${ink.join(" ")})`;
  outline(paint, kept);
  if (!place) return;
  const [dx, dy] = place;
  paint.lineWidth = 2;
  paint.strokeRect((dx + REACH) * CELL + 0.5, (dy + REACH) * CELL + 0.5, CELL - 1, CELL - 1);
}

/** The line around the places at which nearly all ink is still in the frame. */
function outline(paint, kept) {
  const inside = (x, y) => (kept[y]?.[x] ?? 0) >= WHOLE;
  paint.lineWidth = 1;
  paint.setLineDash([4, 3]);
  paint.beginPath();
  for (let y = 0; y < ACROSS; y++)
    for (let x = 0; x < ACROSS; x++) {
      if (!inside(x, y)) continue;
      const [left, top, right, down] = [x * CELL, y * CELL, (x + 1) * CELL, (y + 1) * CELL];
      if (!inside(x - 1, y)) (paint.moveTo(left, top), paint.lineTo(left, down));
      if (!inside(x + 1, y)) (paint.moveTo(right, top), paint.lineTo(right, down));
      if (!inside(x, y - 1)) (paint.moveTo(left, top), paint.lineTo(right, top));
      if (!inside(x, y + 1)) (paint.moveTo(left, down), paint.lineTo(right, down));
    }
  paint.stroke();
  paint.setLineDash([]);
}
