// Strokes as data. A stroke is a list of points, [x, y] in pad units with y downwards; a drawing is a list of strokes.
// None is ever changed: a longer one is a new list, which holds the same points.

const NEAR = 0.7; // pad units: a point nearer to the one before adds nothing to be seen

/** A stroke with the points that follow it, or the same stroke where all of them are too near. */
export function extended(stroke, points) {
  const longer = [...stroke];
  for (const [x, y] of points) {
    const [before, above] = longer.at(-1);
    if (Math.hypot(x - before, y - above) >= NEAR) longer.push([x, y]);
  }
  return longer.length > stroke.length ? longer : stroke;
}

/** Whether a drawing has only grown since: what was said of it before is then not wrong, only old. */
export function continues(before, after) {
  if (!before.length || before.length > after.length) return before.length === after.length;
  const last = before.length - 1;
  return before.every((stroke, i) => stroke === after[i] || (i === last && begins(stroke, after[i])));
}

const begins = (stroke, longer) => stroke[0] === longer[0] && stroke.at(-1) === longer[stroke.length - 1];

/** Whether this, which may be anything, is a drawing on a pad of that side. */
export function isDrawing(value, side) {
  const inside = (number) => Number.isFinite(number) && number >= 0 && number <= side;
  const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every(inside);
  const isStroke = (stroke) => Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
  return Array.isArray(value) && value.every(isStroke);
}

/** The drawings that undo and redo go back and forth between. */
export function history() {
  const past = [];
  const future = [];
  const step = (from, to) => (now) => {
    if (!from.length) return now;
    to.push(now);
    return from.pop();
  };
  return {
    /** A drawing has become another. */
    record(before) {
      past.push(before);
      future.length = 0;
    },
    /** The drawing before this one, or this one where there is none. */
    undo: step(past, future),
    /** The drawing that was undone last, or this one where there is none. */
    redo: step(future, past),
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
  };
}
