// What a step lights is kept clear of the card, until the visitor does something.

import assert from "node:assert/strict";
import { test } from "node:test";

import { leader } from "../../demo/lessons/sight.js";
import { clock } from "./clock.mjs";

const heard = {}; // listeners of the window, by event
const card = { contains: (node) => node === "fold" };
let place = null; // of what is lit: [top, bottom], moved by scrolling
let padding = 150; // below, for the card
let asked = []; // ways in which it was scrolled

const lit = {
  checkVisibility: () => place !== null,
  getBoundingClientRect: () => ({ top: place[0], bottom: place[1] }),
  scrollIntoView({ block }) {
    asked.push(block);
    const by = block === "start" ? place[0] - 60 : place[0] < 60 ? place[0] - 60 : place[1] - (innerHeight - padding);
    place = place.map((at) => at - by);
  },
};

Object.assign(globalThis, {
  innerHeight: 844,
  addEventListener: (kind, listener) => (heard[kind] = listener),
  getComputedStyle: (node) =>
    node === lit
      ? { scrollMarginTop: "0px" }
      : { scrollPaddingTop: "60px", scrollPaddingBottom: padding ? `${padding}px` : "auto" },
  document: { documentElement: {}, querySelectorAll: () => [lit] },
});

const lead = leader(card);

/** With a clock: led to what lies there, with nothing done before. */
function begun(at) {
  const time = clock();
  [place, padding, asked] = [at, 150, []];
  lead(["#lit"]);
  return time;
}

test("what comes late, moves, or is covered as the card grows is scrolled clear of it", async () => {
  const time = begun(null);
  await time.pass(5000);
  place = [685, 735]; // its tab has opened
  await time.pass(100);
  assert.deepEqual(place, [644, 694]);
  place = [720, 770]; // an answer has come above it
  await time.pass(100);
  assert.deepEqual(place, [644, 694]);
  padding = 250; // the card has grown
  await time.pass(100);
  assert.deepEqual(place, [544, 594]);
  place = [100, 900]; // higher than there is room
  await time.pass(100);
  assert.equal(asked.at(-1), "start");
  lead(null);
  time.stop();
});

test("nothing is scrolled once it can be seen, nor when the step is over", async () => {
  const time = begun([300, 350]);
  await time.pass(3000);
  assert.deepEqual(asked, []);
  lead(null);
  place = [800, 850];
  await time.pass(1000);
  assert.deepEqual(asked, []);
  time.stop();
});

test("the visitor's own scrolling, pen and keys end it; a press on the card does not", async () => {
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    const time = begun([300, 350]);
    heard.pointerdown({ target: "fold" });
    place = [800, 850];
    await time.pass(100);
    assert.equal(asked.length, 1, "after a press on the card");
    heard[kind]({ target: "paper" });
    place = [800, 850];
    await time.pass(5000);
    assert.equal(asked.length, 1, kind);
    time.stop();
  }
});
