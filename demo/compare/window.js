// One kernel of the first convolution at every place of an image: its window, its sum, and where it finds most.

import { SIDE } from "./shift.js";

const APART = 7; // pixels, at least, between two places that are shown

/** The pixels under a kernel with its middle at (x, y), row by row; outside the image there is paper. */
export function windowAt(image, size, x, y) {
  const reach = (size - 1) / 2;
  return Array.from({ length: size * size }, (_, i) => {
    const [column, row] = [x - reach + (i % size), y - reach + Math.floor(i / size)];
    return column < 0 || row < 0 || column >= SIDE || row >= SIDE ? 0 : image[row * SIDE + column];
  });
}

/** The sum of a kernel's products with a window, and its bias. */
export const sumOf = ({ weights, bias }, window) => window.reduce((sum, ink, i) => sum + ink * weights[i], bias);

/** The sums at all places, row by row. */
export const sumsOf = (kernel, image) =>
  Array.from(image, (_, i) => sumOf(kernel, windowAt(image, kernel.size, i % SIDE, Math.floor(i / SIDE))));

/** So many places [x, y] that lie apart, those with the largest sums first. */
export function largest(sums, count) {
  const order = [...sums.keys()].sort((a, b) => sums[b] - sums[a]);
  const found = [];
  for (const i of order) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    if (found.every(([left, top]) => Math.max(Math.abs(left - x), Math.abs(top - y)) >= APART)) found.push([x, y]);
    if (found.length === count) break;
  }
  return found;
}

/** Of a convolution's tensors the kernels of one input: { size, weights, bias }. */
export function kernelsOf({ shape: [outputs, inputs, size], data }, { data: biases }) {
  const each = inputs * size * size;
  return Array.from({ length: outputs }, (_, o) => {
    return { size, weights: [...data.subarray(o * each, o * each + size * size)], bias: biases[o] };
  });
}

/** What the layer holds with shared kernels, and with one for every place. */
export function counts(kernels) {
  const shared = kernels.length * (kernels[0].size ** 2 + 1);
  return { shared, unshared: shared * SIDE * SIDE, products: kernels.length * kernels[0].size ** 2 * SIDE * SIDE };
}
