// The page's state: which networks read, as the newest answer says.

import assert from "node:assert/strict";
import test from "node:test";

import { hear, isOlder, page } from "../../demo/page/state.js";

test("an answer that comes late does not bring back networks that read before", () => {
  const named = (version) => ({ version, readers: {} });
  hear(named("a1b2-9"));
  hear(named("a1b2-8"));
  assert.equal(page.get().networks.version, "a1b2-9");
  hear(named("a1b2-10"));
  assert.equal(page.get().networks.version, "a1b2-10");
});

test("a server that was started again counts anew", () => {
  hear({ version: "a1b2-10", readers: {} });
  hear({ version: "c3d4-1", readers: {} });
  assert.equal(page.get().networks.version, "c3d4-1");
});

test("versions are compared as numbers, and of one visitor alone", () => {
  assert.equal(isOlder("a-9", "a-10"), true);
  assert.equal(isOlder("a-10", "a-9"), false);
  assert.equal(isOlder("a-1", "b-2"), false);
});
