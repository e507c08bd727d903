// One map, enlarged: a number under the pointer, a cell to be chosen by pointer, arrow keys or buttons.

import { words } from "./words.js";
import { write } from "../page/dom.js";
import { bars, frame, large } from "../figures/pictures.js";
import { field } from "./field.js";
import { hatch } from "./hatching.js";
import { beside, cellAt, exists, isBars, spotOf, spotUnder } from "./geometry.js";
import { numberAt, rangeOf } from "./sentences.js";

const boxAround = ([y, x]) => ({ top: y, bottom: y + 1, left: x, right: x + 1 });

/** A function that shows the enlarged map of the newest answer, and beside it the input. */
export function enlarged(view) {
  const { find, every, css, answer, chooseCell } = view;
  const canvas = find(".big canvas");
  const showField = field(view);
  let hover = null; // [row, column] under the pointer

  function draw(picture, marked) {
    const { layer, colours } = answer();
    const accent = css("--cnn");
    const asBars = isBars(layer);
    canvas.classList.toggle("bars", asBars);
    if (asBars) return bars(canvas, picture, colours, { ink: css("--quiet"), mark: hover ?? marked, accent });
    const drawing = large(canvas, picture, colours);
    if (picture.signed) hatch(drawing, picture, css);
    if (layer.vector) blank(drawing, layer);
    if (hover) frame(drawing, boxAround(hover), accent, 1.5);
    if (marked) frame(drawing, boxAround(marked), accent, 2.5);
  }

  // The last row of a vector may be shorter than the others.
  function blank({ pen }, { width, height, units }) {
    const short = width * height - units;
    pen.clearRect(width - short, height - 1, short, 1);
  }

  function show() {
    const newest = answer();
    const { layer, cell, exact, pictureOf } = newest;
    if (hover && !exists(layer, hover)) hover = null; // this map is smaller than the one before
    const chosen = cell && spotOf(layer, cell.at);
    const spot = hover ?? chosen;
    draw(pictureOf(layer.map), chosen);
    const label = words.tell(rangeOf(layer, layer.map));
    canvas.ariaLabel = words.say("inside.map.enlarged", { label, point: words.say("inside.map.point") });
    const number = spot && exact[spot[0] * layer.width + spot[1]];
    write(find(".big b"), spot ? words.tell(numberAt(newest, spot, number)) : label);
    showField(newest, hover);
  }

  // By the window's coordinates: offsetX counts otherwise than clientWidth where the page is zoomed by its style.
  const under = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    const spot = spotUnder(answer().layer, [clientX - box.left, clientY - box.top], box);
    return exists(answer().layer, spot) ? spot : null;
  };
  const choose = (spot) => spot && chooseCell(cellAt(answer().layer, spot));

  function move(way) {
    const { layer, cell } = answer();
    choose(beside(layer, cell && spotOf(layer, cell.at), way));
  }

  function point(spot) {
    hover = spot;
    if (answer()) show();
  }

  canvas.addEventListener("pointermove", (event) => {
    if (answer() && event.pointerType !== "touch") point(under(event));
  });
  canvas.addEventListener("pointerleave", () => point(null));
  canvas.addEventListener("click", (event) => choose(under(event)));
  canvas.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") || !answer()) return;
    event.preventDefault();
    hover = null;
    move(event.key.slice("Arrow".length).toLowerCase());
  });
  for (const button of every("[data-move]")) button.addEventListener("click", () => move(button.dataset.move));

  return show;
}
