// A map of an image's moves: what a reader reads at every place, and how surely.

import { ACROSS, REACH, at, moveAt, regions, room } from "./shift.js";

const CELL = 9; // canvas pixels

export const SIZE = ACROSS * CELL;

/**
 * Draw a map with a canvas's context, or one like it. `cards` are readings by place, with holes where none has arrived; `steps`
 * says how coarse the grid is that each place was read on, so that a reading stands for its surroundings until they are
 * read themselves. `chosen` is [dx, dy], or null. Colours are [red, green, blue]: the reading in the middle has `own`, others
 * have `other`.
 */
export function paintMap(paint, { paper, own, other, ink }, { cards, steps, image, chosen }) {
  const full = nearest(cards, steps);
  const home = cards[at(0, 0)]?.digit;
  paint.fillStyle = css(paper);
  paint.fillRect(0, 0, SIZE, SIZE);
  full.forEach((card, place) => {
    if (!card) return;
    const [x, y] = [(place % ACROSS) * CELL, Math.floor(place / ACROSS) * CELL];
    const sure = card.probabilities[card.digit];
    const strength = Math.max(0, (sure - 0.2) / 0.8); // surer than 20 %, or nothing would be said at all
    paint.fillStyle = css(mixed(paper, card.digit === home ? own : other, 0.12 + 0.78 * strength));
    paint.fillRect(x, y, CELL, CELL);
  });
  border(paint, image, css(ink));
  labels(paint, (place) => full[place]?.digit, css(ink), css(paper));
  mark(paint, [0, 0], css(ink), false);
  if (chosen) mark(paint, chosen, css(ink), true);
}

/** A function that draws a map into a canvas, in the colours of the page. */
export function shiftMap(canvas) {
  canvas.width = canvas.height = SIZE;
  const paint = canvas.getContext("2d");
  return (what) => paintMap(paint, palette(canvas), what);
}

/** The colours that a map on the page has. */
export function palette(node) {
  const style = getComputedStyle(node);
  const [paper, own, other, ink] = ["--card", "--colour", "--quiet", "--ink"].map((name) =>
    colour(style.getPropertyValue(name)),
  );
  return { paper, own, other, ink };
}

/** Readings of every place: its own, or of the nearest place on a coarser grid. */
export function nearest(cards, steps) {
  const full = new Array(ACROSS ** 2);
  for (let place = 0; place < full.length; place++) {
    if (cards[place]) {
      full[place] = cards[place];
      continue;
    }
    const [dx, dy] = moveAt(place);
    for (const step of steps) {
      const most = step * Math.floor(REACH / step); // the last place on that grid
      const near = (value) => Math.max(-most, Math.min(most, step * Math.round(value / step)));
      const found = cards[at(near(dx), near(dy))];
      if (found) {
        full[place] = found;
        break;
      }
    }
  }
  return full;
}

/** The line within which all ink stays in the frame. */
function border(paint, image, line) {
  const inside = room(image);
  if (!inside) return;
  const { left, right, up, down } = inside;
  paint.strokeStyle = line;
  paint.lineWidth = 1.5;
  paint.setLineDash([5, 4]);
  const from = (value) => (REACH - Math.min(REACH, value)) * CELL;
  const to = (value) => (REACH + Math.min(REACH, value) + 1) * CELL;
  paint.strokeRect(from(left), from(up), to(right) - from(left), to(down) - from(up));
  paint.setLineDash([]);
}

function labels(paint, reading, ink, paper) {
  paint.font = `600 15px system-ui, sans-serif`;
  paint.textAlign = "center";
  paint.textBaseline = "middle";
  paint.lineWidth = 3;
  paint.lineJoin = "round";
  for (const { digit, x, y } of regions(reading, 12)) {
    const place = [(x + 0.5) * CELL, (y + 0.5) * CELL + 1];
    paint.strokeStyle = paper;
    paint.strokeText(String(digit), ...place);
    paint.fillStyle = ink;
    paint.fillText(String(digit), ...place);
  }
}

function mark(paint, [dx, dy], line, whole) {
  paint.strokeStyle = line;
  paint.lineWidth = whole ? 2 : 1;
  paint.strokeRect((dx + REACH) * CELL + 0.5, (dy + REACH) * CELL + 0.5, CELL - 1, CELL - 1);
}

/** #rrggbb or #rgb as numbers. */
export function colour(text) {
  const digits = text.trim().slice(1);
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  return [0, 2, 4].map((start) => parseInt(long.slice(start, start + 2), 16));
}

export const mixed = (from, to, share) => from.map((value, i) => Math.round(value + share * (to[i] - value)));

/** Such numbers as a colour of CSS. */
export const css = (parts) => `rgb(${parts.join(" ")})`;
