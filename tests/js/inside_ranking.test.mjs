// Maps in the order of their effect: asked for once the tab is seen, and never taken for another drawing's.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { clock, settle } from "./clock.mjs";
import { Element, look } from "./page.mjs";

const { page } = await import("../../demo/page/state.js");
const { ranking } = await import("../../demo/inside/ranking.js");

const time = clock();
after(() => time.stop());

test("a tab that is opened again asks for the order of what was drawn meanwhile", async () => {
  const element = new Element();
  const find = (selector) => element.querySelector(selector);
  const isStale = () => find(".all").classList.contains("stale");
  let asked = 0;
  const rank = async () => ({ ranking: { layer: "relu1", digit: 7, logit: 2, logits: [1], probability: 0.5, probabilities: [0.4] }, asked: asked++ }); // prettier-ignore
  element.visible = false;
  page.set({ inside: { ...page.get().inside, order: "effect" } }); // as a link has it
  ranking({ element, find, server: { rank }, choose() {}, aloud() {} }, () => {});
  await time.pass(1000);
  assert.equal(asked, 0);
  element.visible = true;
  look();
  await time.pass(1000);
  assert.deepEqual([asked, isStale()], [1, false]);
  look();
  await time.pass(1000);
  assert.equal(asked, 1, "nothing is another");

  element.visible = false;
  page.set({ verdict: { asked: 1 } });
  await time.pass(1000);
  assert.deepEqual([asked, isStale()], [1, true]);
  element.visible = true;
  look();
  await time.pass(1000);
  assert.deepEqual([asked, isStale()], [2, false]);

  page.set({ verdict: { asked: 2 } });
  element.visible = false; // closed before the pen has rested
  await time.pass(1000);
  assert.equal(asked, 2);
  page.set({ inside: { ...page.get().inside, order: "number" } });
  element.visible = true;
  look();
  await time.pass(1000);
  await settle();
  assert.equal(asked, 2, "nobody wants it");
});
