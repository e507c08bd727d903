// A part of the page starts: what could not be fetched is fetched again, and an early click is not lost.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { clock, settle } from "./clock.mjs";
import { Element } from "./page.mjs";
import { startPart, untilFetched } from "../../demo/page/starting.js";

const { addEventListener: deaf, now } = { ...globalThis, now: performance.now };
let time, online, failures;

beforeEach(() => {
  time = clock();
  online = [];
  failures = 0;
  globalThis.addEventListener = (event, listener) => event === "online" && online.push(listener);
  globalThis.removeEventListener = () => {};
  console.error = () => {};
});

afterEach(() => {
  time.stop();
  globalThis.addEventListener = deaf;
  performance.now = now;
});

/** Something that cannot be fetched so many times: { tries, got } of it. */
function fetching(times) {
  const made = { tries: 0, got: null };
  const attempt = async () => {
    made.tries += 1;
    if (made.tries <= times) throw new Error("reset");
    return "it";
  };
  untilFetched(attempt, () => (failures += 1)).then((it) => (made.got = it));
  return made;
}

test("what cannot be fetched is tried again after pauses that grow, for as long as it takes", async () => {
  const made = fetching(8);
  await settle();
  for (const [seconds, tries] of [[1, 2], [2, 3], [4, 4], [8, 5], [15, 6], [15, 7], [15, 8]]) {
    await time.pass(1000 * seconds - 1);
    assert.equal(made.tries, tries - 1);
    await time.pass(1);
    assert.equal(made.tries, tries);
  } // prettier-ignore
  assert.equal(made.got, null);
  await time.pass(15_000);
  assert.deepEqual([made.got, made.tries, failures], ["it", 9, 8]);
});

test("it is tried at once when the browser is online again", async () => {
  const made = fetching(1);
  await settle();
  assert.deepEqual([made.got, online.length], [null, 1]);
  online[0]();
  await settle();
  assert.equal(made.got, "it");
});

/** A part with a button, which counts the clicks it acts on. */
function part() {
  const element = new Element();
  const button = { clicks: 0, click: () => (button.clicks += 1) };
  button.closest = () => button;
  element.removeEventListener = () => (element.listeners = {});
  document.createElement = () => Object.assign(new Element(), { remove() {} });
  const click = (timeStamp) => element.listeners.click?.forEach((hear) => hear({ target: button, timeStamp }));
  const started = startPart(
    { element },
    "data:text/javascript,export const start = ({ element }) => (element.on = true)",
    "",
  );
  return { element, button, click, started };
}

test("the last click on a button before its part has started is made once it has", async () => {
  const { element, button, click, started } = part();
  performance.now = () => 5_000;
  click(1_000);
  click(2_000);
  assert.equal(button.clicks, 0);
  await started;
  assert.ok(element.on);
  assert.equal(button.clicks, 1);
  assert.deepEqual(element.listeners, {}, "it listens no longer");
});

test("a click that waited too long is forgotten", async () => {
  const { button, click, started } = part();
  performance.now = () => 30_000;
  click(1_000);
  await started;
  assert.equal(button.clicks, 0);
});
