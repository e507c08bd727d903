// What a visitor does in Retrain before a module has come, before an answer is there, twice, or while nobody answers.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { clock, settle } from "./clock.mjs";
import { Element } from "./page.mjs";

const { page } = await import("../../demo/page/state.js");
const { controls } = await import("../../demo/retrain/controls.js");
const { curves } = await import("../../demo/retrain/curves.js");
const { plan } = await import("../../demo/retrain/plan.js");
const { form } = await import("../../demo/retrain/settings.js");
const { change, kept, told } = await import("../../demo/retrain/told.js");
const { watching } = await import("../../demo/retrain/watch.js");

const STAND = { status: [], notes: [], downloads: {}, borrow: null, networks: { version: "a-1", readers: {} } };
const stand = (state, problem = null) => ({ ...STAND, state, problem, details: null });

beforeEach(() => {
  told.set({ state: "idle", problem: null });
  page.set({ retrain: {} });
});

/** A server whose commands wait in `asked` as { what, answer }. */
function commanded() {
  const asked = [];
  const command = (question) => new Promise((answer) => asked.push({ what: question.do, answer }));
  const watch = async () => stand(told.get().state);
  return { asked, training: watching({}, { command, watch }, () => {}) };
}

/** Radio buttons of one name, the first of them checked to begin with; `press` is what a click on one does besides. */
function radios(name, values, press = () => {}) {
  let chosen = values[0];
  return values.map((value, i) => ({
    name,
    value,
    defaultChecked: i === 0,
    get checked() {
      return chosen === value;
    },
    set checked(on) {
      if (on) chosen = value;
    },
    click() {
      chosen = value;
      press(this);
    },
  }));
}

test("a double click on Start starts, and does not pause", () => {
  const element = new Element();
  const primary = element.querySelector(".primary");
  element.querySelectorAll = () => [primary];
  const done = [];
  const wrong = () => null;
  controls(element, { command: (what) => done.push(what) }, wrong, () => {});
  const click = (detail) => primary.listeners.click[0]({ detail });
  click(1);
  told.set({ state: "running" });
  click(2);
  assert.deepEqual(done, ["start"]);
  for (const detail of [0, 1]) click(detail); // by keyboard, and by hand
  assert.deepEqual(done, ["start", "pause", "pause"]);
});

test("a command is sent once until it is answered, and meanwhile no other but Stop", async () => {
  const { asked, training } = commanded();
  for (const what of ["start", "start", "batch", "stop", "stop"]) training.command(what);
  assert.deepEqual(
    asked.map(({ what }) => what),
    ["start", "stop"],
  );
  for (const { answer } of asked.splice(0)) answer(stand("stopped"));
  await settle();
  training.command("start");
  assert.equal(asked.length, 1);
});

test("a command that nobody answers is told, until it shows that it was done", async () => {
  const { asked, training } = commanded();
  const send = async (answer) => {
    training.command("start");
    asked.shift().answer(answer);
    await settle();
  };
  await send(undefined);
  assert.equal(told.get().problem.key, "figure.lost");
  await send(stand("idle", { key: "retrain.problem.line_full", values: {} }));
  assert.equal(told.get().problem.key, "retrain.problem.line_full");
  await send(undefined);
  training.command("others"); // something else
  asked.shift().answer(stand("finished"));
  await settle();
  assert.equal(told.get().problem, null);
});

test("an axis that is chosen before the module has come stays", () => {
  const element = new Element();
  const axes = radios("retrain-axis", ["seconds", "batches", "epochs"]);
  element.querySelectorAll = (selector) => (selector.includes("axis") ? axes : []);
  axes[1].checked = true;
  curves(element, {});
  assert.equal(kept().axis, "batches");
  assert.equal(axes[1].checked, true);
});

test("what is chosen in the form before the module has come stays, and is in the form in short", () => {
  const element = new Element();
  const setup = element.querySelector(".setup");
  const press = (target) => setup.listeners.input[0]({ target });
  const all = [
    ...radios("retrain-networks", ["mlp", "cnn", "mlp cnn"], press),
    ...radios("retrain-data", ["mnist", "digits"], press),
    ...radios("retrain-recipe", ["best"], press),
  ];
  setup.querySelectorAll = (selector) => {
    const [, name] = /(retrain-\w*)/.exec(selector);
    return all.filter((one) => one.name.startsWith(name) && (one.checked || !selector.endsWith(":checked")));
  };
  all.find(({ value }) => value === "digits").checked = true;
  form(element, { first: ["epochs", "batch_size", "learning_rate", "optimizer"], options: {}, recipes: {} });
  assert.deepEqual(kept().form, { networks: ["mlp"], data: "digits", recipe: "best", changed: {} });
  assert.equal(kept().settings.data, "digits");
});

test("settings that are not judged yet are the server's to judge", async () => {
  const time = clock();
  const element = new Element();
  const option = Object.assign(new Element(), { dataset: { name: "epochs" } });
  const field = Object.assign(new Element(), {
    dataset: { network: "mlp" },
    closest: (selector) => (selector === "details" ? null : option),
  });
  element.querySelector(".setup").querySelectorAll = (selector) =>
    selector.includes("aria-invalid") && !field["aria-invalid"] ? [] : [field];
  const answers = [];
  const server = { plan: () => new Promise((answer) => answers.push(answer)) };
  const settings = () => ({ networks: ["mlp"] });
  const planned = { parameters: 0, multiply_adds: 0, layers: [] };
  const answer = async (...fields) => {
    answers.shift()({ problem: null, networks: { mlp: { ...planned, problem: null, fields } } });
    await settle();
  };
  change({ settings: settings() });
  const wrong = plan(element, server, () => {});
  await answer({ option: "epochs", problem: { key: "retrain.problem.no_recipe", values: {} } });
  assert.equal(wrong().key, "retrain.form.wrong");
  change({ settings: settings() }); // mended
  assert.equal(wrong(), null);
  await time.pass(200);
  assert.equal(wrong(), null, "its answer is on its way");
  await answer();
  assert.equal(wrong(), null);
  time.stop();
});
