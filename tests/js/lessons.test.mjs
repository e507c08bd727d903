// Lessons: how one goes on, every step of every lesson as data, and that all of its words are there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { LESSONS, after, lessonOf } from "../../demo/lessons/course/index.js";
import {
  back,
  begun,
  bet,
  changesOf,
  isDone,
  next,
  outcome,
  placed,
  quoted,
  stepAt,
  usable,
} from "../../demo/lessons/engine.js";
import { parse, plain } from "../../demo/lessons/naming.js";
import { pieces } from "../../demo/page/marks.js";
import { first } from "../../demo/page/state.js";
import { speaker } from "../../demo/page/words.js";
import { catalogue } from "./catalogue.mjs";

const json = (path) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const words = speaker(catalogue);
const COURSE = await Promise.all(LESSONS.map(({ id }) => lessonOf(id)));
const byName = Object.fromEntries(COURSE.map((lesson) => [lesson.id, lesson]));
const found = Object.fromEntries(
  [...new Set(COURSE.flatMap(({ files = [] }) => files))].map((name) => [
    name,
    json(`checkpoints/compare/${name}.json`),
  ]),
);
const kit = { sample: (digit) => [[[digit, 60], [200, 220]]] }; // prettier-ignore

const SMALL = {
  id: "small",
  steps: [
    { id: "guess", choices: ["a", "b"], right: (state) => state.steps.truth },
    {
      id: "do",
      quotes: "guess",
      done: (state, before) => state.pen !== before.pen,
      on: () => ({ inside: { map: 3 } }),
    },
    { id: "far", needs: (known) => known.all, done: () => true },
  ],
};

test("a bet is placed by a choice that there is, and leads on", () => {
  const place = begun(SMALL);
  assert.deepEqual(bet(SMALL, place, "b"), { id: "small", step: 1, bets: { guess: "b" } });
  assert.equal(bet(SMALL, place, "c"), place);
  const later = { ...place, step: 1 };
  assert.equal(bet(SMALL, later, "a"), later);
});

test("nobody is let on before it was done, and a bet that stands may be passed", () => {
  const place = { id: "small", step: 1, bets: { guess: "b" } };
  const step = stepAt(SMALL, place);
  const before = { pen: 18 };
  assert.equal(isDone(step, { pen: 18 }, before), false);
  assert.equal(next(SMALL, place, false), place);
  assert.equal(isDone(step, { pen: 20 }, before), true);
  assert.equal(next(SMALL, place, true).step, 2);
  assert.equal(isDone(SMALL.steps[0], {}, {}), false);
  assert.equal(next(SMALL, { ...place, step: 0 }, false).step, 1);
  assert.equal(next(SMALL, begun(SMALL), false).step, 0);
  assert.equal(back(back(place)).step, 0);
  assert.equal(stepAt(SMALL, { step: 3 }), null);
});

test("a bet is quoted with what came of it, won or lost", () => {
  const place = { id: "small", step: 1, bets: { guess: "b" } };
  const quote = quoted(SMALL, place, SMALL.steps[1]);
  assert.deepEqual(quote, { step: "guess", choice: "b" });
  assert.deepEqual(outcome(SMALL, quote, { steps: { truth: "a" } }, {}), { right: "a", won: false });
  assert.deepEqual(outcome(SMALL, quote, { steps: { truth: "b" } }, {}), { right: "b", won: true });
  assert.equal(outcome(SMALL, quote, { steps: {} }, {}), null);
  assert.equal(quoted(SMALL, begun(SMALL), SMALL.steps[1]), null);
});

test("what was not measured is left out, and a view keeps what it shows besides", () => {
  assert.equal(usable(SMALL, {}).steps.length, 2);
  assert.equal(usable(SMALL, { all: true }).steps.length, 3);
  const changes = changesOf(SMALL.steps[1], { ...first, inside: { view: "maps", map: 1 } }, kit);
  assert.deepEqual(changes, { inside: { view: "maps", map: 3 } });
  assert.deepEqual(changesOf(null, first, kit), {});
});

test("a place from a link has only steps and bets that there are", () => {
  assert.deepEqual(placed(SMALL, { step: 99, bets: { guess: "z", other: "a" } }), { id: "small", step: 3, bets: {} });
  assert.deepEqual(placed(SMALL, { step: "x", bets: { guess: "a" } }), { id: "small", step: 0, bets: { guess: "a" } });
});

// ---- the course

test("ten lessons in order, each of its name", async () => {
  assert.deepEqual(
    COURSE.map(({ id }) => id),
    LESSONS.map(({ id }) => id),
  );
  assert.equal(COURSE.length, 10);
  assert.equal(await lessonOf("../engine"), null);
  assert.equal(after("image"), "prepare");
  assert.equal(after("doubt"), undefined);
});

test("what sets a step up are changes of the page's state", () => {
  for (const lesson of COURSE)
    for (const step of lesson.steps) {
      const changes = changesOf(step, first, kit);
      for (const [key, value] of Object.entries(changes)) {
        assert.ok(key in first, `${lesson.id}.${step.id} changes ${key}`);
        assert.deepEqual(JSON.parse(JSON.stringify(value)), value, `${lesson.id}.${step.id}: ${key} is no plain data`);
      }
      for (const key of Object.keys(changes.inside ?? {})) assert.ok(key in first.inside, key);
    }
});

test("every bet has choices that are decided later, and every other step something to do", () => {
  for (const { id, steps } of COURSE) {
    assert.ok(steps.length >= 3, id);
    for (const step of steps) {
      assert.equal(Boolean(step.choices), Boolean(step.right), `${id}.${step.id}`);
      assert.notEqual(Boolean(step.choices), Boolean(step.done), `${id}.${step.id}`);
      if (step.choices)
        assert.ok(
          steps.some(({ quotes }) => quotes === step.id),
          `${id}.${step.id} is never quoted`,
        );
      if (step.quotes) {
        const [asked, told] = [step.quotes, step.id].map((name) => steps.findIndex((one) => one.id === name));
        assert.ok(asked >= 0 && asked < told, `${id}.${step.id}`);
      }
    }
  }
});

// ---- each step undone and done

const card = (digit, share) => ({
  digit,
  probabilities: Array.from({ length: 10 }, (_, i) => (i === digit ? share : 0)),
});
const networks = (source, version = "a-1") => ({ version, readers: { mlp: { source }, cnn: { source } } });
const read = (mlp, cnn, more = {}) => ({
  image: Uint8Array.from({ length: 784 }, (_, i) => (i < 100 ? 255 : 0)),
  cards: { mlp: card(mlp, 0.97), cnn: card(cnn, 0.99) },
  networks: networks("shipped"),
  ...more,
});
const stroke = (...points) => [points];
const cellOf = (layer, at) => ({ inside: { ...first.inside, layer, cell: { layer, at } } });
const maps = (layer, more) => ({
  inside: { view: "maps", layer, map: 0, maps: 16, parameters: 416, highest: 2, ...more },
});
const field = { at: [0, 3, 3], value: 1, field: { top: -6, bottom: 34, left: -6, right: 34 } };
const reader = (network, training, digit, least) => ({ network, training, home: 4, digit, least });
const shifts = (move, digit) => ({
  compare: { move, readers: { mlp: reader("mlp", "shipped", 4, 9), "other-cnn": reader("cnn", "tutorial", digit, 5) } },
});
const run = (number, mlp) => ({ retrain: { state: "running", run: number, data: "digits", networks: { mlp } } });
const learning = { step: 200, steps: 246, accuracy: 0.95, loss: 0.2, rate: 0.0045, reached: 60, diverged: false };
const lost = { ...learning, accuracy: 0.1, reached: null, step: 160 };
const diverged = { ...lost, step: 1, diverged: true };
const example = [1, 3, 2, 4, 5, 6, 1, 2, 3, 2, 8, 1, 1, 4, 2, 3];
const shiftSeen = { view: "pooling", direction: "up", shares: { relu1: 0.4, pool1: 0.3 }, layers: ["relu1", "pool1"] };

/** For each step: [what is done, something else that is not enough, the state before (both on top of the set-up)]. */
const STEPS = {
  "image.draw": [{ strokes: stroke([9, 9]), verdict: read(7, 7) }, { strokes: stroke([9, 9]), verdict: null }],
  "image.one": [cellOf("input", [0, 12, 14]), cellOf("input", [0, 27, 14])],
  "image.below": [cellOf("input", [0, 13, 14]), cellOf("input", [0, 12, 15]), cellOf("input", [0, 12, 14])],
  "prepare.off": [{ steps: { crop: false }, verdict: read(7, 1) }, { steps: { fit: false }, verdict: read(5, 5) }],
  "prepare.on": [
    { steps: {}, verdict: read(5, 5) },
    { steps: { crop: false }, verdict: read(7, 1) },
    { steps: { crop: false }, strokes: stroke([9, 9]), verdict: read(7, 1) },
  ],
  "prepare.own": [
    { strokes: stroke([200, 200], [240, 250]), verdict: read(3, 3) },
    { strokes: stroke([40, 40], [240, 250]), verdict: read(3, 3) },
  ],
  "prepare.line": [{ steps: { pen: false }, verdict: read(9, 1) }, { steps: { crop: false }, verdict: read(9, 1) }],
  "weights.look": [{ inside: { ...first.inside, view: "mlp" }, seen: { inside: { view: "mlp", digit: 7 } } }, {}],
  "weights.other": [
    { inside: { ...first.inside, view: "mlp", digit: 3 }, seen: { inside: { view: "mlp", digit: 3 } } },
    { inside: { ...first.inside, view: "mlp", digit: 3 }, seen: { inside: { view: "mlp", digit: 7 } } },
    { seen: { inside: { view: "mlp", digit: 7 } } },
  ],
  "weights.ledger": [{ compare: { view: "ledger" } }, { compare: { view: "digits" } }],
  "kernel.upright": [
    { strokes: stroke([140, 50], [141, 230]), seen: maps("relu1") },
    { strokes: stroke([50, 50], [230, 230]), seen: maps("relu1") },
  ],
  "kernel.lying": [
    { strokes: stroke([50, 140], [230, 141]), seen: maps("relu1", { highest: 5 }) },
    { strokes: stroke([140, 50], [141, 230]), seen: maps("relu1", { highest: 5 }) },
    { seen: maps("relu1") },
  ],
  "kernel.one": [cellOf("conv1", [0, 8, 8]), cellOf("conv2", [0, 8, 8])],
  "kernel.two": [
    { ...cellOf("conv1", [0, 20, 8]), seen: maps("conv1") },
    { ...cellOf("conv1", [0, 10, 8]), seen: maps("conv1") },
    cellOf("conv1", [0, 8, 8]),
  ],
  "pool.same": [
    { inside: { ...first.inside, example: example.with(0, 2) } },
    { inside: { ...first.inside, example: example.with(0, 9) } },
  ],
  "pool.shift": [
    { inside: { ...first.inside, shift: "up" }, seen: { inside: shiftSeen } },
    { inside: { ...first.inside, shift: "right" }, seen: { inside: { ...shiftSeen, direction: "right" } } },
    { inside: { ...first.inside, shift: "right" } },
  ],
  "reach.near": [
    { ...cellOf("conv1", [0, 3, 3]), seen: maps("conv1", { cell: field }) },
    { ...cellOf("relu1", [0, 3, 3]), seen: maps("relu1", { cell: field }) },
  ],
  "reach.far": [
    { ...cellOf("conv4", [0, 3, 3]), seen: maps("conv4", { cell: field }) },
    { inside: { ...first.inside, layer: "conv4", cell: { layer: "conv1", at: [0, 3, 3] } }, seen: maps("conv4", { cell: field }) },
  ],
  "learn.raise": [
    { seen: { loss: { before: 2.3, loss: 1.1, p: 0.33, slope: -0.67, digit: 3 } } },
    { seen: { loss: { before: 2.3, loss: 1.2, p: 0.3, slope: -0.7, digit: 3 } } },
  ],
  "learn.start": [{ seen: run(1, learning) }, { seen: run(1, { ...learning, reached: null }) }],
  "learn.again": [{ seen: run(2, lost) }, { seen: run(1, learning) }, { seen: run(1, learning) }],
  "learn.claims": [{ compare: { view: "claims" } }, { compare: { view: "ledger" } }],
  "move.move": [
    { compare: { view: "drawing", move: [6, 0] }, seen: shifts([6, 0], 9) },
    { compare: { view: "drawing", move: [2, 0] }, seen: shifts([2, 0], 4) },
  ],
  "move.set": [{ compare: { view: "digits" } }, { compare: { view: "claims" } }],
  "cost.ledger": [{ compare: { view: "ledger", sort: "multiply_adds" } }, { compare: { view: "ledger", sort: "bytes" } }],
  "cost.accuracy": [{ compare: { view: "ledger", sort: "accuracy" } }, { compare: { view: "ledger", sort: "far" } }],
  "doubt.letter": [{ strokes: stroke([9, 9], [90, 90]), verdict: read(4, 2) }, { verdict: read(4, 2) }],
  "doubt.tutorial": [
    { networks: networks("tutorial", "a-2"), verdict: read(7, 7, { networks: networks("tutorial", "a-2") }) },
    { networks: networks("tutorial", "a-2"), verdict: read(1, 1) },
  ],
  "doubt.good": [
    { strokes: stroke([9, 9]), networks: networks("shipped"), verdict: read(1, 1) },
    { strokes: stroke([9, 9]), networks: networks("tutorial", "a-2"), verdict: read(7, 7) },
  ],
}; // prettier-ignore

// What is not measured in every checkout.
const claims = { rows: [...found.claims.rows] };
for (const [key, values] of Object.entries({
  neighbours: { mlp: 0.98, mlp_scrambled: 0.98, cnn: 0.99, cnn_scrambled: 0.95 },
  rate_cnn: { best: 0.001, best_mlp: 0.003 },
}))
  if (!claims.rows.some((row) => row.key === key)) claims.rows.push({ key, values });
const known = { ...found, claims };

for (const lesson of COURSE)
  for (const step of lesson.steps.filter(({ done }) => done)) {
    const name = `${lesson.id}.${step.id}`;
    test(`${name}: not done before, nor by something else; done after, and told in full`, () => {
      const [after, wrong, earlier = {}] = STEPS[name];
      const base = { ...first, ...changesOf(step, { ...first, ...earlier }, kit) };
      const before = { ...base, networks: networks("shipped"), ...earlier };
      assert.equal(isDone(step, before, before), false, "as it was set up");
      assert.equal(isDone(step, { ...before, ...wrong }, before), false, "by something else");
      const state = { ...before, ...after };
      assert.equal(isDone(step, state, before), true);
      const values = step.tells ? step.tells(state, known, before) : {};
      assert.ok(words.marked(`lesson.${name}.why`, values));
      if (!step.quotes) return;
      const asked = lesson.steps.find(({ id }) => id === step.quotes);
      const { right } = outcome(lesson, { step: step.quotes, choice: asked.choices[0] }, state, known, before);
      assert.ok(asked.choices.includes(right), `${right} is none of the choices`);
    });
  }

const stepOf = (name) => byName[name.split(".")[0]].steps.find(({ id }) => id === name.split(".")[1]);

/** For each step that hints: [states that are not what it asks for, states of which nothing is to be said]. */
const HINTS = {
  "prepare.on": [[{ steps: { crop: true, pen: false } }, { steps: { mass: false } }], [{ steps: { crop: false } }, { steps: {} }]],
  "prepare.own": [
    [{ strokes: stroke([9, 9], [270, 270]) }, { strokes: stroke([130, 130], [150, 150]) }],
    [{ strokes: [] }, { strokes: stroke([200, 200], [240, 250]) }],
  ],
  "kernel.upright": [
    [{ strokes: stroke([100, 50], [192, 230]) }, { strokes: [...stroke([50, 50], [150, 50], [100, 230]), ...stroke([200, 50], [200, 230])] }],
    [{ strokes: [] }, { strokes: stroke([140, 50], [141, 230]) }],
  ],
  "kernel.lying": [[{ strokes: stroke([140, 50], [141, 230]) }], [{ strokes: [] }, { strokes: stroke([50, 140], [230, 141]) }]],
}; // prettier-ignore

test("what lies there is not what a step asks for: it says so", () => {
  const hinting = COURSE.flatMap(({ id, steps }) =>
    steps.filter(({ hints }) => hints).map((step) => `${id}.${step.id}`),
  );
  assert.deepEqual(hinting.sort(), Object.keys(HINTS).sort());
  for (const [name, [wrong, right]] of Object.entries(HINTS)) {
    for (const state of wrong) assert.ok(stepOf(name).hints({ ...first, ...state }), name);
    for (const state of right) assert.ok(!stepOf(name).hints({ ...first, ...state }), name);
  }
  for (const lesson of COURSE)
    for (const { id, hints } of lesson.steps)
      assert.equal(words.has(`lesson.${lesson.id}.${id}.hint`), Boolean(hints), id);
});

test("every step that looks at a drawing waits for its end", () => {
  const drawn = ["image.draw", "prepare.own", "kernel.upright", "kernel.lying", "doubt.letter"];
  const resting = COURSE.flatMap(({ id, steps }) =>
    steps.filter(({ rests }) => rests).map((step) => `${id}.${step.id}`),
  );
  assert.deepEqual(resting.sort(), drawn.sort());
});

test("a training that ended by itself is told as one, after one batch or many", () => {
  const { tells } = stepOf("learn.again");
  const said = (mlp) => {
    const { says = "why", ...values } = tells({ seen: run(2, mlp) });
    return words.say(`lesson.learn.again.${says}`, values);
  };
  assert.match(said(diverged), /^After 1 batch the loss went beyond all bounds/);
  assert.match(said({ ...diverged, step: 2 }), /^After 2 batches the loss went beyond all bounds/);
  assert.match(said({ ...lost, step: 1 }), /^After 1 batch it reads 10\.0/);
  assert.match(said(lost), /^After 160 batches it reads 10\.0/);
});

test("the learning rate that is too large is a plain number", () => {
  const { retrain } = changesOf(stepOf("learn.rate"), first, kit);
  assert.equal(String(retrain.form.changed.mlp.learning_rate), "0.45");
});

// ---- the words

const sentencesOf = (text) => plain(text).split(/(?<=[.!?:;])\s+/);

/** All texts of a lesson in the order in which they are read. */
function texts({ id, steps }) {
  const keys = [`lesson.${id}.title`, `lesson.${id}.claim`];
  for (const step of steps) {
    const at = `lesson.${id}.${step.id}`;
    if (words.has(`${at}.say`)) keys.push(`${at}.say`);
    if (step.choices) keys.push(`${at}.ask`, ...step.choices.map((choice) => `${at}.choice.${choice}`));
    else keys.push(...(words.has(`${at}.hint`) ? [`${at}.hint`] : []), ...whys(`${at}.why`), ...whys(`${at}.why_lost`));
  }
  return [...keys, `lesson.${id}.home`];
}

/** The keys of a sentence: of none, of one, or of one for each plural form. */
function whys(key) {
  if (!words.has(key)) return [];
  return typeof written(key) === "string" ? [key] : Object.keys(written(key)).map((form) => `${key}.${form}`);
}

const written = (key) => key.split(".").reduce((section, part) => section?.[part], catalogue);

test("all words of a lesson are there, and no others", () => {
  for (const lesson of COURSE) {
    for (const key of texts(lesson)) assert.equal(typeof written(key), "string", key);
    const { title, claim, home, ...steps } = catalogue.lesson[lesson.id];
    assert.deepEqual(
      Object.keys(steps),
      lesson.steps.map(({ id }) => id),
    );
    for (const { id, choices = [] } of lesson.steps) assert.deepEqual(Object.keys(steps[id].choice ?? {}), choices);
  }
});

test("no sentence has more than 25 words", () => {
  for (const lesson of COURSE)
    for (const key of texts(lesson))
      for (const sentence of sentencesOf(written(key)))
        assert.ok(sentence.split(" ").length <= 25, `${key}: ${sentence}`);
});

test("a term is explained where a lesson first has it", () => {
  const terms = [
    "mlp",
    "cnn",
    "kernel",
    "pooling",
    "receptive_field",
    "batch",
    "learning_rate",
    "parameter",
    "logit",
    "gradient",
  ];
  const unexplained = [];
  for (const lesson of COURSE)
    for (const term of terms) {
      const word = new RegExp(`\\b(${catalogue.term[term].word}s?|${term})\\b`, "i");
      const key = texts(lesson)
        .slice(2)
        .find((one) => word.test(plain(written(one)))); // after title and claim
      if (!key) continue;
      const explained = [`lesson.${lesson.id}.claim`, key].some((one) =>
        pieces(
          written(one).replaceAll(/\[\[(\w+)(?:\|([^\]]+))?\]\]/g, (_, name, text) => `[[${name}|${text ?? name}]]`),
        ).some((piece) => piece.term === term),
      );
      unexplained.push(...(explained ? [] : [`${key} has ${term}`]));
    }
  assert.deepEqual(unexplained, []);
});

test("words in prose name things, and have their colour", () => {
  assert.deepEqual(parse("The [CNN|cnn] and a [[kernel|kernels]]."), [
    "The ",
    { word: "CNN", name: "cnn" },
    " and a ",
    { term: "kernel", text: "kernels" },
    ".",
  ]);
  assert.equal(plain("The [CNN|cnn] and [[kernel|kernels]] [here]"), "The CNN and kernels [here]");
});

test("a code for each lesson", () => {
  for (const { id } of LESSONS) {
    const code = readFileSync(new URL(`../../demo/lessons/code/${id}.py`, import.meta.url), "utf8");
    assert.ok(code.split("\n").length <= 20, id);
    assert.ok(byName[id]);
  }
});
