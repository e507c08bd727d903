// Strokes as data: growing, thinning, and the way back and forth through drawings.

import assert from "node:assert/strict";
import { test } from "node:test";

import { thinned } from "../../demo/page/drawing.js";
import { continues, extended, history, isDrawing } from "../../demo/pad/strokes.js";

const line = (length, x = 0) => Array.from({ length }, (_, i) => [x, i]);
const points = (strokes) => strokes.flat().length;

test("a stroke grows by the points that are far enough from the one before", () => {
  const stroke = [[10, 10]];
  const longer = extended(stroke, [
    [10.5, 10],
    [11, 10],
    [11.5, 10],
    [11.5, 10.6],
  ]);
  assert.deepEqual(longer, [
    [10, 10],
    [11, 10],
    [11.5, 10.6],
  ]);
  assert.deepEqual(stroke, [[10, 10]], "the shorter one is as it was");
  assert.equal(extended(stroke, [[10.4, 10.4]]), stroke, "and is the same where nothing is added");
});

test("a drawing continues the one it grew from, and no other", () => {
  const stroke = line(3);
  const longer = [...stroke, [9, 9]];
  const other = line(4, 5);
  for (const [before, after] of [
    [[stroke], [stroke]],
    [[stroke], [longer]],
    [[stroke], [stroke, other]],
    [[stroke], [longer, other]],
    [
      [other, stroke],
      [other, longer],
    ],
    [[], []],
  ])
    assert.equal(continues(before, after), true, JSON.stringify([before, after]));
  for (const [before, after] of [
    [[longer], [stroke]],
    [[stroke, other], [stroke]],
    [[stroke], [other]],
    [
      [stroke, other],
      [longer, other],
    ], // only the last stroke can grow
    [[stroke], []],
    [[], [stroke]], // a blank pad is another drawing
    [[line(3)], [line(4)]], // alike, but not grown from each other
  ])
    assert.equal(continues(before, after), false, JSON.stringify([before, after]));
});

test("drawings are thinned to as many points as the server takes, and keep where strokes begin and end", () => {
  const few = [line(5), line(1)];
  assert.equal(thinned(few, 6), few);
  for (const most of [4096, 100, 10]) {
    const long = [line(5000), line(1, 3), line(2, 4), line(3001, 5)];
    const thin = thinned(long, most);
    assert.ok(points(thin) <= most && points(thin) > most / 4, `${points(thin)} of ${most}`);
    assert.deepEqual(
      thin.map((stroke) => [stroke[0], stroke.at(-1)]),
      long.map((stroke) => [stroke[0], stroke.at(-1)]),
    );
  }
  assert.equal(points(thinned(Array(100).fill(line(2)), 50)), 200, "strokes of two points stay as they are");
});

test("only what is a drawing is taken for one", () => {
  for (const value of [[], [[[0, 280]]], [line(9), line(2, 7.5)]]) assert.equal(isDrawing(value, 280), true);
  for (const value of [
    null,
    {},
    "strokes",
    [[]],
    [[1, 2]],
    [[[1]]],
    [[[1, 2, 3]]],
    [[["1", 2]]],
    [[[-1, 2]]],
    [[[1, 281]]],
    [[[NaN, 1]]],
    [[[1, null]]],
  ])
    assert.equal(isDrawing(value, 280), false, JSON.stringify(value));
});

test("undo and redo go back and forth, until something else is drawn", () => {
  const past = history();
  const [blank, one, two, other] = [[], [1], [2], [3]];
  assert.ok(!past.canUndo && !past.canRedo);
  assert.equal(past.undo(blank), blank);
  past.record(blank);
  past.record(one);
  assert.equal(past.undo(two), one);
  assert.equal(past.undo(one), blank);
  assert.ok(!past.canUndo && past.canRedo);
  assert.equal(past.redo(blank), one);
  assert.equal(past.redo(one), two);
  assert.equal(past.redo(two), two);
  assert.equal(past.undo(two), one);
  past.record(one);
  assert.ok(!past.canRedo, "what was undone is gone");
  assert.equal(past.undo(other), one);
});
