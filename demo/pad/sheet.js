// The sheet of paper: the page's drawing as hands change it, stroke by stroke, and the way back.

import { page } from "../page/state.js";
import { extended, history } from "./strokes.js";

/** A sheet that holds so many strokes; `ended` is called when a stroke is finished or dropped. */
export function sheet(most, ended) {
  const past = history();
  let drawing = false; // while the pen is down, the last stroke is not finished

  const strokes = () => page.get().strokes;
  const isLent = () => strokes() === page.get().lent; // nobody drew it: it gives way, and is no part of the past
  const own = () => (isLent() ? [] : strokes());
  const finished = () => (drawing ? own().slice(0, -1) : own());
  const put = (next) => page.set({ strokes: next, picture: null, digit: null });

  function end(then) {
    drawing = false;
    then();
    ended();
  }

  return {
    /** The pen touches the paper: whether it may draw there. */
    down(point) {
      if (drawing || own().length >= most) return false;
      drawing = true;
      put([...own(), [point]]);
      return true;
    },
    /** It passes these points. */
    moved(points) {
      const all = strokes();
      const stroke = extended(all.at(-1), points);
      if (stroke !== all.at(-1)) page.set({ strokes: [...all.slice(0, -1), stroke] });
    },
    /** It leaves. */
    up() {
      past.record(finished());
      end(() => {});
    },
    /** It was no pen: the stroke goes, and leaves nothing in the past. */
    dropped() {
      const before = finished();
      end(() => put(before));
    },
    /** Another drawing, which undo takes back. */
    change(next) {
      if (next === strokes() && !page.get().picture) return;
      past.record(own());
      put(next);
    },
    /** A drawing that is only shown. */
    lend(next) {
      const lent = [...next];
      page.set({ strokes: lent, lent });
    },
    undo: () => past.canUndo && put(past.undo(own())),
    redo: () => past.canRedo && put(past.redo(own())),
    clear() {
      if (own().length) this.change([]);
      else put([]);
    },
    get drawing() {
      return drawing;
    },
    get lent() {
      return isLent();
    },
    get canUndo() {
      return past.canUndo;
    },
    get canRedo() {
      return past.canRedo;
    },
  };
}
