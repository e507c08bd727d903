// Where things stand in a chart: its frame, labels beside it, marks of epochs, the values under a cursor. Pixels unless
// told otherwise; a line has x and y, lists of the same length with x rising.

const LINE = 15; // from one label to the next
const LETTER = 7; // the width of a letter
const NARROW = 480; // of a chart: labels beside the plot would leave it too little

/** The plot's place in a chart of this size and with these labels: { left, right, top, bottom, narrow }. */
export function frame(width, height, labels = []) {
  const narrow = width < NARROW;
  const beside = 20 + LETTER * Math.max(11, ...labels.map(({ length }) => length));
  return { left: 46, right: Math.max(60, width - (narrow ? 12 : beside)), top: 22, bottom: height - 44, narrow };
}

/**
 * Where labels stand, right of the plot and so on no line: each as high as its line's end, but a line's height from the
 * others and within the plot. Takes and gives [{ y, … }], the highest first.
 */
export function spread(labels, { top, bottom }) {
  const sorted = labels.map((label) => ({ ...label, at: label.y })).sort((a, b) => a.y - b.y);
  sorted.forEach((label, i) => (label.at = Math.max(label.at, i ? sorted[i - 1].at + LINE : top)));
  sorted.reduceRight((below, label) => (label.at = Math.min(label.at, below - LINE)), bottom + LINE);
  return sorted;
}

/** The index of the number in a rising list that is nearest; -1 of none. */
export function nearest(list, value) {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - list[low - 1] <= list[low] - value ? low - 1 : list.length ? low : -1;
}

/** Every place at which one of these lines has a point, rising, each once. */
export function stops(lines) {
  return [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b);
}

/** The index of a line's point that a cursor at `x` shows; -1 where the line has ended, or has not begun. */
export function under(line, x) {
  const { length } = line.x;
  if (!length || x > line.x[length - 1] || x < line.x[0]) {
    const spacing = length > 1 ? (line.x[length - 1] - line.x[0]) / (length - 1) : 0;
    const off = length ? Math.max(line.x[0] - x, x - line.x[length - 1]) : Infinity;
    if (!(off <= spacing)) return -1;
  }
  return nearest(line.x, x);
}

/** Where a list of steps reaches `step`, between the points of `x`; it begins at 0, 0. */
export function reached(x, steps, step) {
  const after = steps.findIndex((done) => done >= step);
  if (after < 0) return null;
  const [x0, from] = after ? [x[after - 1], steps[after - 1]] : [0, 0];
  return steps[after] === from ? x[after] : x0 + ((step - from) / (steps[after] - from)) * (x[after] - x0);
}

/** The ends of epochs as [{ epoch, x }]: all, or where there are many every second, fifth, tenth and so on. */
export function epochEnds({ x, step, perEpoch }, most = 40) {
  const done = Math.floor((step.at(-1) ?? 0) / perEpoch);
  let every = 1;
  for (const factor of [1, 2, 5, 10, 20, 50, 100, 200, 500]) if (done / (every = factor) <= most) break;
  const ends = [];
  for (let epoch = every; epoch <= done; epoch += every) ends.push({ epoch, x: reached(x, step, epoch * perEpoch) });
  return ends;
}

/** The d of a path through these points, or of dots; what is no number is left out. */
export function path(points, dots = false) {
  let d = "";
  for (const [x, y] of points) if (Number.isFinite(y)) d += dots ? `M${x},${y}h0` : `${d ? "L" : "M"}${x},${y}`;
  if (d && !dots && !d.includes("L")) d += "h0"; // a single point is a dot
  return d;
}

/** The left edge of a box of this width beside a cursor: right of it, or left where there is no room. */
export function besideCursor(x, width, { left, right }, gap = 12) {
  if (x + gap + width <= right + 8) return x + gap;
  return Math.max(0, x - gap - width >= left - 40 ? x - gap - width : Math.min(x + gap, right + 8 - width));
}

/** A text in as many lines as a width needs, two at most, of about the same length; room for widely spaced letters. */
export function halves(text, width, letter = 10) {
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  if (text.length * letter <= width || !spaces.length) return [text];
  const middle = spaces.reduce((best, at) =>
    Math.abs(2 * at - text.length) < Math.abs(2 * best - text.length) ? at : best,
  );
  return [text.slice(0, middle), text.slice(middle + 1)];
}
