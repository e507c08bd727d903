// Cross-correlation with padding, so that maps keep their size. Numbers lie pixel by pixel, all channels of a pixel side
// by side: { side, channels, data }.

import { products } from "./products.js";

const BLOCK = 16; // outputs that are summed side by side

/** A layer of these weights (outputs, inputs, size, size) and biases on maps of so many pixels a side. */
export const convolution = (weight, bias, side) => dense(weight, bias, side) ?? scattered(weight, bias);

/** Every output cell is a sum over its window, in WebAssembly; null where there is none. */
export function dense({ shape: [outputs, inputs, size], data: weight }, { data: bias }, side) {
  const reach = (size - 1) / 2;
  const wide = side + 2 * reach; // with the padding
  const blocks = Math.ceil(outputs / BLOCK);
  const taps = size * size * inputs;
  const image = blocks * taps * BLOCK; // where what is read lies, behind the weights
  const sums = image + wide * wide * inputs; // and what it becomes, block by block
  const made = products(sums + side * side * blocks * BLOCK);
  if (!made) return null;
  const { numbers, add } = made;
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < inputs; c++)
      for (let k = 0; k < size * size; k++)
        numbers[(Math.floor(o / BLOCK) * taps + k * inputs + c) * BLOCK + (o % BLOCK)] =
          weight[(o * inputs + c) * size * size + k];
  const biases = new Float32Array(blocks * BLOCK);
  biases.set(bias);
  const run = size * inputs; // numbers of a window that lie in a row

  return ({ data }) => {
    for (let y = 0; y < side; y++)
      numbers.set(
        data.subarray(y * side * inputs, (y + 1) * side * inputs),
        image + ((y + reach) * wide + reach) * inputs,
      );
    const found = new Float32Array(side * side * outputs);
    for (let block = 0, to = sums; block < blocks; block++)
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++, to += BLOCK) {
          for (let j = 0; j < BLOCK; j++) numbers[to + j] = biases[block * BLOCK + j];
          for (let row = 0; row < size; row++)
            add(image + ((y + row) * wide + x) * inputs, (block * taps + row * run) * BLOCK, to, run);
          const first = (y * side + x) * outputs + block * BLOCK;
          const some = Math.min(BLOCK, outputs - block * BLOCK);
          for (let j = 0; j < some; j++) found[first + j] = numbers[to + j];
        }
    return { side, channels: outputs, data: found };
  };
}

/** The same in plain JavaScript: every input cell that is not zero adds its kernel around it. After ReLU most are zero. */
export function scattered({ shape: [outputs, inputs, size], data: weight }, { data: bias }) {
  const reach = (size - 1) / 2;
  const kernels = new Float32Array(weight.length); // by input, row, column and then output
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < inputs; c++)
      for (let k = 0; k < size * size; k++)
        kernels[(c * size * size + k) * outputs + o] = weight[(o * inputs + c) * size * size + k];
  const all = size * size * outputs; // weights of one input channel
  const found = new Int32Array(inputs + 3); // channels that are not zero in a pixel, four of them at a time
  const values = new Float32Array(inputs + 3);
  return ({ side, data }) => {
    const sums = new Float32Array(side * side * outputs);
    for (let i = 0; i < sums.length; i++) sums[i] = bias[i % outputs];
    for (let y = 0, at = 0; y < side; y++)
      for (let x = 0; x < side; x++, at += inputs) {
        let count = 0;
        for (let c = 0; c < inputs; c++) {
          if (data[at + c] === 0) continue;
          found[count] = c;
          values[count++] = data[at + c];
        }
        values.fill(0, count, count + 3); // whatever stands in the last four counts nothing
        for (let row = Math.max(0, y - reach); row <= Math.min(side - 1, y + reach); row++)
          for (let column = Math.max(0, x - reach); column <= Math.min(side - 1, x + reach); column++) {
            const k = ((y - row + reach) * size + (x - column + reach)) * outputs;
            const to = (row * side + column) * outputs;
            for (let n = 0; n < count; n += 4) {
              const [v0, v1, v2, v3] = [values[n], values[n + 1], values[n + 2], values[n + 3]];
              const [k0, k1, k2, k3] = [
                found[n] * all + k,
                found[n + 1] * all + k,
                found[n + 2] * all + k,
                found[n + 3] * all + k,
              ];
              for (let o = 0; o < outputs; o++)
                sums[to + o] +=
                  v0 * kernels[k0 + o] + v1 * kernels[k1 + o] + v2 * kernels[k2 + o] + v3 * kernels[k3 + o];
            }
          }
      }
    return { side, channels: outputs, data: sums };
  };
}
