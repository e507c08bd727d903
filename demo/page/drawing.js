// The drawing on the pad in the form in which the server and the page's own reader take it.

import { page } from "./state.js";

const MOST_POINTS = 4096; // that the server takes: MAX_POINTS in nets/drawing.py

/** A drawing of at most so many points: while there are more, every other one goes. */
export function thinned(strokes, most = MOST_POINTS) {
  const points = (list) => list.reduce((sum, stroke) => sum + stroke.length, 0);
  while (points(strokes) > most && strokes.some((stroke) => stroke.length > 2))
    strokes = strokes.map((stroke) => stroke.filter((_, i) => i % 2 === 0 || i === stroke.length - 1));
  return strokes;
}

/** { strokes, pen, steps }: what is drawn, and which steps of the preparation are off. */
export function drawn() {
  const { strokes, pen, steps } = page.get();
  return { strokes: thinned(strokes), pen, steps };
}
