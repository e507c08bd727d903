// How Retrain asks for the state of the training: how often, what an answer changes, and what is older than a command.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { page } from "../../demo/page/state.js";
import { change, kept, told } from "../../demo/retrain/told.js";
import { watching } from "../../demo/retrain/watch.js";
import { clock, settle } from "./clock.mjs";

const FIRST = { ...told.get() };
const BOTH = { mlp: { source: "shipped" }, cnn: { source: "shipped" } };
const DETAILS = { run: 1, moment: null, moments: [], tracks: {}, progress: 0, left: null, examples: null, table: null };

/** An answer of the server, as demo/retrain/shapes.py has it. */
function stand(state, { version = "a-1", readers = BOTH, ...others } = {}) {
  const networks = { version, readers };
  const rest = { status: [], notes: [], downloads: {}, borrow: null };
  return { problem: null, state, networks, ...rest, details: { ...DETAILS }, ...others };
}

const { subscribe } = page;
let time, resize, asked, borrowed, training, unsubscribe;

beforeEach(async () => {
  time = clock();
  told.set(FIRST);
  page.set({ networks: null, retrain: {} });
  [asked, borrowed] = [[], 0];
  globalThis.document = { hidden: false, addEventListener: () => {} };
  globalThis.ResizeObserver = class {
    constructor(listener) {
      resize = (width) => listener([{ contentRect: { width } }]);
    }
    observe() {}
  };
  // A server whose answers a test gives: each call waits in `asked` as { name, question, answer }.
  const call = (name) => (question) => new Promise((answer) => asked.push({ name, question, answer }));
  const server = { watch: call("watch"), command: call("command"), load: call("load") };
  page.subscribe = (...watched) => (unsubscribe = subscribe(...watched));
  training = watching({}, server, () => (borrowed += 1));
  resize(800);
  await settle();
});

afterEach(() => {
  unsubscribe();
  time.stop();
});

async function answer(what) {
  asked.shift().answer(what);
  await settle();
}

test("nothing is asked while nothing goes on, and often while a run does", async () => {
  await answer(stand("idle"));
  await time.pass(60_000);
  assert.equal(asked.length, 0);
  training.command("start");
  await answer(stand("running"));
  for (let i = 0; i < 3; i++) {
    await time.pass(200);
    assert.equal(asked.length, 1);
    await answer(stand("running"));
  }
  await time.pass(200);
  await answer(stand("finished"));
  await time.pass(60_000);
  assert.equal(asked.length, 0);
});

test("a tab that is not seen asks seldom and for little, and for all once it is seen", async () => {
  await answer(stand("running"));
  resize(0);
  await time.pass(200);
  assert.equal(asked[0].question.visible, false);
  await answer(stand("running", { details: null }));
  await time.pass(900);
  assert.equal(asked.length, 0);
  resize(800);
  await settle();
  assert.equal(asked[0].question.visible, true);
});

test("a tab that is opened again asks how it stands, whatever was heard before", async () => {
  await answer(stand("finished"));
  resize(700);
  assert.equal(asked.length, 0, "it is only narrower");
  resize(0);
  resize(800);
  assert.equal(asked.length, 1);
});

test("what a command answers is newer than what was asked before it", async () => {
  await answer(stand("running"));
  await time.pass(200);
  const [before] = asked.splice(0);
  training.command("stop");
  await answer(stand("stopped", { version: "a-3" }));
  before.answer(stand("running", { version: "a-2" }));
  await settle();
  assert.equal(told.get().state, "stopped");
  assert.equal(page.get().networks.version, "a-3");
});

test("only another version replaces the networks of the page's state", async () => {
  await answer(stand("running"));
  const { networks } = page.get();
  await time.pass(200);
  await answer(stand("running"));
  assert.equal(page.get().networks, networks);
  await time.pass(200);
  await answer(stand("running", { version: "a-2" }));
  assert.equal(page.get().networks.version, "a-2");
});

test("it is asked again when others hear of other networks, as of a server that was started again", async () => {
  await answer(
    stand("finished", { details: { ...DETAILS, table: { version: "a", rows: [{ run: 1, network: "mlp" }] } } }),
  );
  page.set({ networks: { version: "b-1", readers: BOTH } });
  await settle();
  assert.equal(asked.length, 1);
  await answer(
    stand("idle", { version: "b-1", details: { ...DETAILS, run: null, table: { version: "b", rows: [] } } }),
  );
  assert.deepEqual(told.get().table.rows, []);
  assert.equal(told.get().gone, false, "a run that had ended did not end now");
  await time.pass(60_000);
  assert.equal(asked.length, 0);
});

test("a run that is gone was alive when it was last heard of", async () => {
  await answer(stand("paused"));
  await time.pass(2_100);
  await answer(stand("idle", { version: "b-1" }));
  assert.equal(told.get().gone, true);
  training.command("start");
  assert.equal(told.get().gone, false);
});

test("while nobody answers that is said, and taken back with the next answer", async () => {
  await answer(undefined);
  assert.equal(told.get().lost, true);
  await time.pass(600);
  await answer(stand("idle"));
  assert.equal(told.get().lost, false);
});

test("a command that nobody answers is not forgotten silently", async () => {
  await answer(stand("idle"));
  training.load("file");
  await answer(undefined);
  assert.equal(told.get().lost, true);
  assert.equal(told.get().file.key, "retrain.lost");
  assert.equal(asked[0].name, "watch");
});

test("the moment of the past is the visitor's while it is on its way, and the server's then", async () => {
  await answer(stand("running"));
  training.travel(7);
  await time.pass(200);
  const travel = asked.findIndex(({ name }) => name === "command");
  const watch = asked.findIndex(({ name }) => name === "watch");
  assert.equal(asked[travel].question.moment, 7);
  asked[watch].answer(stand("running"));
  await settle();
  assert.equal(kept().moment, 7);
  training.travel(9);
  asked[travel].answer(stand("running", { details: { ...DETAILS, moment: 7 } }));
  await settle();
  assert.equal(kept().moment, 9);
  const last = asked.find(({ question }) => question.moment === 9);
  last.answer(stand("running", { details: { ...DETAILS, moment: 8 } })); // 9 is not kept any more
  await settle();
  assert.equal(kept().moment, 8);
});

test("rows stay ticked while they are the same, and not where another server has others of their number", async () => {
  const row = (run, loss) => ({ run, network: "mlp", test_loss: loss });
  const table = (version, ...rows) => stand("idle", { details: { ...DETAILS, table: { version, rows } } });
  await answer(table("a-2", row(1, 0.1), row(2, 0.2)));
  change({
    compared: [
      [1, "mlp"],
      [2, "mlp"],
    ],
  });
  told.set({ curves: { 1: {}, 2: {} } });
  training.command("others");
  await answer(table("a-3", row(1, 0.1), row(2, 0.2), row(3, 0.3)));
  assert.deepEqual(kept().compared, [
    [1, "mlp"],
    [2, "mlp"],
  ]);
  training.command("others");
  assert.equal(asked[0].question.table, "a-3");
  await answer(table("b-2", row(1, 0.4), row(2, 0.2)));
  assert.deepEqual(kept().compared, [[2, "mlp"]]);
  assert.deepEqual(Object.keys(told.get().curves), ["2"]);
});

test("a GPU is asked for once for each run", async () => {
  await answer(stand("idle"));
  training.command("start");
  await answer(stand("loading", { borrow: 1 }));
  await time.pass(200);
  await answer(stand("loading", { borrow: 1 }));
  assert.equal(borrowed, 1);
  await time.pass(200);
  await answer(stand("stopped"));
  training.command("start");
  await answer(stand("loading", { borrow: 1 })); // of a server that was started again
  assert.equal(borrowed, 2);
});

test("what an earlier run came to stays until there is something new", async () => {
  const tracks = { mlp: {} };
  await answer(stand("finished", { details: { ...DETAILS, tracks } }));
  training.command("start");
  await answer(stand("loading", { details: { ...DETAILS, run: 2 } }));
  assert.deepEqual([told.get().shown.run, told.get().details.run], [1, 2]);
  await time.pass(200);
  await answer(stand("running", { details: { ...DETAILS, run: 2, tracks } }));
  assert.equal(told.get().shown.run, 2);
});

test("a question that the server did not understand changes nothing", async () => {
  await answer(stand("idle"));
  training.command("start");
  await answer({ problem: { key: "page.not_understood", values: {} } });
  assert.equal(told.get().problem.key, "page.not_understood");
  assert.equal(told.get().state, "idle");
});
