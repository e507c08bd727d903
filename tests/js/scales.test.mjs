// Scales of the charts: where a value stands, and the ticks.

import assert from "node:assert/strict";
import { test } from "node:test";

import { scales } from "../../demo/figures/scales.js";

const VALUES = [[], [0], [1], [0.003], [0.7, 2.3], [1e-9, 1e9], [12, 40, 7], [1234567], [0.1, 3], [5e-5, 0.2]];

for (const [name, scale] of Object.entries(scales))
  test(`${name}: ticks rise inside the frame, and a larger value never stands lower`, () => {
    for (const values of VALUES) {
      const { place, ticks } = scale(values);
      assert.ok(ticks.length >= 2 && ticks.length <= 12, `${ticks.length} ticks for ${values}`);
      for (const [i, [value, text]] of ticks.entries()) {
        assert.ok(text.length > 0 && text.length < 9);
        assert.ok(place(value) > -0.001 && place(value) < 1.0001, `${value} at ${place(value)}`);
        if (i) assert.ok(value > ticks[i - 1][0] && place(value) > place(ticks[i - 1][0]));
      }
      assert.equal(new Set(ticks.map(([, text]) => text)).size, ticks.length, "no two ticks say the same");
    }
  });

for (const name of ["clock", "whole", "linear", "log"])
  test(`${name}: every value lies within the frame, and the largest near its top`, () => {
    for (const values of VALUES.filter((values) => values.length)) {
      const { place } = scales[name](values);
      const places = values.map(place);
      for (const at of places) assert.ok(at >= 0 && at < 1.0001, `${values}: ${places}`);
    }
    const { place } = scales[name]([0.5, 40]);
    assert.ok(place(40) > 0.75 && place(0.5) < place(40));
  });

test("the clock ends where the last value is", () => {
  assert.equal(scales.clock([12.5]).place(12.5), 1);
  assert.deepEqual(
    scales.clock([20]).ticks.map(([, text]) => text),
    ["0", "5", "10", "15", "20"],
  );
});

test("a linear scale goes from 0 to a round number", () => {
  const { place, ticks } = scales.linear([0.3, 2.3]);
  assert.deepEqual([place(0), ticks[0], ticks.at(-1)], [0, [0, "0"], [3, "3"]]);
  assert.equal(place(3), 1);
});

test("a log scale gives each factor of ten the same height, and puts zero at the bottom", () => {
  const { place } = scales.log([0.01, 10]);
  assert.ok(Math.abs(place(10) - place(1) - (place(1) - place(0.1))) < 1e-12);
  assert.equal(place(0), 0);
});

test("what is counted has ticks at whole numbers", () => {
  const told = (most) => scales.whole([most]).ticks.map(([, text]) => text);
  assert.deepEqual(told(2), ["0", "1", "2"]);
  assert.deepEqual(told(0.4), ["0", "1"]);
  assert.deepEqual(told(41_000), ["0", "10,000", "20,000", "30,000", "40,000"]);
  assert.deepEqual(told(9), ["0", "2", "4", "6", "8"]);
  assert.equal(scales.whole([246]).place(246), 1);
});

test("accuracy is squeezed below 80 % and widens from there, each half of what is missing as high as the next", () => {
  const { place, ticks } = scales.accuracy();
  assert.deepEqual(
    ticks.map(([, text]) => text.replaceAll("\u202f", " ")),
    ["0 %", "80 %", "90 %", "95 %", "98 %", "99 %", "99.5 %", "99.8 %", "99.9 %", "100 %"],
  );
  assert.deepEqual([place(0), place(0.4), place(0.8), place(1)], [0, 0.0625, 0.125, 1]);
  const [first, second] = [place(0.9) - place(0.8), place(0.95) - place(0.9)];
  assert.ok(Math.abs(first - second) < 0.002 && first > 0.09);
  assert.ok(place(1) - place(0.99) > 0.4);
});
