// The tab Preparation: how soon it shows what lies on the paper, and how often it sends a picture for that.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { clock, settle } from "./clock.mjs";
import { Element } from "./page.mjs";

const { page } = await import("../../demo/page/state.js");
const { words } = await import("../../demo/page/catalogue.js");
const { putPicture } = await import("../../demo/page/picture.js");
const { start } = await import("../../demo/preparation/preparation.js");

const LARGEST = 2 ** 20;
const networks = (version) => ({ version, readers: {} });
const choose = Object.assign(new Element(), { lastChild: Object.assign(new Element(), { files: [] }) });
const element = new Element();
element.querySelectorAll = (selector) => (selector === ".button" ? [choose, new Element()] : []);
const problem = element.querySelector(".problem");
const steps = element.querySelector(".steps");
let time, sent, now;

const answerFor = (name) => ({
  networks: networks(now),
  stages: [{ name: "picture", picture: name, height: 28, width: 28, image: "", reads: {} }],
});
const server = {
  prepare: async () => answerFor("drawing"),
  prepare_file: ({ data }) => new Promise((answer) => sent.push({ name: data.picture.name, answer })),
};
start({ element, server, props: { largest: LARGEST, side: 28 } });

/** What is shown, and whether it is marked as being of something else by now. */
const shown = () => [
  steps.hidden ? problem.textContent : element.querySelector("[data-step=picture]").querySelector("img").src,
  element.classes.has("stale"),
];
const verdict = () => page.set({ verdict: { networks: networks(now), cards: {} } });

async function put(name) {
  const done = putPicture(server, { name, size: 1 }, LARGEST);
  await settle();
  sent.at(-1).answer(answerFor(name));
  await done;
  await settle();
}

beforeEach(async () => {
  time = clock();
  sent = [];
  now = "a-1";
  page.set({ networks: networks(now), picture: null, steps: {} });
  await time.pass(5_000);
  problem.textContent = words.say("preparation.blank");
  steps.hidden = true;
});
afterEach(() => time.stop());

test("a picture is shown as soon as it lies on the paper, and is sent once", async () => {
  for (const name of ["one.png", "other.png"]) {
    await put(name);
    assert.deepEqual(shown(), [name, false]);
    verdict();
    await time.pass(5_000);
    assert.deepEqual(shown(), [name, false]);
  }
  assert.equal(sent.length, 2);
});

test("a picture is sent again once other networks rest, and is marked as long as it is shown as read by those before", async () => {
  await put("one.png");
  for (now of ["a-2", "a-3"]) {
    page.set({ networks: networks(now) });
    verdict();
    await time.pass(1_000);
    assert.deepEqual(shown(), ["one.png", true]);
  }
  await time.pass(1_000);
  assert.equal(sent.length, 2);
  sent[1].answer(answerFor("one.png"));
  await settle();
  assert.deepEqual(shown(), ["one.png", false]);
});

test("a drawing's steps are marked until those of the drawing as it is now are there", async () => {
  verdict();
  assert.ok(element.classes.has("stale"));
  await time.pass(150);
  assert.deepEqual(shown(), ["drawing", false]);
});

test("nothing is called lost while a picture is on its way", async () => {
  await put("large.png");
  page.set({ steps: { crop: false } });
  await time.pass(60_000);
  assert.deepEqual([sent.length, ...shown()], [2, "large.png", true]);
  sent[1].answer(undefined);
  await time.pass(15_000);
  assert.equal(shown()[0], `${words.say("verdict.lost.lead")} ${words.say("verdict.lost.rest")}`);
});
