// Where things are in a layer, without a page: cells under a pointer, the pixels they see, how a figure is laid out.

export const SIDE = 28; // pixels of the image

/** Whether a layer is shown as bars: a few units in one row. */
export const isBars = ({ vector, width, height }) => vector && height === 1 && width <= 16;

/** Whether the picture of a layer has a cell at [row, column]; the last row of a vector may be shorter. */
export const exists = ({ height, width, vector, units }, [y, x]) =>
  y >= 0 && y < height && x >= 0 && x < width && (!vector || y * width + x < units);

/** The cell of a layer's output at [row, column] of its picture, and back. */
export const cellAt = ({ vector, width, map }, [y, x]) => (vector ? [y * width + x] : [map, y, x]);
export const spotOf = ({ vector, width }, at) => (vector ? [Math.floor(at[0] / width), at[0] % width] : at.slice(1));

/**
 * [row, column] under a point of a picture that is shown so large.
 * @returns {[number, number]}
 */
export function spotUnder({ height, width }, [x, y], shown) {
  const within = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  return [within(y / shown.height, height), within(x / shown.width, width)];
}

const STEPS = { left: [0, -1], right: [0, 1], up: [-1, 0], down: [1, 0] };

/** The cell beside a chosen one, or the middle where none is chosen; null past the edge. */
export function beside(layer, chosen, way) {
  if (!chosen) return [Math.floor(layer.height / 2), Math.floor(layer.width / 2)];
  const spot = chosen.map((i, axis) => i + STEPS[way][axis]);
  return exists(layer, spot) ? spot : null;
}

/** The pixels that the cell at [row, column] sees: a box. */
export function boxOf({ start, step, size }, spot) {
  const [top, left] = spot.map((i, axis) => start[axis] + i * step[axis]);
  return { top, left, bottom: top + size[0], right: left + size[1] };
}

/** A box in numbers: its first and last row and column, its pixels, and how many of these lie outside the image. */
export function numbersOf({ top, bottom, left, right }) {
  const pixels = (bottom - top) * (right - left);
  const inside = (Math.min(bottom, SIDE) - Math.max(top, 0)) * (Math.min(right, SIDE) - Math.max(left, 0));
  return { top, bottom: bottom - 1, left, right: right - 1, pixels, outside: pixels - inside };
}

/** How many pixels around the image are shown, so that a box is seen and, where the cells have one, every other too. */
export function marginOf(field, box) {
  const over = field ? field.start.map((i) => -i) : [];
  if (box) over.push(-box.top, -box.left, box.bottom - SIDE, box.right - SIDE);
  return 1 + Math.max(0, ...over);
}
