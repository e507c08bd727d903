// The sheet of paper: the page's drawing as hands change it, stroke by stroke, and the way back.

import { page } from "../page/state.js";
import { extended, history } from "./strokes.js";

/**
 * A sheet that holds so many strokes; `ended` is called when a stroke is finished or dropped. A stroke is finished, too, when
 * something else comes to lie on the paper meanwhile.
 */
export function sheet(most, ended) {
  const past = history();
  let pen = null; // while it is down: { before, drawn }, the drawing without this stroke and with it

  const strokes = () => page.get().strokes;
  const isLent = () => strokes() === page.get().lent; // nobody drew it: it gives way, and is no part of the past
  const own = () => (isLent() ? [] : strokes());
  const put = (next) => page.set({ strokes: next, picture: null, digit: null });

  function up() {
    if (!pen) return;
    past.record(pen.before);
    pen = null;
    ended();
  }

  page.subscribe(["strokes", "picture"], ({ strokes, picture }) => {
    if (pen && (picture || strokes !== pen.drawn)) up();
  });

  return {
    /** The pen touches the paper: whether it may draw there. */
    down(point) {
      const before = own();
      if (pen || before.length >= most) return false;
      pen = { before, drawn: [...before, [point]] };
      put(pen.drawn);
      return true;
    },
    /** It passes these points. */
    moved(points) {
      if (!pen) return;
      const last = pen.drawn.at(-1);
      const stroke = extended(last, points);
      if (stroke === last) return;
      pen.drawn = [...pen.drawn.slice(0, -1), stroke];
      page.set({ strokes: pen.drawn });
    },
    /** It leaves. */
    up,
    /** It was no pen: the stroke goes, and leaves nothing in the past. */
    dropped() {
      if (!pen) return;
      const { before } = pen;
      pen = null;
      put(before);
      ended();
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
      return pen !== null;
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
