// The drawing on the pad in the form in which the server and the page's own reader take it.

import { apart } from "../reader/apart.js";
import { page } from "./state.js";

const MOST_POINTS = 4096; // that the server takes: MAX_POINTS in nets/drawing.py

/** A drawing of at most so many points: while there are more, every other one goes. */
export function thinned(strokes, most = MOST_POINTS) {
  const points = (list) => list.reduce((sum, stroke) => sum + stroke.length, 0);
  while (points(strokes) > most && strokes.some((stroke) => stroke.length > 2))
    strokes = strokes.map((stroke) => stroke.filter((_, i) => i % 2 === 0 || i === stroke.length - 1));
  return strokes;
}

/**
 * { strokes, pen, steps }: what is drawn, and which steps of the preparation are off. Where several digits stand apart,
 * `digit` is the place of the one that is looked at; where a picture lies on the paper, `image` is what is seen of it.
 */
export function drawn() {
  const { strokes, pen, steps, picture, digit } = page.get();
  if (picture) {
    const { digits } = picture;
    if (digits.length < 2) return { strokes: [], pen, steps, image: picture.image };
    const place = digits[digit ?? 0] ? (digit ?? 0) : 0;
    return { strokes: [], pen, steps, image: digits[place], digit: place };
  }
  const drawing = { strokes: thinned(strokes), pen, steps };
  const digits = apart(drawing);
  if (digits.length < 2) return drawing;
  const newest = digits.findIndex((members) => members.includes(strokes.length - 1));
  return { ...drawing, digit: digit !== null && digits[digit] ? digit : newest };
}
