// Marks of terms in a text, and where the window goes that explains them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pieces } from "../../demo/page/marks.js";
import { beside } from "../../demo/page/place.js";

test("a text is taken apart at its marks", () => {
  assert.deepEqual(pieces("[[mlp|An MLP]] and a [[cnn]], [not] [[ ]] these"), [
    { term: "mlp", text: "An MLP" },
    " and a ",
    { term: "cnn", text: "cnn" },
    ", [not] [[ ]] these",
  ]);
  assert.deepEqual([pieces(""), pieces("plain")], [[], ["plain"]]);
});

const VIEW = { width: 320, height: 600 };
const SIZE = { width: 200, height: 100 };
const at = (left, top) => ({ left, top, right: left + 40, bottom: top + 20 });

test("the window stands under what it is about, in its middle", () =>
  assert.deepEqual(beside(at(140, 100), SIZE, VIEW), { left: 60, top: 126 }));

test("it stands above where there is no room below, and never leaves the view", () => {
  assert.deepEqual(beside(at(140, 560), SIZE, VIEW), { left: 60, top: 454 });
  assert.deepEqual(beside(at(0, 100), SIZE, VIEW), { left: 8, top: 126 });
  assert.deepEqual(beside(at(280, 100), SIZE, VIEW), { left: 112, top: 126 });
  assert.deepEqual(beside(at(140, 60), SIZE, { width: 320, height: 150 }), { left: 60, top: 42 });
  for (const wide of [310, 400])
    assert.equal(beside(at(140, 100), { width: wide, height: 100 }, VIEW).left, 8, "too wide for the view");
});
