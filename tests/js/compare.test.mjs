// Compare: moves of an image, maps in numbers, changes by degrees, and where two readers part.

import assert from "node:assert/strict";
import test from "node:test";

import { firstFailure, settled, smallest, values } from "../../demo/compare/changes.js";
import { crew } from "../../demo/compare/crew.js";
import { stepped } from "../../demo/compare/heat.js";
import { colour, mixed, nearest } from "../../demo/compare/map.js";
import { pieces, together } from "../../demo/compare/pieces.js";
import { chance, difference, inOrder, readerOf, sorted, tilesOf } from "../../demo/compare/results.js";
import { agree, contestants } from "../../demo/compare/readers.js";
import {
  ACROSS,
  SIDE,
  at,
  coarseToFine,
  moveAt,
  moved,
  regions,
  room,
  stays,
  summary,
} from "../../demo/compare/shift.js";

const image = (...inked) => {
  const pixels = new Float32Array(SIDE * SIDE);
  for (const [x, y] of inked) pixels[y * SIDE + x] = 1;
  return pixels;
};

test("what leaves the frame is lost, and does not come in elsewhere", () => {
  assert.deepEqual(moved(image([27, 0], [5, 5]), 1, 2), image([6, 7]));
  assert.deepEqual(moved(image([0, 0]), 0, 0), image([0, 0]));
});

test("every place is read once, the coarse grid first, the middle before all", () => {
  const moves = coarseToFine();
  assert.equal(moves.length, ACROSS ** 2);
  assert.equal(new Set(moves.map(([dx, dy]) => at(dx, dy))).size, ACROSS ** 2);
  assert.deepEqual(moves[0], [0, 0, 8]);
  assert.deepEqual(
    moves.map(([, , step]) => step),
    moves.map(([, , step]) => step).toSorted((a, b) => b - a),
  );
  assert.deepEqual(moveAt(at(-3, 14)), [-3, 14]);
});

test("ink stays in the frame as long as there is room on its side", () => {
  const inside = room(image([4, 10], [20, 25]));
  assert.deepEqual(inside, { left: 4, right: 7, up: 10, down: 2 });
  assert.ok(stays(inside, -4, 2) && !stays(inside, -5, 0) && !stays(inside, 0, 3));
  assert.equal(room(image()), null);
});

test("a map in numbers counts the places with all ink in the frame", () => {
  // Room for 3 x 3 moves: the left column of them is read as 1, the rest as 7.
  const reading = (place) => (moveAt(place)[0] < 0 ? 1 : 7);
  const corners = image([1, 1], [26, 26]);
  assert.deepEqual(summary(reading, corners), { digit: 7, places: 9, read: 6 });
});

test("regions of one digit are found with a place for their label", () => {
  const reading = (place) => (place % ACROSS < 10 ? 3 : 5);
  const [larger, smaller] = regions(reading);
  assert.deepEqual([larger.digit, larger.size], [5, 19 * ACROSS]);
  assert.deepEqual([smaller.digit, smaller.size], [3, 10 * ACROSS]);
  assert.ok(smaller.x >= 4 && smaller.x <= 5, "as far from the border as it can be");
  assert.deepEqual(
    regions(() => undefined),
    [],
  );
});

test("a place that was not read yet takes the nearest coarser reading", () => {
  const cards = [];
  cards[at(0, 0)] = "middle";
  cards[at(8, 0)] = "right";
  const full = nearest(cards, [8]);
  assert.equal(full[at(1, 1)], "middle");
  assert.equal(full[at(6, 0)], "right");
  assert.equal(full[at(0, 8)], undefined);
});

test("colours are mixed from hexadecimal ones", () => {
  assert.deepEqual(colour(" #fff"), [255, 255, 255]);
  assert.deepEqual(mixed(colour("#000000"), colour("#0a64ff"), 0.5), [5, 50, 128]);
});

test("a change has values from low to high, without crumbs of addition", () => {
  assert.deepEqual(values({ low: 0.4, high: 0.6, step: 0.05 }), [0.4, 0.45, 0.5, 0.55, 0.6]);
});

test("a reader first fails where the least change makes it read another digit", () => {
  const digits = { "-2": 1, "-1": 7, 0: 7, 1: 7, 2: 7, 3: 2 };
  assert.deepEqual(
    firstFailure([-2, -1, 0, 1, 2, 3], (value) => digits[value], 0),
    [-2, 1],
  );
  assert.equal(
    firstFailure([-1, 0, 1], () => 7, 0),
    null,
  );
});

test("readers part soonest on the change that goes the least of its way", () => {
  const kinds = {
    rotation: { low: -90, high: 90, step: 45, none: 0 },
    size: { low: 0.5, high: 1.5, step: 0.1, none: 1 },
  };
  const parts = (kind, value) => (kind === "rotation" ? value === -45 : value >= 1.2 || value <= 0.6);
  assert.deepEqual(smallest(kinds, parts), { kind: "size", value: 1.2, share: 0.3999999999999999 });
  assert.equal(
    smallest(kinds, () => false),
    null,
  );
  assert.equal(smallest(kinds, () => true).share, 0);
});

test("the four readers are those on the cards and the two of the other training", () => {
  const now = { mlp: { source: "tutorial" }, cnn: { source: "run" } };
  const trained = { shipped: { mlp: {}, cnn: {} }, tutorial: { mlp: {}, cnn: {} } };
  assert.deepEqual(Object.keys(contestants(now, { ...trained, tutorial: {} })), ["mlp", "cnn", "other-mlp"]);
  assert.deepEqual(contestants(now, trained), {
    mlp: { network: "mlp", training: "tutorial" },
    cnn: { network: "cnn", training: "run" },
    "other-mlp": { network: "mlp", training: "shipped" },
    "other-cnn": { network: "cnn", training: "tutorial" },
  });
  assert.ok(!agree(null, { digit: 1 }) && agree({ digit: 1 }, { digit: 1 }));
});

test("p-values are told as they are, or as rare", () => {
  assert.deepEqual(chance(0.03), { key: "compare.pair.chance", values: { p: 0.03 } });
  assert.equal(chance(0.0004).key, "compare.pair.rare");
});

test("rows without a number come last, whichever way a table is sorted", () => {
  const rows = [{ v: 2 }, { v: null }, { v: 3 }, {}];
  const order = (down) => sorted(rows, ({ v }) => v, down).map(({ v }) => v);
  assert.deepEqual(order(true), [3, 2, null, undefined]);
  assert.deepEqual(order(false), [2, 3, null, undefined]);
});

test("matrices differ cell by cell, and readers stand in one order", () => {
  assert.deepEqual(difference([[3, 1]], [[1, 4]]), [[2, -3]]); // prettier-ignore
  assert.deepEqual(Object.keys(inOrder({ "tutorial-cnn": 1, "best-cnn": 2, "best-mlp": 3 })), [
    "best-mlp",
    "best-cnn",
    "tutorial-cnn",
  ]);
  assert.deepEqual(readerOf("best-cnn"), { network: "cnn", training: "shipped" });
});

test("what is measured piece by piece is put together as of one reader", () => {
  const asked = pieces("mlp", { rotation: {}, blur: {} });
  assert.equal(asked.filter(({ part }) => part === "shift").length, 15);
  const answers = asked.map(({ part, at: place }) => {
    if (part === "test") return { right: 1990, digits: 2000 };
    return { digits: 200, shares: part === "shift" ? Array(15).fill((place + 14) / 28) : [0.5] };
  });
  const { shift, curves, test: whole } = together(asked, answers);
  assert.deepEqual(whole, { right: 9950, digits: 10_000 });
  assert.deepEqual(curves.blur, { accuracy: [0.5], digits: 200 });
  assert.equal(shift.accuracy.length, ACROSS);
  assert.equal(shift.accuracy[14][3], 0.5, "the middle row");
  assert.equal(shift.accuracy[28][0], 1, "the lowest row");
});

test("a gallery's tiles are found in its picture, by true digit", () => {
  const none = Array(10).fill([]);
  const content = {
    digits: [{ label: 3 }, { label: 5 }],
    drawings: [{ label: 3 }],
    pairs: { "a/b": { digits: none.with(5, [1]).with(3, [0]), drawings: none.with(3, [0]) } },
  };
  assert.deepEqual(
    tilesOf(content, "a/b").map(({ place, kind }) => [place, kind]),
    [
      [0, "digits"],
      [2, "drawings"],
      [1, "digits"],
    ],
  );
});

test("arrow keys step over a map, and Home leads to its middle", () => {
  assert.deepEqual(stepped([2, 3], "ArrowUp"), [2, 2]);
  assert.deepEqual(stepped([2, 3], "Home"), [0, 0]);
  assert.equal(stepped([2, 3], "a"), null);
});

/** A worker that reads the ink of the first pixel as a digit. */
class Helper {
  terminate() {}
  postMessage({ number, images }) {
    queueMicrotask(() => this.onmessage({ data: { number, answer: images ? images.map(([ink]) => ink) : true } }));
  }
}

test("a newer job ends the one before", async () => {
  const reads = crew(() => new Helper());
  const got = [];
  const images = (from) => Array.from({ length: 30 }, (_, i) => () => [from + i]);
  const old = reads.run(images(0), (first, read) => got.push([first, ...read]));
  const done = await new Promise((resolve) => {
    reads.run(
      images(100),
      (first, read) => got.push([first, ...read]),
      () => resolve(true),
    );
  });
  await old;
  assert.ok(done);
  assert.deepEqual(
    got.flatMap(([, ...read]) => read),
    Array.from({ length: 30 }, (_, i) => 100 + i),
  );
});

test("a change goes as far as the nearest of its values, and not at all where nothing is said", () => {
  const size = { low: 0.4, high: 1.4, step: 0.05, none: 1 };
  assert.deepEqual(
    [undefined, 0.87, 99, -1].map((value) => settled(size, value)),
    [1, 0.85, 1.4, 0.4],
  );
});
