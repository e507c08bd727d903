// Retrain's pure functions.

import assert from "node:assert/strict";
import { test } from "node:test";

import { csv } from "../../demo/page/csv.js";
import { numbers } from "../../demo/page/words.js";
import { resting } from "../../demo/retrain/aloud.js";
import { alive, buttons, live } from "../../demo/retrain/buttons.js";
import { exported } from "../../demo/retrain/csv.js";
import { depths, narrow, percents } from "../../demo/retrain/depths.js";
import { fits, form, base, fill, read, rows, same, settings } from "../../demo/retrain/fields.js";
import { curve, lines, summary, thinned } from "../../demo/retrain/lines.js";
import { differences, readsNow } from "../../demo/retrain/rows.js";
import { status } from "../../demo/retrain/status.js";
import { clock } from "./clock.mjs";

// ---- csv.js

// A reader of RFC 4180, written from its grammar, character by character.
function parsed(text) {
  const lines = [[]];
  for (let i = 0; i < text.length;) {
    let cell = "";
    if (text[i] === '"') {
      for (i += 1; text[i] !== '"' || text[i + 1] === '"'; i += 1) {
        if (text[i] === '"') i += 1;
        cell += text[i];
      }
      i += 1;
    } else while (i < text.length && !",\r".includes(text[i])) cell += text[i++];
    lines.at(-1).push(cell);
    if (text[i] === "\r") {
      assert.equal(text[i + 1], "\n");
      i += 2;
      if (i < text.length) lines.push([]);
    } else if (i < text.length) {
      assert.equal(text[i], ",");
      i += 1;
      if (i === text.length || text[i] === "\r") lines.at(-1).push("");
    }
  }
  return lines;
}

test("a file of lines is read back as they were", () => {
  const lines = [
    ["plain", "with, comma", 'with "quotes"', "two\nlines", "a\r\nb", '"'],
    ["", "1", "2.5", "x", "", '",\r\n"'],
  ];
  assert.deepEqual(parsed(csv(lines)), lines);
  assert.equal(csv([[null, undefined, 0, false, [1, 2]]]), ',,0,false,"1,2"\r\n');
});

test("the table's file has every setting that any run has, and none where a run has it not", () => {
  const rows = [
    { run: 1, network: "mlp", settings: { hidden: [32, 16], seed: 0 } },
    { run: 1, network: "cnn", settings: { seed: 3, kernel: 5 } },
  ];
  assert.deepEqual(exported(rows, ["run", "network"]), [
    ["run", "network", "setting hidden", "setting seed", "setting kernel"],
    [1, "mlp", [32, 16], 0, undefined],
    [1, "cnn", undefined, 3, 5],
  ]);
});

// ---- rows.js

test("only settings that differ are told, lists by what is in them", () => {
  const [one, other] = [
    { settings: { seed: 0, hidden: [32, 16], rate: 0.02, shuffle: true } },
    { settings: { seed: 0, hidden: [32, 16], rate: 0.005, shuffle: "true", kernel: 5 } },
  ];
  assert.deepEqual(differences([one, other]), [
    ["rate", 0.02, 0.005],
    ["shuffle", true, "true"],
    ["kernel", undefined, 5],
  ]);
  assert.deepEqual(differences([one, one, one]), []);
});

test("a row reads now only as it was at its run's end", () => {
  const readers = {
    mlp: { source: "run", run: 2, seconds: null },
    cnn: { source: "run", run: 2, seconds: 1.5 }, // a moment of it
  };
  assert.equal(readsNow({ run: 2, network: "mlp" }, readers), true);
  assert.equal(readsNow({ run: 1, network: "mlp" }, readers), false);
  assert.equal(readsNow({ run: 2, network: "cnn" }, readers), false);
  assert.equal(
    readsNow({ run: 2, network: "mlp" }, { ...readers, mlp: { source: "loaded", run: null, seconds: null } }),
    false,
  );
  assert.equal(readsNow({ run: 2, network: "mlp" }, undefined), false);
});

// ---- buttons.js

const SHIPPED = { mlp: { source: "shipped" }, cnn: { source: "shipped" } };
const OWN = { ...SHIPPED, mlp: { source: "run" } };

test("each state lets through what can be done in it", () => {
  const table = {
    //           first     waits  step   stop   load
    idle: ["start", false, true, false, true],
    waiting: ["start", true, false, true, false],
    loading: ["start", true, false, true, false],
    running: ["pause", false, false, true, false],
    stepping: ["pause", false, false, true, false],
    paused: ["resume", false, true, true, false],
    evaluating: ["start", true, false, true, false],
    finished: ["start", false, true, false, true],
    stopped: ["start", false, true, false, true],
    diverged: ["start", false, true, false, true],
    failed: ["start", false, true, false, true],
  };
  for (const [state, expected] of Object.entries(table)) {
    const { primary, waits, step, stop, load } = buttons(state, SHIPPED);
    assert.deepEqual([primary, waits, step, stop, load], expected, state);
    assert.equal(live(state), stop, state);
    assert.equal(alive(state), !step, state);
  }
});

test("back to the shipped weights goes only who reads with others, and not during a run", () => {
  assert.equal(buttons("finished", OWN).shipped, true);
  assert.equal(buttons("running", OWN).shipped, false);
  assert.equal(buttons("finished", SHIPPED).shipped, false);
  assert.equal(buttons("idle", undefined).shipped, false);
});

// ---- fields.js

test("what was typed is a number, or stays for the server to refuse", () => {
  const typed = (kind, value) => read({ kind }, { value });
  assert.equal(typed("number", " 0.02 "), 0.02);
  assert.equal(typed("integer", "1e3"), 1000);
  assert.equal(typed("number", ""), "");
  assert.equal(typed("number", "many"), "many");
  assert.deepEqual(typed("integers", " 32,16  8 ,, x"), [32, 16, 8, "x"]);
  assert.deepEqual(typed("integers", ""), []);
  assert.equal(read({ kind: "switch" }, { checked: false }), false);
  assert.equal(read({ kind: "choice", choices: [3, 5, "adam"] }, { selectedIndex: 1 }), 5);
});

test("what is filled in is read again", () => {
  const cases = [
    [{ kind: "number" }, 0.005],
    [{ kind: "integer" }, 0],
    [{ kind: "integers" }, [128, 256]],
    [{ kind: "switch" }, true],
    [{ kind: "choice", choices: ["adam", "muon"] }, "muon"],
  ];
  for (const [option, value] of cases) {
    const input = { value: "", checked: undefined, selectedIndex: -1 };
    fill(option, input, value);
    if (!["switch", "choice"].includes(option.kind)) input.value = String(input.value); // as an <input> keeps it
    assert.deepEqual(read(option, input), value);
    assert.ok(same(read(option, input), value));
  }
});

const OPTIONS = {
  training: { mlp: [{ name: "seed" }, { name: "epochs" }], cnn: [{ name: "seed" }, { name: "epochs" }] },
  augmentation: { mlp: [{ name: "shift" }], cnn: [{ name: "shift" }] },
  architecture: { mlp: [{ name: "hidden", default: [8] }], cnn: [{ name: "kernel", default: 5 }] },
};

test("a row for every option, the first ones first, with a field for each network that has it", () => {
  const told = rows(OPTIONS, ["epochs"]).map(({ place, name, fields }) => [
    place,
    name,
    fields.map(({ network }) => network),
  ]);
  assert.deepEqual(told, [
    ["first", "epochs", ["mlp", "cnn"]],
    ["training", "seed", ["mlp", "cnn"]],
    ["augmentation", "shift", ["mlp", "cnn"]],
    ["architecture", "hidden", ["mlp"]],
    ["architecture", "kernel", ["cnn"]],
  ]);
});

test("a field begins with what the recipe sets, or its own default", () => {
  const recipe = { epochs: 15, seed: 0, augmentation: { shift: 2 } };
  const begun = rows(OPTIONS, []).flatMap(({ name, fields }) => fields.map((field) => [name, base(field, recipe)]));
  assert.deepEqual(
    new Map(begun),
    new Map([
      ["seed", 0],
      ["epochs", 15],
      ["shift", 2],
      ["hidden", [8]],
      ["kernel", 5],
    ]),
  );
});

test("settings of the networks that are chosen alone are sent", () => {
  const fields = rows(OPTIONS, []).flatMap(({ fields }) => fields);
  const values = fields.map((field, i) => [field, i]);
  assert.deepEqual(settings({ networks: ["cnn"], data: "digits", recipe: "fast" }, values), {
    networks: ["cnn"],
    data: "digits",
    cnn: { recipe: "fast", config: { seed: 1, epochs: 3, augmentation: { shift: 5 } }, architecture: { kernel: 7 } },
  });
  const race = settings({ networks: ["mlp", "cnn"], data: "mnist", recipe: "best" }, values);
  assert.deepEqual(race.mlp.architecture, { hidden: 6 });
  assert.deepEqual(race.cnn.config.augmentation, { shift: 5 });
});

// ---- lines.js

test("few dots are left of many, the last one always", () => {
  for (let count = 0; count < 200; count++) {
    const all = Array.from({ length: count }, (_, i) => i);
    const some = thinned(all, 24);
    assert.ok(some.length <= 24 && some.length >= Math.min(count, 12), `${some.length} of ${count}`);
    assert.equal(some.at(-1), all.at(-1));
    const steps = new Set(some.slice(1).map((value, i) => value - some[i]));
    assert.ok(steps.size <= 1, "evenly");
  }
});

const CURVES = {
  x: [1, 2, 3],
  step: [10, 20, 30],
  loss: [2, 1.5, 1],
  smooth: [2, 1.8, 1.234],
  accuracy: [0.2, 0.5, 0.7],
  rate: [0.001, 0.002, 0.0015],
  per_epoch: 20,
  window: 20,
  validation: { x: [1.5, 3], step: [15, 30], accuracy: [0.4, 0.9163], loss: [1.7, 0.3125] },
  diverged: null,
};
const NONE = {
  ...{ x: [], step: [], loss: [], smooth: [], accuracy: [], rate: [], per_epoch: 20, window: 20, diverged: null },
  validation: { x: [], step: [], accuracy: [], loss: [] },
};
const SAID = {
  name: (network) => network.toUpperCase(),
  run: ({ run, network }) => `${network} ${run}`,
  format: numbers(),
};

test("a run's curves become the lines of each chart; digits kept back are labelled at their ends", () => {
  const { loss, accuracy, rate } = lines({ mlp: CURVES }, [], "seconds", SAID, 1);
  const told = (some) => some.map(({ kind, measure, label, y }) => [kind, measure, label, y]);
  assert.deepEqual(told(loss), [
    ["raw", "batch", "", CURVES.loss],
    ["thin", "mean", "", CURVES.smooth],
    ["strong", "kept_back", "MLP 0.313", CURVES.validation.loss],
    ["dots", "kept_back", "", CURVES.validation.loss],
  ]);
  assert.deepEqual(told(accuracy), [
    ["thin", "mean", "", CURVES.accuracy],
    ["strong", "kept_back", "MLP 91.6\u202f%", CURVES.validation.accuracy],
    ["dots", "kept_back", "", CURVES.validation.accuracy],
  ]);
  assert.deepEqual(told(rate), [["strong", "rate", "MLP 0.0015", CURVES.rate]]);
  for (const some of [loss, accuracy, rate])
    assert.equal(new Set(some.map(({ key }) => key)).size, some.length, "keys of their own");
});

test("points stand where the axis has them, and keep their batches and seconds", () => {
  const on = (axis) => lines({ mlp: CURVES }, [], axis, SAID).loss.map(({ x, step, seconds }) => [x, step, seconds]);
  assert.deepEqual(on("seconds")[1], [CURVES.x, CURVES.step, CURVES.x]);
  assert.deepEqual(on("batches")[1], [CURVES.step, CURVES.step, CURVES.x]);
  assert.deepEqual(on("epochs")[1], [[0.5, 1, 1.5], CURVES.step, CURVES.x]);
  assert.deepEqual(on("epochs")[2], [
    [0.75, 1.5],
    [15, 30],
    [1.5, 3],
  ]);
});

test("before digits kept back were read the mean of training is labelled, and before a batch nothing", () => {
  const begun = lines({ cnn: { ...CURVES, validation: NONE.validation } }, [], "seconds", SAID);
  assert.deepEqual(
    begun.loss.map(({ label }) => label),
    ["", "CNN 1.234", "", ""],
  );
  const all = Object.values(lines({ cnn: NONE }, [], "epochs", SAID)).flat();
  assert.ok(all.every(({ label, x }) => label === "" && x.length === 0));
});

test("earlier runs are drawn behind, each in its network's colour and with dashes of its own", () => {
  const earlier = [
    { run: 4, network: "cnn", tint: 0, curves: CURVES },
    { run: 2, network: "mlp", tint: 1, curves: CURVES },
  ];
  const { loss, accuracy } = lines({ mlp: CURVES }, earlier, "seconds", SAID);
  const told = loss.slice(0, 2).map(({ kind, network, tint, label, y }) => [kind, network, tint, label, y]);
  assert.deepEqual(told, [
    ["earlier", "cnn", 0, "cnn 4 0.313", CURVES.validation.loss],
    ["earlier", "mlp", 1, "mlp 2 0.313", CURVES.validation.loss],
  ]);
  assert.equal(loss[2].kind, "raw");
  assert.deepEqual(accuracy[0].y, CURVES.validation.accuracy);
});

test("a run that diverged says where, on any axis, now and when it is compared", () => {
  const lost = { ...CURVES, diverged: { x: 3.1, step: 31, loss: null } };
  const over = (some) => some.map(({ kind, over }) => over && [kind, over.x, over.step]).filter(Boolean);
  assert.deepEqual(over(lines({ mlp: lost }, [], "seconds", SAID).loss), [["thin", 3.1, 31]]);
  assert.deepEqual(over(lines({ mlp: lost }, [], "epochs", SAID).loss), [["thin", 1.55, 31]]);
  const earlier = [{ run: 1, network: "mlp", tint: 0, curves: lost }];
  assert.deepEqual(over(lines({}, earlier, "batches", SAID).loss), [["earlier", 31, 31]]);
  assert.deepEqual(over(lines({ mlp: lost }, [], "seconds", SAID).accuracy), []);
});

test("a chart's curves as data have a row for each point, dots not again", () => {
  const { loss } = lines({ mlp: CURVES }, [], "epochs", SAID, 7);
  const { chart, columns, rows } = curve("loss", loss);
  assert.equal(chart, "loss");
  assert.deepEqual(columns, ["run", "network", "measure", "batch", "epoch", "seconds", "value"]);
  assert.equal(rows.length, 3 + 3 + 2);
  assert.deepEqual(rows[1], [7, "mlp", "batch", 20, 1, 2, 1.5]);
  assert.deepEqual(rows.at(-1), [7, "mlp", "kept_back", 30, 1.5, 3, 0.3125]);
});

test("a chart's text has its start, its end and its best", () => {
  const line = { y: [0.9, 0.2, 0.5], step: [10, 20, 30] };
  assert.deepEqual(summary(line, true), { first: 0.9, last: 0.5, batch: 30, best: 0.2, best_batch: 20 });
  assert.deepEqual(summary(line, false), { first: 0.9, last: 0.5, batch: 30, best: 0.9, best_batch: 10 });
  assert.equal(summary({ y: [], step: [] }, true), null);
});

// ---- aloud.js

test("what changes in quick succession is said once, after a rest, the newest of each topic", async () => {
  const time = clock();
  const said = [];
  const aloud = resting((text) => said.push(text), 1000);
  aloud("status", "Loading.");
  await time.pass(900);
  aloud("fields", "Wrong.");
  aloud("status", "Running.");
  await time.pass(999);
  assert.deepEqual(said, []);
  await time.pass(1);
  assert.deepEqual(said, ["Wrong. Running."]);
  aloud("fields", "Wrong again.");
  aloud("fields", "");
  await time.pass(5000);
  assert.deepEqual(said, ["Wrong. Running."], "what is over is not said");
  time.stop();
});

// ---- depths.js

test("the commonest mistake is deepest, none has no colour, and what is right neither", () => {
  const shares = depths([
    [9, 4, 0],
    [1, 20, 0],
    [0, 2, 7],
  ]);
  assert.deepEqual(shares, [
    [0, 1, 0],
    [0.4375, 0, 0],
    [0, 0.625, 0],
  ]);
  assert.deepEqual(
    depths([
      [3, 0],
      [0, 5],
    ]),
    [
      [0, 0],
      [0, 0],
    ],
  );
});

test("counts are shown in percent of the true digit, never rounded to none or to all", () => {
  const rows = percents([
    [3, 1, 0],
    [0, 0, 0],
    [1, 0, 999],
  ]);
  assert.deepEqual(rows, [
    [75, 25, null],
    [null, null, null],
    [0.1, null, 99.9],
  ]);
  const told = [null, 0.1, 2, 9.94, 9.96, 24.6, 99, 99.4, 99.96, 100].map(narrow);
  assert.deepEqual(told, ["", "0.1", "2", "9.9", "10", "25", "99", "99.4", "99.9", "100"]);
});

// ---- status.js

test("what is said is what the server says, but for what only the page knows", () => {
  const said = (key) => ({ key: `retrain.${key}`, values: {} });
  const keys = (told) => {
    const { run, readers } = status({ lost: false, gone: false, ...told });
    return [run, readers].map((some) => some.map(({ key }) => key.replace("retrain.", "")));
  };
  const reads = [said("reads.shipped.mlp"), said("reads.result.cnn")];
  const readers = ["reads.shipped.mlp", "reads.result.cnn"];
  assert.deepEqual(keys({ status: [said("state.paused"), ...reads] }), [["state.paused"], readers]);
  assert.deepEqual(keys({ status: [said("state.idle"), ...reads], gone: true }), [["gone"], readers]);
  assert.deepEqual(keys({ status: [said("state.cut_off"), ...reads], gone: true }), [["gone"], readers]);
  assert.deepEqual(keys({ status: [said("state.paused"), ...reads], lost: true }), [["lost"], []], "not sure just now");
});

test("the form in short holds what differs, and nothing where nothing does", () => {
  const beginning = { networks: ["mlp"], data: "mnist", recipe: "best" };
  const seed = { network: "mlp", part: "training", option: { name: "seed", kind: "integer", default: 0 } };
  const hidden = {
    network: "mlp",
    part: "architecture",
    option: { name: "hidden", kind: "integers", default: [3, 2] },
  };
  const before = ({ option }) => option.default;
  const values = (one, other) => [
    [seed, one],
    [hidden, other],
  ];
  assert.equal(form(beginning, beginning, values(0, [3, 2]), before), null);
  assert.deepEqual(form(beginning, beginning, values(0, [4]), before), {
    ...beginning,
    changed: { mlp: { hidden: [4] } },
  });
  const other = { ...beginning, networks: ["mlp", "cnn"] };
  assert.deepEqual(form(other, beginning, values(0, [3, 2]), before), { ...other, changed: {} });
});

test("a switch takes true and false, a choice one of its values, a field whatever was typed", () => {
  const choice = { kind: "choice", choices: [3, 5] };
  assert.deepEqual([fits({ kind: "switch" }, true), fits({ kind: "switch" }, "on")], [true, false]);
  assert.deepEqual([fits(choice, 5), fits(choice, "5")], [true, false]);
  assert.ok(fits({ kind: "number" }, "abc"));
});
