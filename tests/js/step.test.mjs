// The sums of a worked step, against numbers worked by hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  crossEntropy,
  fine,
  bracketed,
  raised,
  powerOf,
  indexAt,
  lines,
  moved,
  placeOf,
  placeUnder,
  sizeCurves,
  tiling,
} from "../../demo/retrain/step_sums.js";

const close = (one, other, by = 1e-12) => assert.ok(Math.abs(one - other) < by, `${one} is not ${other}`);

test("cross-entropy of logits that are logarithms of shares", () => {
  // e to the logits: 6, 3 and eight times 1/8, together 10
  const logits = [Math.log(6), Math.log(3), ...Array(8).fill(Math.log(1 / 8))];
  const { probabilities, targets, slopes, loss, plain } = crossEntropy(logits, 1);
  close(probabilities[0], 0.6);
  close(probabilities[1], 0.3);
  close(probabilities[9], 0.0125);
  assert.deepEqual(targets, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  close(slopes[0], 0.6);
  close(slopes[1], -0.7);
  close(
    slopes.reduce((sum, slope) => sum + slope, 0),
    0,
  );
  close(loss, -Math.log(0.3));
  assert.equal(loss, plain);
});

test("label smoothing is written out", () => {
  const logits = [Math.log(6), Math.log(3), ...Array(8).fill(Math.log(1 / 8))];
  const { targets, slopes, loss, plain } = crossEntropy(logits, 1, 0.2);
  close(targets[1], 0.82);
  close(targets[0], 0.02);
  close(slopes[1], 0.3 - 0.82);
  close(plain, -Math.log(0.3));
  close(loss, -(0.82 * Math.log(0.3) + 0.02 * Math.log(0.6) + 8 * 0.02 * Math.log(0.0125)));
});

test("logits far apart give no infinity, and the loss rises as the right logit falls", () => {
  const at = (logit) => crossEntropy([logit, 1000, 0, 0, 0, 0, 0, 0, 0, 0], 0).loss;
  close(at(0), 1000);
  close(at(1000), Math.log(2));
  assert.ok(at(999) > at(1000) && at(2000) === 0);
});

test("the gradient is what a small change of a logit does", () => {
  const logits = [0.3, -1, 2, 0.5, 0, 1, -2, 0.1, 0.9, -0.4];
  for (const smoothing of [0, 0.1]) {
    const { slopes, loss } = crossEntropy(logits, 4, smoothing);
    logits.forEach((_, i) => {
      const nudged = logits.map((logit, j) => (i === j ? logit + 1e-6 : logit));
      close((crossEntropy(nudged, 4, smoothing).loss - loss) / 1e-6, slopes[i], 1e-5);
    });
  }
});

test("a weight's place among those into its unit, there and back", () => {
  assert.equal(placeOf([3, 1, 2, 4], [32, 16, 5, 5]), 1 * 25 + 2 * 5 + 4);
  assert.deepEqual(indexAt(3, 39, [32, 16, 5, 5]), [3, 1, 2, 4]);
  assert.equal(placeOf([7, 29], [128, 784]), 29);
  assert.deepEqual(indexAt(7, 29, [128, 784]), [7, 29]);
});

test("tiles lie in a square with gaps, which are no place", () => {
  const grid = { tiles: 3, height: 5, width: 5 };
  const { across, wide, high, at } = tiling(grid);
  assert.deepEqual([across, wide, high], [2, 11, 11]);
  assert.deepEqual(at(25 + 7), [8, 1]); // the second tile, row 1, column 2
  assert.equal(placeUnder([8, 1], grid, 75), 32);
  assert.equal(placeUnder([5, 1], grid, 75), -1);
  assert.equal(placeUnder([8, 8], grid, 75), -1, "the fourth tile is empty");
  assert.equal(placeUnder([-1, 0], grid, 75), -1);
  assert.equal(moved(4, [1, 0], grid, 75), 25, "over the gap into the next tile");
  assert.equal(moved(25, [-1, 0], grid, 75), 4);
  assert.equal(moved(0, [0, -1], grid, 75), 0, "not over the edge");
  assert.equal(moved(35, [1, 0], { tiles: 1, height: 3, width: 16 }, 37), 36);
  assert.equal(moved(36, [1, 0], { tiles: 1, height: 3, width: 16 }, 37), 36, "the last row is short");
});

const ADAM = {
  ...{ optimizer: "adam", learning_rate: 0.1, weight_decay: 0, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 1 },
  ...{ before: 0.5, after: 0.4, gradient: 2, pulled: 2, m: [0, 0.2], v: [0, 0.04], m_corrected: 2, v_corrected: 4 },
  ...{ decayed: 0.5, change: 0.1, matrix: null },
};
const keys = (way, reduced = false) => lines(way, { sum: 2, count: 50 }, reduced).map(({ key }) => key);

test("each optimizer has its own lines", () => {
  const [memories, corrected] = [
    ["m", "v"],
    ["m_corrected", "v_corrected"],
  ];
  assert.deepEqual(keys(ADAM), ["gradient", ...memories, ...corrected, "step_adam", "weight"]);
  assert.deepEqual(keys({ ...ADAM, weight_decay: 0.1 }).slice(0, 2), ["gradient", "pulled"]);
  assert.deepEqual(keys({ ...ADAM, optimizer: "adamw", weight_decay: 0.1 }).slice(-2), ["decayed", "weight"]);
  const sgd = { ...ADAM, optimizer: "sgd", v: null, m_corrected: null, v_corrected: null };
  assert.deepEqual(keys(sgd), ["gradient", "m_sgd", "step_sgd", "weight"]);
  const matrix = { rows: 2, columns: 3, look_ahead: 0.3, direction: 0.5, singular: [1, 2], evened: [0.7, 1], scale: 1 };
  assert.deepEqual(keys({ ...sgd, optimizer: "muon", matrix, weight_decay: 0.1 }, true), [
    ...["reduced", "m", "ahead", "direction", "step_muon", "decayed", "weight"],
  ]);
});

test("the first step of Adam is the learning rate in size: its lines add up", () => {
  const told = Object.fromEntries(lines(ADAM, { sum: 2, count: 50 }, false).map(({ key, values }) => [key, values]));
  const { m, v, m_corrected, v_corrected, step_adam, weight } = told;
  close(m.beta * m.before + m.rest * m.g, m.after);
  close(v.beta * v.before + v.rest * v.g ** 2, v.after);
  close(m_corrected.m / m_corrected.divisor, m_corrected.corrected);
  close(v_corrected.v / v_corrected.divisor, v_corrected.corrected, 1e-9);
  const step = (step_adam.rate * m_corrected.corrected) / (Math.sqrt(v_corrected.corrected) + step_adam.epsilon);
  close(step, step_adam.change, 1e-9);
  close(weight.before - weight.change, weight.after);
});

test("numbers of formulas have five digits that matter, and a wide minus", () => {
  assert.equal(fine(0.0123456789), "0.012346");
  assert.equal(fine(-0.000123456), "−1.2346×10⁻⁴");
  assert.equal(fine(-12.5), "−12.5");
  assert.equal(fine(0), "0");
  assert.equal(fine(null, "none"), "none");
  assert.equal(fine(Number.NaN, "none"), "none");
  assert.deepEqual([powerOf([0.002, -0.03, null]), powerOf([0]), powerOf([25])], [-2, 0, 1]);
  assert.equal(raised(-10), "⁻¹⁰");
  assert.equal(bracketed("m = −1 · −2.5×10⁻³ + (−3)² − −4 = −5"), "m = −1 · (−2.5×10⁻³) + (−3)² − (−4) = −5");
});

test("sizes become curves between powers of ten; without a second step there are none", () => {
  const rms = [
    [0.01, 0.1],
    [0.001, 0.1],
  ];
  const { paths, ends, low, high } = sizeCurves({ steps: [1, 5], rms }, 100, 60);
  assert.deepEqual([low, high], [-3, -1]);
  assert.deepEqual(paths, ["M0.0,30.0L100.0,60.0", "M0.0,0.0L100.0,0.0"]);
  assert.deepEqual(ends, [60, 0]);
  assert.equal(sizeCurves({ steps: [1], rms: [[1]] }, 100, 60), null);
  assert.equal(sizeCurves({ steps: [1, 2], rms: [[0], [null]] }, 100, 60), null);
});
