// What a reload keeps of the pad, where the browser lets a page keep anything.

import { isDrawing } from "./strokes.js";

const STORE = "digit-duel";

/** Keep a drawing { strokes, pen }. */
export function keep({ strokes, pen }) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify({ strokes, pen }));
  } catch {} // inside a frame without storage, or storage is full
}

/** The drawing that was kept on a pad of that side; null where none was, or none that can be read. */
export function kept(side) {
  try {
    const found = JSON.parse(sessionStorage.getItem(STORE) ?? "null");
    return isDrawing(found.strokes, side) ? found : null;
  } catch {
    return null;
  }
}
