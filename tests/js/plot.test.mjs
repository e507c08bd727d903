// Where things stand in a chart, by hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  besideCursor,
  epochEnds,
  frame,
  halves,
  nearest,
  path,
  reached,
  spread,
  stops,
  under,
} from "../../demo/figures/plot.js";

test("a chart leaves room for labels beside its plot, or where it is narrow above it", () => {
  assert.deepEqual(frame(800, 404), { left: 46, right: 703, top: 22, bottom: 360, narrow: false });
  assert.equal(frame(800, 404, ["CNN 0.1", "MLP, run 12 98.25 %"]).right, 800 - 20 - 7 * 19);
  assert.deepEqual(frame(340, 316), { left: 46, right: 328, top: 22, bottom: 272, narrow: true });
});

test("labels stand as high as their lines end, a line's height apart, and in the frame", () => {
  const place = { top: 20, bottom: 360 };
  const at = (...ends) =>
    spread(
      ends.map((y) => ({ y })),
      place,
    ).map(({ y, at }) => [y, at]);
  assert.deepEqual(at(100, 50), [
    [50, 50],
    [100, 100],
  ]);
  assert.deepEqual(at(100, 104, 90), [
    [90, 90],
    [100, 105],
    [104, 120],
  ]);
  assert.deepEqual(at(358, 359), [
    [358, 345],
    [359, 360],
  ]);
  assert.deepEqual(at(5), [[5, 20]]);
});

test("the nearest number of a rising list, the lower one where two are as near", () => {
  const list = [0, 10, 20, 40];
  assert.deepEqual(
    [-5, 4, 5, 6, 29, 30, 31, 99].map((value) => nearest(list, value)),
    [0, 0, 0, 1, 2, 2, 3, 3],
  );
  assert.equal(nearest([], 3), -1);
  for (let value = -5; value < 50; value += 0.5) {
    const best = Math.min(...list.map((one) => Math.abs(one - value)));
    assert.equal(Math.abs(list[nearest(list, value)] - value), best);
  }
});

test("a cursor stops wherever a line has a point, and shows no line that has ended long before", () => {
  const fast = { x: [1, 2, 3, 4, 5, 6] };
  const slow = { x: [2.5, 4] };
  assert.deepEqual(stops([fast, slow]), [1, 2, 2.5, 3, 4, 5, 6]);
  assert.deepEqual(
    [1, 2.4, 6, 6.9].map((x) => under(fast, x)),
    [0, 1, 5, 5],
  );
  assert.deepEqual(
    [0.5, 2, 3, 4, 5.4, 6].map((x) => under(slow, x)),
    [-1, 0, 0, 1, 1, -1],
  );
  assert.equal(under({ x: [] }, 1), -1);
  assert.deepEqual([under({ x: [3] }, 3), under({ x: [3] }, 3.1)], [0, -1]);
});

test("an epoch ends where its last batch was, between two points if need be", () => {
  const run = { x: [1, 2, 4], step: [10, 20, 40], perEpoch: 15 };
  assert.deepEqual(epochEnds(run), [
    { epoch: 1, x: 1.5 },
    { epoch: 2, x: 3 },
  ]);
  assert.equal(reached([1, 2, 4], [10, 20, 40], 5), 0.5);
  assert.equal(reached([1, 2, 4], [10, 20, 40], 41), null);
  assert.deepEqual(epochEnds({ x: [], step: [], perEpoch: 15 }), []);
  const long = { x: [100], step: [1000], perEpoch: 10 };
  assert.deepEqual(
    epochEnds(long, 40).map(({ epoch }) => epoch),
    Array.from({ length: 20 }, (_, i) => 5 * (i + 1)),
  );
});

test("a path leaves out what is no number, and a dot is a point with a round end", () => {
  const points = [
    [0, NaN],
    [1, 5],
    [2, Infinity],
    [3, 4],
  ];
  assert.equal(path(points), "M1,5L3,4");
  assert.equal(path(points, true), "M1,5h0M3,4h0");
  assert.equal(path([]), "");
});

test("values stand beside the cursor and in the chart", () => {
  const place = { left: 46, right: 684 };
  assert.equal(besideCursor(100, 150, place), 112);
  assert.equal(besideCursor(600, 150, place), 438);
  for (let x = 46; x <= 328; x++) {
    const left = besideCursor(x, 200, { left: 46, right: 328 });
    assert.ok(left >= 0 && left + 200 <= 336, `${left} at ${x}`);
  }
});

test("a text is broken near its middle, between two words, where it has no room in one line", () => {
  assert.deepEqual(halves("Start a run: its curves", 230), ["Start a run: its curves"]);
  assert.deepEqual(halves("Start a run: its curves", 229), ["Start a run:", "its curves"]);
  assert.deepEqual(halves("Unbreakable", 10), ["Unbreakable"]);
});
