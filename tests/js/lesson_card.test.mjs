// The card of the lesson under way where something cannot be fetched, or comes late.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Element, broken, held, reported } from "./page.mjs";

globalThis.CSSStyleSheet = class {
  replaceSync() {}
};
globalThis.scrollTo = () => {};

const { page } = await import("../../demo/page/state.js");
const { LESSONS } = await import("../../demo/lessons/course/index.js");
const { words } = await import("../../demo/lessons/words.js");
const { follow } = await import("../../demo/lessons/running.js");
const { view } = await import("../../demo/lessons/view.js");

const settled = () => new Promise((resolve) => setTimeout(resolve, 100));
const begin = async (id) => {
  page.set({ lesson: { id, step: 0, bets: {} } });
  await settled();
};

test("a lesson that cannot be fetched says so, can be left, and the next can begin", async () => {
  const tabs = document.querySelector("#tabs");
  broken.add("claims.json");
  LESSONS.push({ id: "lost", texts: [], minutes: 1 }); // of a module that there is not
  follow({ claims: "checkpoints/compare/claims.json" });
  await settled();
  const [card] = tabs.children;
  const find = (selector) => card.querySelector(selector);
  for (const [id, leave] of [
    ["lost", "leave"],
    ["lost", "list"],
    ["pool", "leave"],
  ]) {
    // prettier-ignore
    await begin(id);
    assert.equal(page.get().lesson, null, id);
    assert.equal(card.hidden, false);
    assert.equal(find("h2 b").textContent, words.say("lesson.card.failed"));
    assert.deepEqual([card.children[1].hidden, find("[data-do=back]").disabled], [true, true]);
    find(`[data-do=${leave}]`).dispatch("click");
    assert.equal(card.hidden, true);
  }
  assert.equal(reported.length, 3);
  await begin("image");
  assert.deepEqual([card.hidden, card.children[1].hidden, card.dataset.step], [false, false, "draw"]);
  LESSONS.pop();
  page.set({ lesson: null });
});

test("the second click of a double click does nothing on what the first one brought", () => {
  const done = [];
  const acts = ["choose", "next", "other", "list"].map((name) => [name, () => done.push(name)]);
  const card = view(Object.fromEntries(acts));
  const step = { id: "bet", choices: ["five", "one"] };
  card.show({ lesson: { id: "prepare", steps: [step] }, place: { step: 0, bets: {} }, step, over: false, told: {}, may: true }); // prettier-ignore
  const buttons = {
    choose: card.node.querySelector(".choices").children[0],
    next: card.node.querySelector("[data-do=next]"),
    list: card.node.querySelector("[data-do=list]"),
  };
  for (const [name, target] of Object.entries(buttons)) {
    const click = (detail) => target.listeners.click[0]({ target, detail });
    click(2);
    assert.deepEqual(done, [], name);
    for (const detail of [0, 1]) click(detail); // by keyboard, and by hand
    assert.deepEqual(done.splice(0), [name, name]);
  }
});

test("the program of a lesson that is over does not come in the next one's", async () => {
  const card = view({});
  const code = card.node.querySelector("code");
  const ended = (id) =>
    card.show({
      lesson: { id, steps: [] },
      place: { step: 0, bets: {} },
      step: null,
      over: false,
      told: {},
      may: true,
    });
  let arrive;
  held.set("pool.py", new Promise((resolve) => (arrive = resolve)));
  ended("pool");
  ended("cost");
  await settled();
  const program = code.textContent;
  assert.match(program, /multiply_adds/);
  arrive();
  await settled();
  assert.equal(code.textContent, program);
});

test("a program that cannot be fetched is told, and asked for again", async () => {
  const card = view({});
  const code = card.node.querySelector("code");
  const ended = () =>
    card.show({ lesson: { id: "reach", steps: [] }, place: { step: 0, bets: {} }, step: null, over: false, told: {}, may: true }); // prettier-ignore
  broken.add("reach.py");
  ended();
  await settled();
  assert.equal(code.textContent, words.say("lesson.card.no_code"));
  broken.clear();
  ended();
  await settled();
  assert.notEqual(code.textContent, words.say("lesson.card.no_code"));
});
