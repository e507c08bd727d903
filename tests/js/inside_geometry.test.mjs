// Where things are in a layer that is shown.

import assert from "node:assert/strict";
import test from "node:test";

import {
  beside,
  boxOf,
  cellAt,
  exists,
  isBars,
  marginOf,
  numbersOf,
  spotOf,
  spotUnder,
} from "../../demo/inside/geometry.js";

const MAPS = { vector: false, units: 0, height: 14, width: 14, map: 3 };
const VECTOR = { vector: true, units: 10, height: 1, width: 10, map: 0 };
const RAGGED = { vector: true, units: 70, height: 2, width: 64, map: 0 }; // the second row has 6 units

test("a few units in one row are bars", () => {
  assert.equal(isBars(VECTOR), true);
  assert.equal(isBars({ ...VECTOR, width: 17 }), false);
  assert.equal(isBars(RAGGED), false);
  assert.equal(isBars({ ...MAPS, height: 1, width: 3 }), false);
});

test("cells are where the picture has one", () => {
  assert.equal(exists(MAPS, [0, 13]), true);
  for (const spot of [
    [-1, 0],
    [0, -1],
    [14, 0],
    [0, 14],
  ])
    assert.equal(exists(MAPS, spot), false, String(spot));
  assert.equal(exists(RAGGED, [1, 5]), true);
  assert.equal(exists(RAGGED, [1, 6]), false);
});

test("a spot of the picture stands for a cell of the layer, and back", () => {
  assert.deepEqual(cellAt(MAPS, [2, 5]), [3, 2, 5]);
  assert.deepEqual(spotOf(MAPS, [3, 2, 5]), [2, 5]);
  for (const unit of [0, 63, 64, 69]) assert.deepEqual(cellAt(RAGGED, spotOf(RAGGED, [unit])), [unit]);
});

test("a pointer is on a cell, also at the very edge", () => {
  const shown = { width: 280, height: 140 };
  assert.deepEqual(spotUnder(MAPS, [0, 0], shown), [0, 0]);
  assert.deepEqual(spotUnder(MAPS, [139, 69], shown), [6, 6]);
  assert.deepEqual(spotUnder(MAPS, [140, 70], shown), [7, 7]);
  assert.deepEqual(spotUnder(MAPS, [280, 140], shown), [13, 13]);
  assert.deepEqual(spotUnder(MAPS, [-1, 141], shown), [13, 0]);
});

test("arrow keys go to the next cell, from the middle, and not past the edge", () => {
  assert.deepEqual(beside(MAPS, null, "left"), [7, 7]);
  assert.deepEqual(beside(MAPS, [7, 7], "left"), [7, 6]);
  assert.deepEqual(beside(MAPS, [7, 7], "down"), [8, 7]);
  assert.equal(beside(MAPS, [0, 7], "up"), null);
  assert.equal(beside(MAPS, [7, 13], "right"), null);
  assert.equal(beside(RAGGED, [0, 20], "down"), null);
});

test("the pixels a cell sees", () => {
  const pool1 = { start: [-2, -2], step: [2, 2], size: [6, 6] };
  assert.deepEqual(boxOf(pool1, [0, 3]), { top: -2, bottom: 4, left: 4, right: 10 });
});

test("a field of pixels in numbers, with those outside the image", () => {
  const middle = numbersOf({ top: 8, bottom: 13, left: 12, right: 17 });
  assert.deepEqual(middle, { top: 8, bottom: 12, left: 12, right: 16, pixels: 25, outside: 0 });
  const corner = numbersOf({ top: -2, bottom: 3, left: 25, right: 30 });
  assert.deepEqual(corner, { top: -2, bottom: 2, left: 25, right: 29, pixels: 25, outside: 16 }); // 3x3 of 5x5 are inside
  assert.equal(numbersOf({ top: -6, bottom: 34, left: -6, right: 34 }).outside, 1600 - 784);
});

test("around the image there is room for what a cell sees", () => {
  assert.equal(marginOf(null, undefined), 1);
  assert.equal(marginOf({ start: [-2, -2] }, undefined), 3); // so that it stays as large whatever is chosen
  assert.equal(marginOf(null, { top: -6, bottom: 34, left: -6, right: 34 }), 7);
  assert.equal(marginOf({ start: [-2, -2] }, { top: 8, bottom: 33, left: 8, right: 13 }), 6);
});
