// What lies loose on the paper. Which strokes are one digit is held against Python's answers in tests/demo/test_reader.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import { apart, loose } from "../../demo/reader/apart.js";

const ONE = [
  [60, 60],
  [60, 220],
];
const FAR = [
  [200, 60],
  [200, 220],
];
const BAR = [
  [90, 50],
  [130, 45],
];
const NONE = { strokes: [], small: true };
const drawing = (...strokes) => ({ strokes, pen: 18 });

for (const [name, strokes, expected] of [
  ["nothing", [], NONE],
  ["a digit", [ONE], NONE],
  ["two digits", [ONE, FAR], NONE],
  ["a bar that floats beside its digit", [ONE, BAR], NONE],
  ["a dot far away", [ONE, [[240, 240]]], { strokes: [1], small: true }],
  ["a dot drawn first", [[[240, 20]], ONE], { strokes: [0], small: true }],
  ["a dot inside the box", [[[140, 140]], [...ONE, [220, 220], [220, 60], [60, 60]]], NONE],
  ["a dot beside the second of two digits", [ONE, FAR, [[260, 140]]], { strokes: [2], small: true }],
  ["two dots", [[[20, 20]], [[260, 250]]], { strokes: [1], small: false }],
  [
    "one digit beneath another",
    [
      [
        [100, 20],
        [180, 110],
      ],
      [
        [100, 170],
        [180, 270],
      ],
    ],
    { strokes: [0], small: false },
  ],
])
  test(`what lies loose: ${name}`, () => assert.deepEqual(loose(drawing(...strokes)), expected));

test("a stroke that grows is measured anew", () => {
  assert.equal(apart(drawing(ONE, [FAR[0]])).length, 1);
  assert.equal(apart(drawing(ONE, FAR)).length, 2);
});
