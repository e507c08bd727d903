// Parts of Retrain that ask the server: a worked step that follows its network, and the digits of a cell of mistakes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { settle } from "./clock.mjs";
import { Element, reported } from "./page.mjs";

const { page } = await import("../../demo/page/state.js");
const { mistakes } = await import("../../demo/retrain/mistakes.js");
const { way } = await import("../../demo/retrain/step_way.js");
const { changeStep } = await import("../../demo/retrain/told.js");

test("nobody is told of a step that is looked at as before", () => {
  let heard = 0;
  const stop = page.subscribe(["retrain"], () => (heard += 1));
  changeStep({ open: true, digit: null });
  changeStep({ digit: null });
  assert.equal(heard, 1);
  changeStep({ digit: 3 });
  assert.equal(heard, 2);
  assert.deepEqual(page.get().retrain.step, { open: true, digit: 3 });
  stop();
});

test("another network's weight is asked for even while a run goes on, and once", async () => {
  document.createElement = () => Object.assign(new Element(), { style: { setProperty() {} } });
  globalThis.getComputedStyle = () => ({ getPropertyValue: () => "#000000" });
  const answer = {
    ...{ problem: null, step: 1, index: [0, 0] },
    gradients: { shape: [1, 1], tiles: 1, height: 1, width: 1, largest: 1, bytes: "AA==", units: "AA==" },
    lines: {
      optimizer: "sgd",
      learning_rate: 1,
      weight_decay: 0,
      beta1: 0,
      before: 1,
      after: 0,
      gradient: 1,
      m: [0, 1],
    },
    shares: { images: [], rest: { count: 0, sum: 0 }, sum: 1, count: 1 },
  };
  const asked = [];
  const server = { way: async ({ network, parameter }) => (asked.push([network, parameter]), answer) };
  let network = "mlp";
  const view = () => ({ parameter: null, index: null });
  const part = way({ server, view, choose() {}, question: () => ({ network }), network: () => network });
  const show = async (parameter) => {
    part.show({ layers: [{ parameter, shape: [1, 1] }] });
    await settle();
  };
  await show("fc1.weight");
  assert.deepEqual(asked, [], "a run goes on");
  part.ask(); // it is paused
  await show("fc1.weight");
  network = "cnn";
  for (let step = 0; step < 3; step++) await show("conv1.weight");
  assert.deepEqual(asked, [
    ["mlp", "fc1.weight"],
    ["cnn", "conv1.weight"],
  ]);
  assert.deepEqual(reported, []);
});

test("a cell of mistakes that nobody answers for is closed, with the digits of the one before", async () => {
  const figure = new Element();
  const cells = Array.from({ length: 100 }, () => Object.assign(new Element(), { closest: () => null }));
  figure.querySelectorAll = () => cells;
  const element = Object.assign(new Element(), { querySelectorAll: () => [figure] });
  const answers = [{ count: 0, of: 9, step: 1, images: [] }, undefined];
  mistakes(element, { cell: async () => answers.shift() });
  const opened = figure.querySelector(".opened");
  const press = async (i) => {
    figure.querySelector("tbody").listeners.click[0]({ target: { closest: () => cells[i] } });
    await settle();
    return cells.map((cell) => cell.classList.contains("open")).indexOf(true);
  };
  assert.deepEqual([await press(8), opened.hidden], [8, false]);
  assert.deepEqual([await press(3), opened.hidden], [-1, true]);
});
