// The page's one state: what changed is told to those who asked, in order, whatever a listener does.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { page } from "../../demo/page/state.js";
import { store } from "../../demo/page/store.js";

let reported;
beforeEach(() => {
  reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
});

test("a listener is told what changed, and only of the names it asked for", () => {
  const state = store({ a: 1, b: 2, c: 3 });
  const told = [];
  state.subscribe(["a", "b"], (now, changed) => told.push([{ ...now }, [...changed]]));
  state.set({ c: 4 });
  assert.deepEqual(told, []);
  state.set({ a: 5, c: 6 });
  assert.deepEqual(told, [[{ a: 5, b: 2, c: 6 }, ["a", "c"]]]);
});

test("what is set to what it is tells nobody", () => {
  const strokes = [[1, 2]];
  const state = store({ strokes, none: NaN });
  let told = 0;
  state.subscribe(["strokes", "none"], () => (told += 1));
  state.set({ strokes, none: NaN });
  state.set({});
  assert.equal(told, 0);
  assert.equal(state.get().strokes, strokes);
});

test("a name that there is not is an error, and nothing is set", () => {
  const state = store({ a: 1 });
  assert.throws(() => state.set({ a: 2, typo: 3 }), /typo/);
  assert.deepEqual(state.get(), { a: 1 });
});

test("a state that was read stays as it was, and cannot be written to", () => {
  const state = store({ a: 1 });
  const before = state.get();
  state.set({ a: 2 });
  assert.equal(before.a, 1);
  for (const one of [before, state.get()])
    assert.throws(() => {
      one.a = 3;
    }, TypeError);
});

test("what a listener sets is told after what it is being told, to all in the same order", () => {
  const state = store({ a: 0, b: 0 });
  const told = [];
  state.subscribe(["a", "b"], ({ a, b }, changed) => {
    told.push(["first", a, b, ...changed]);
    if (changed.has("a")) state.set({ b: a });
  });
  state.subscribe(["a", "b"], ({ a, b }, changed) => told.push(["second", a, b, ...changed]));
  state.set({ a: 7 });
  assert.deepEqual(told, [
    ["first", 7, 0, "a"],
    ["second", 7, 7, "a"],
    ["first", 7, 7, "b"],
    ["second", 7, 7, "b"],
  ]);
});

test("a listener that throws is reported and holds nobody up", () => {
  const state = store({ a: 0 });
  const told = [];
  state.subscribe(["a"], () => {
    throw new Error("broken");
  });
  state.subscribe(["a"], ({ a }) => told.push(a));
  state.set({ a: 1 });
  state.set({ a: 2 });
  assert.deepEqual(
    [told, reported],
    [
      [1, 2],
      ["broken", "broken"],
    ],
  );
});

test("who has unsubscribed is told nothing more", () => {
  const state = store({ a: 0 });
  const told = [];
  const leave = state.subscribe(["a"], ({ a }) => told.push(a));
  state.set({ a: 1 });
  leave();
  state.set({ a: 2 });
  assert.deepEqual(told, [1]);
});

test("the page's state is plain data: as JSON and back it is the same", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(page.get())), { ...page.get() });
  assert.ok(Object.keys(page.get()).length > 3);
});
