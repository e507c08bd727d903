// Changes of a prepared image, in the sums of nets/changes.py: geometry about the middle of the frame, bilinear, with paper
// outside; an image is 784 numbers in [0, 1], row by row.

import { SIDE } from "./shift.js";

const MIDDLE = (SIDE - 1) / 2;

const ink = (image, x, y) => (x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : image[y * SIDE + x]);

/** Look every output pixel up in the input: a row of the matrix for x and one for y, from the middle. */
function warp(image, [[a, b], [c, d]]) {
  return image.map((_, i) => {
    const [u, v] = [(i % SIDE) - MIDDLE, Math.floor(i / SIDE) - MIDDLE];
    const [x, y] = [a * u + b * v + MIDDLE, c * u + d * v + MIDDLE];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - left, y - top];
    return (
      (1 - down) * ((1 - right) * ink(image, left, top) + right * ink(image, left + 1, top)) +
      down * ((1 - right) * ink(image, left, top + 1) + right * ink(image, left + 1, top + 1))
    );
  });
}

/** A step between the image and its grey dilation (or that of its paper, for a thinner pen) with a 3x3 cross. */
function grown(image, radius) {
  const from = radius > 0 ? image : image.map((value) => 1 - value);
  const most = from.map((value, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    return Math.max(
      value,
      y > 0 ? from[i - SIDE] : 0,
      y < SIDE - 1 ? from[i + SIDE] : 0,
      x > 0 ? from[i - 1] : 0,
      x < SIDE - 1 ? from[i + 1] : 0,
    );
  });
  const share = Math.abs(radius);
  return image.map((_, i) => {
    const value = from[i] + share * (most[i] - from[i]);
    return radius > 0 ? value : 1 - value;
  });
}

function pen(image, pixels) {
  for (let whole = Math.floor(Math.abs(pixels)); whole > 0; whole--) image = grown(image, Math.sign(pixels));
  const rest = pixels % 1;
  return rest ? grown(image, rest) : image;
}

function blur(image, pixels) {
  if (!pixels) return image;
  const reach = Math.ceil(3 * pixels);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / pixels) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight);
  const along = (from, stepX, stepY) =>
    from.map((_, i) => {
      const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
      return weights.reduce(
        (sum, weight, k) => sum + (weight / total) * ink(from, x + stepX * (k - reach), y + stepY * (k - reach)),
        0,
      );
    });
  return along(along(image, 1, 0), 0, 1);
}

/** The uniform numbers of mulberry32, a small generator. */
function mulberry(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 784 normal numbers: field 0 of nets/changes.py. */
const FIELD = (() => {
  const uniform = mulberry(0);
  return Array.from({ length: SIDE * SIDE }, () => {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  });
})();

function occlusion(image, side) {
  const [low, high] = [(SIDE - side) / 2, (SIDE + side) / 2];
  const covered = (i) => Math.min(Math.max(Math.min(i + 1, high) - Math.max(i, low), 0), 1);
  return image.map((value, i) => value * (1 - covered(i % SIDE) * covered(Math.floor(i / SIDE))));
}

/** @returns {[[number, number], [number, number]]} */
const turn = (degrees) => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [
    [cos, sin],
    [-sin, cos],
  ];
};

/** Each kind as a function of an image and how far it goes. */
export const apply = {
  rotation: (image, degrees) => warp(image, turn(degrees)),
  size: (image, factor) => warp(image, [[1 / factor, 0], [0, 1 / factor]]), // prettier-ignore
  slant: (image, pixels) => warp(image, [[1, pixels], [0, 1]]), // prettier-ignore
  pen,
  blur,
  noise: (image, deviation) => image.map((value, i) => Math.min(1, Math.max(0, value + deviation * FIELD[i]))),
  occlusion,
  inversion: (image, share) => image.map((value) => (1 - share) * value + share * (1 - value)),
};

/** The values of a kind from low to high, given as the server tells it: { low, high, step, none }. */
export const values = ({ low, high, step }) =>
  Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => Number((low + i * step).toFixed(6)));

/** One of a kind's values: the nearest to this one, which a link may have brought; `none` where there is none. */
export function settled(change, value = change.none) {
  return values(change).reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best));
}

/**
 * The value nearest to `none` at which a reader reads another digit than where nothing is changed, as [value, digit], or
 * null. `readings` are { value: digit }, in order.
 */
export function firstFailure(list, readings, none) {
  const home = readings(none);
  const failed = list.filter((value) => readings(value) !== undefined && readings(value) !== home);
  const nearest = failed.sort((a, b) => Math.abs(a - none) - Math.abs(b - none))[0];
  return nearest === undefined ? null : [nearest, readings(nearest)];
}

/**
 * The smallest change on which two readers part: { kind, value, share }, where share is how far that is of the way from
 * `none` to the end; null where there is none. `parts(kind, value)` says whether they part there.
 */
export function smallest(kinds, parts) {
  let best = null;
  for (const [kind, change] of Object.entries(kinds))
    for (const value of values(change)) {
      if (!parts(kind, value)) continue;
      const end = value > change.none ? change.high : change.low;
      const share = value === change.none ? 0 : Math.abs((value - change.none) / (end - change.none));
      if (!best || share < best.share) best = { kind, value, share };
    }
  return best;
}
