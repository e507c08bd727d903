// Scales of the charts: { place, ticks }, where `place` gives a value's position between 0 (left, bottom) and 1 (right,
// top) and `ticks` are [value, text] pairs.

import { numbers } from "./words.js";

const { tick: format, rounded } = numbers();
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
    return { place: (value) => value / top, ticks: ticks(top, step(top)).map((value) => [value, format(value)]) };
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

  // shares of 1: what is missing to a little more than 1, logarithmic, so that the last percents can be read
  accuracy() {
    const place = (value) => Math.log(1.0005 - value) / Math.log(0.0005);
    const told = [0, 0.8, 0.95, 0.99, 0.998, 1].map((value) => [value, rounded(value)]);
    return { place, ticks: told };
  },
};
