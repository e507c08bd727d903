// The lesson under way, as the page's state changes: when a drawing is looked at, and what the next lesson begins with.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clock } from "./clock.mjs";
import { Element, broken, held, reported } from "./page.mjs";

globalThis.CSSStyleSheet = class {
  replaceSync() {}
};
globalThis.scrollTo = () => {};
Element.prototype.contains = () => false;

const { page } = await import("../../demo/page/state.js");
const { words } = await import("../../demo/lessons/words.js");
const { follow } = await import("../../demo/lessons/running.js");

const settled = () => new Promise((resolve) => setTimeout(resolve, 100));
const card = await started();
const find = (selector) => card.querySelector(selector);
const isOver = () => card.classList.contains("over");

async function started() {
  const tabs = document.querySelector("#tabs");
  follow({ claims: "checkpoints/compare/claims.json", ledger: "checkpoints/compare/ledger.json" });
  await settled();
  return tabs.children[0];
}

async function begin(id, step = 0) {
  page.set({ lesson: { id, step, bets: {} } });
  await settled();
}

const reads = (digit, share) => ({
  digit,
  probabilities: Array.from({ length: 10 }, (_, i) => (i === digit ? share : 0)),
});
const verdict = (digit) => ({
  image: new Uint8Array(784),
  cards: { mlp: reads(digit, 0.97), cnn: reads(digit, 0.99) },
});

test("a letter is looked at when the pen has rested, and not before", async () => {
  await begin("doubt", 1);
  const time = clock();
  const line = (top) => [[60, top], [60, 200]]; // prettier-ignore
  page.set({ strokes: [line(50)], verdict: verdict(1) });
  await time.pass(900);
  assert.equal(isOver(), false);
  page.set({ strokes: [line(50), line(60)], verdict: verdict(4) }); // its second stroke
  await time.pass(900);
  assert.equal(isOver(), false);
  assert.equal(find(".wait").textContent, words.say("lesson.card.wait_rest"));
  await time.pass(100);
  assert.equal(isOver(), true);
  time.stop();
});

test("a line that is not upright is hinted at, until another one is begun", async () => {
  await begin("kernel");
  const time = clock();
  page.set({ strokes: [[[50, 50], [230, 60]]] }); // prettier-ignore
  await time.pass(900);
  assert.equal(find(".wait").textContent, words.say("lesson.card.wait_rest"));
  await time.pass(100);
  assert.equal(find(".wait").textContent, words.say("lesson.kernel.upright.hint"));
  page.set({ strokes: [] });
  assert.equal(find(".wait").textContent, words.say("lesson.card.wait_rest"));
  await time.pass(1000);
  assert.equal(find(".wait").textContent, words.say("lesson.card.wait_rest"));
  time.stop();
});

test("with another step off, the one that is asked for is not all", async () => {
  await begin("prepare", 2);
  page.set({ steps: { crop: false, pen: false } });
  assert.equal(find(".wait").textContent, words.say("lesson.card.wait"));
  page.set({ steps: { crop: true, pen: false } });
  assert.equal(find(".wait").textContent, words.say("lesson.prepare.on.hint"));
});

test("the next lesson begins with the readers and the preparation from before the first", async () => {
  page.set({ lesson: null });
  page.set({ training: "shipped", steps: { mass: false } });
  await begin("learn", 5);
  page.set({ training: null, steps: {} }); // the visitor's own networks read
  await begin("reach", 99); // at its end, which sets nothing up
  assert.equal(page.get().training, "shipped");
  assert.deepEqual(page.get().steps, { mass: false });
  page.set({ training: "tutorial" });
  page.set({ lesson: null });
  assert.equal(page.get().training, "shipped");
});

test("a lesson that is begun by a double click gives back what was before it", async () => {
  page.set({ lesson: null });
  page.set({ training: "tutorial" });
  begin("doubt");
  await begin("doubt");
  assert.equal(page.get().training, "shipped");
  page.set({ lesson: null });
  assert.equal(page.get().training, "tutorial");
});

test("a training that ended by itself is told with its own sentence", async () => {
  await begin("learn"); // it begins anew
  await begin("learn", 5);
  const mlp = { step: 1, steps: 246, accuracy: 0.063, reached: null, diverged: true };
  page.set({ seen: { retrain: { state: "diverged", run: 2, data: "digits", networks: { mlp } } } });
  assert.equal(isOver(), true);
  const textOf = (piece) => piece.textContent || (piece.children?.map(textOf).join("") ?? piece);
  const told = find(".why").children.map(textOf).join("");
  assert.match(told, /^After 1 batch the loss went beyond all bounds/);
});

test("settings in short have few digits, however a rate was worked out", async () => {
  const { few } = await import("../../demo/retrain/settings.js");
  assert.deepEqual([0.44999999999999996, 0.0045, 12345, true, "adam"].map(few), [0.45, 0.0045, 12345, true, "adam"]);
});

test("a lesson that fails late does not end the one begun meanwhile", async () => {
  page.set({ lesson: null });
  let fail;
  held.set("ledger.json", new Promise((resolve) => (fail = resolve)));
  broken.add("ledger.json");
  await begin("cost");
  await begin("image");
  assert.equal(card.dataset.step, "draw");
  fail();
  await settled();
  assert.equal(reported.length, 1);
  assert.deepEqual([page.get().lesson?.id, card.dataset.step, card.hidden], ["image", "draw", false]);
});

test("a lesson that is left keeps nothing waiting", async () => {
  page.set({ lesson: null });
  await settled();
  assert.equal(card.hidden, true);
});
