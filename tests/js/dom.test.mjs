// Helpers for elements, as far as they need none.

import assert from "node:assert/strict";
import test from "node:test";

import { early } from "../../demo/page/dom.js";

test("what was chosen before the module came is what is checked and was not to begin with", () => {
  const button = (value, defaultChecked, checked) => ({ value, defaultChecked, checked });
  assert.equal(early([button("maps", true, true), button("mlp", false, false)]), undefined);
  assert.equal(early([button("maps", true, false), button("mlp", false, true)]), "mlp");
});
