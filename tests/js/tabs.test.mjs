// Which tab a key leads to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { reached } from "../../demo/page/tabs.js";

test("arrow keys move along the row and around its ends, Home and End to them", () => {
  const keys = ["ArrowLeft", "ArrowRight", "Home", "End", "ArrowUp", "a"];
  const from = (tab) => keys.map((key) => reached(key, tab, 4));
  assert.deepEqual(from(0), [3, 1, 0, 3, null, null]);
  assert.deepEqual(from(3), [2, 0, 0, 3, null, null]);
});
