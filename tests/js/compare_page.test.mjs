// Compare's parts on a page: networks of one's own, mistakes, a slow job, and results that cannot be fetched.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Element, all, broken, look } from "./page.mjs";

const { page } = await import("../../demo/page/state.js");
const { words } = await import("../../demo/compare/words.js");
const { curves } = await import("../../demo/compare/curves.js");
const { start: startDigits } = await import("../../demo/compare/digits.js");
const { COLUMNS, start: startLedger } = await import("../../demo/compare/ledger.js");
const { matrices } = await import("../../demo/compare/matrices.js");
const { mine } = await import("../../demo/compare/mine.js");

const settled = () => new Promise((resolve) => setTimeout(resolve, 50));
const READERS = ["best-mlp", "best-cnn", "tutorial-mlp", "tutorial-cnn"];
const files = Object.fromEntries(
  [...READERS.map((reader) => `measured-${reader}`), "pairs", "gallery", "ledger"].map((name) => [
    name,
    `checkpoints/compare/${name}.json`,
  ]),
);
const stored = async (name) => (await fetch(new URL(files[name], document.baseURI))).json();
const own = (version) => ({ version, readers: { mlp: { source: "run" }, cnn: { source: "shipped" } } });
let element;

beforeEach(() => {
  element = new Element();
  broken.clear();
  page.set({ networks: own("a-1"), compare: {} });
});

/** The visitor's MLP is measured by a server with such answers; gives all that was found. */
async function measured(measure) {
  const found = [];
  mine(element, {}, { measure }, (what) => found.push(Object.keys(what)));
  element.querySelector("[data-do=measure]").dispatch("click");
  await settled();
  return found;
}

const right = async ({ part }) => {
  return part === "test"
    ? { version: "a-1", right: 1990, digits: 2000 }
    : { version: "a-1", digits: 200, shares: Array(15).fill(0.5) };
};

test("what was measured of networks goes with them", async () => {
  const found = await measured(right);
  assert.deepEqual(found, [[], ["run-mlp"]], "before, the readers are shown without the visitor's own");
  page.set({ networks: own("a-2") });
  assert.deepEqual(found.at(-1), []);
  assert.equal(element.querySelector(".progress").textContent, "");
  page.set({ networks: own("a-3") });
  assert.equal(found.length, 3, "nothing is drawn anew that stands there already");
});

test("a server that is lost, and networks that changed, are told apart", async () => {
  await measured(async () => undefined);
  assert.equal(element.querySelector(".progress").textContent, words.say("verdict.lost.lead"));
  element = new Element();
  await measured(async () => ({ version: "a-2", right: 0, digits: 2000 }));
  assert.equal(element.querySelector(".progress").textContent, words.say("compare.mine.changed"));
});

test("a cell of a matrix asks for its digits once", async () => {
  const readers = Object.fromEntries(
    await Promise.all(READERS.map(async (reader) => [reader, await stored(`measured-${reader}`)])),
  );
  const asked = [];
  page.set({ compare: { pair: "best-mlp/best-cnn" } });
  const server = { show_digits: async (what) => void asked.push(what) };
  matrices(element, readers, await stored("pairs"), server);
  const [cell] = all(element.querySelector(".tables")).filter((node) => node["aria-label"] && node.type === "button");
  cell.dispatch("click");
  await settled();
  assert.equal(asked.length, 1);
  const [told, lost] = element.querySelector(".opened").children;
  assert.deepEqual(told.children, [`${cell["aria-label"]} `]);
  assert.deepEqual(lost.children, [words.say("verdict.lost.lead")]);
});

test("nothing of the test set is wired before all of it was fetched", async () => {
  broken.add("gallery.json");
  startDigits(element, { files, kinds: {} }, {});
  look();
  await settled();
  assert.equal(element.querySelector(".problem").textContent, words.say("compare.no_results"));
  assert.deepEqual(element.querySelector(".mine").querySelector("[data-do=measure]").listeners, {});
});

test("a ledger that comes at the second try is no problem any more", async () => {
  broken.add("ledger.json");
  startLedger(element, { files });
  look();
  await settled();
  assert.equal(element.querySelector(".problem").textContent, words.say("compare.no_results"));
  broken.clear();
  look();
  await settled();
  assert.equal(element.querySelector(".problem").textContent, "");
});

test("every contestant's costs are known", async () => {
  const { rows } = await stored("ledger");
  assert.ok(rows.length > 10);
  for (const row of rows)
    for (const name of ["parameters", "multiply_adds", "bytes", "milliseconds", "seconds_an_epoch", "accuracy"]) {
      const { of, value, text } = COLUMNS[name];
      assert.ok(value(row) > 0, `${row.contestant}: ${name}`);
      assert.notEqual(text(of(row)), words.say("compare.ledger.unknown"), `${row.contestant}: ${name}`);
    }
});

test("where two networks part on one drawing is not said of the next", () => {
  const rotation = { low: -90, high: 90, step: 90, none: 0, unit: "degrees" };
  const node = element.querySelector(".parting");
  const changes = curves(element, { rotation });
  const readers = { mlp: { network: "mlp", training: "shipped" }, cnn: { network: "cnn", training: "shipped" } };
  const card = (digit) => ({ digit, probabilities: Array(10).fill(0.1) });
  const job = changes.begin(new Float32Array(784), readers);
  [7, 7, 1].forEach((digit, i) => job.arrived(i, { mlp: card(digit), cnn: card(7) }));
  job.done();
  assert.notEqual(node.querySelector("p").textContent, "");
  assert.equal(node.querySelector("button").hidden, false);
  changes.begin(new Float32Array(784), readers);
  assert.equal(node.querySelector("p").textContent, "");
  assert.equal(node.querySelector("button").hidden, true);
});
