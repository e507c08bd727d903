// Scales of the charts: { place, ticks }, where `place` gives a value's position between 0 (left, bottom) and 1 (right,
// top) and `ticks` are [value, text] pairs.

import { numbers } from "../page/words.js";

const KNEE = 0.8; // accuracy from which on the scale is stretched
const BELOW = 0.125; // share of the height that what is less gets
const SLACK = 0.0005; // 100 % is so far from where its logarithm would be endless

const { tick: format, compact, rounded } = numbers();
const largest = (values, least) => values.reduce((most, value) => Math.max(most, value), least);
const step = (span) => {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  return power * ([1, 2, 5].find((factor) => factor * power >= span / 4) ?? 10);
};
const ticks = (top, by) => Array.from({ length: Math.floor(top / by + 1e-6) + 1 }, (_, i) => i * by);

/** Scales by name: each takes the values to be shown. */
export const scales = {
  // from 0 to the largest value
  clock(values) {
    const top = largest(values, 1);
    return { place: (value) => value / top, ticks: ticks(top, step(0.7 * top)).map((value) => [value, format(value)]) };
  },

  // the same for what is counted: ticks at whole numbers alone
  whole(values) {
    const top = largest(values, 1);
    const by = Math.max(1, step(0.7 * top));
    return { place: (value) => value / top, ticks: ticks(top, by).map((value) => [value, compact(value)]) };
  },

  // from 0 to a round number
  linear(values) {
    const most = largest(values, 0) || 1;
    const by = step(most);
    const top = Math.ceil(most / by - 1e-6) * by;
    return { place: (value) => value / top, ticks: ticks(top, by).map((value) => [value, format(value)]) };
  },

  // between round numbers, at least from 0.1 to 3; each factor of ten is as high as any other
  log(values) {
    const lower = values.reduce((least, value) => (value > 0 ? Math.min(least, value) : least), 0.1);
    const all = [];
    for (let power = -6; power < 40; power++) all.push(10 ** power, 3 * 10 ** power);
    const low = Math.max(
      0,
      all.findLastIndex((value) => value <= lower),
    );
    const high = all.findIndex((value) => value >= largest(values, 3));
    const every = Math.ceil((high - low) / 6);
    const span = Math.log(all[high] / all[low]);
    return {
      place: (value) => Math.max(0, Math.log(value / all[low]) / span),
      ticks: all
        .slice(low, high + 1)
        .filter((_, i) => i % every === 0)
        .map((value) => [value, format(value)]),
    };
  },

  // shares of 1: up to 80 % in the lowest eighth, and from there on what is missing to a little more than 1, logarithmic,
  // so that the last percents, where networks differ, have the room
  accuracy() {
    const missing = (value) => Math.log(1 + SLACK - value);
    const upper = (value) => (missing(value) - missing(KNEE)) / (missing(1) - missing(KNEE));
    const place = (value) => (value < KNEE ? (BELOW * value) / KNEE : BELOW + (1 - BELOW) * upper(value));
    const told = [0, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1].map((value) => [value, rounded(value)]);
    return { place, ticks: told };
  },
};
