// The page fetches the visitor's own networks, also over a slow line.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { page } from "../../demo/page/state.js";
import { begin, here } from "../../demo/reader/own.js";
import { clock, settle } from "./clock.mjs";

const LAYERS = ["flatten", "out"];

/** The weights of a network that reads this digit in whatever it sees, as base64 of a .safetensors file. */
function reading(digit) {
  const head = {
    "out.weight": { dtype: "F32", shape: [10, 784], data_offsets: [0, 31_360] },
    "out.bias": { dtype: "F32", shape: [10], data_offsets: [31_360, 31_400] },
  };
  const text = JSON.stringify(head);
  const bytes = Buffer.alloc(8 + text.length + 31_400);
  bytes.writeUInt32LE(text.length);
  bytes.write(text, 8);
  bytes.writeFloatLE(1, 8 + text.length + 31_360 + 4 * digit);
  return bytes.toString("base64");
}

const networks = (version) => ({ version, readers: { mlp: { source: "run" } } });
const answer = (version, digit) => ({
  networks: networks(version),
  own: { mlp: { layers: LAYERS, weights: reading(digit) } },
});
const { subscribe } = page;
let time, asked, unsubscribe;

beforeEach(async () => {
  time = clock();
  asked = []; // what answers each call
  page.set({ networks: networks("a-1") });
  page.subscribe = (...watched) => (unsubscribe = subscribe(...watched));
  begin({ weights: () => new Promise((resolve) => asked.push(resolve)) }, {});
  await settle();
});

afterEach(() => {
  unsubscribe();
  page.subscribe = subscribe;
  time.stop();
});

async function read() {
  const { cards } = await here.read({ strokes: [[[140, 40], [140, 240]]], pen: 18, steps: {} }); // prettier-ignore
  return cards.mlp.digit;
}

test("weights that take longer than a call may are fetched once, and read with", async () => {
  await time.pass(60_000);
  assert.equal(asked.length, 1);
  asked[0](answer("a-1", 3));
  await time.pass(4_000);
  assert.equal(asked.length, 1);
  assert.equal(await read(), 3);
});

test("others that read by now are fetched beside them, and the late ones do not take their place", async () => {
  asked[0](answer("a-1", 3));
  await settle();
  page.set({ networks: networks("a-2") });
  await time.pass(1_500);
  assert.equal(asked.length, 2);
  page.set({ networks: networks("a-3") });
  await time.pass(12_000);
  assert.equal(asked.length, 3);
  asked[2](answer("a-3", 5));
  await settle();
  asked[1](answer("a-2", 4));
  await settle();
  assert.equal(await read(), 5);
});
