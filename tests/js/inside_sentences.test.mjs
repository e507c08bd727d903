// What the tab Look inside says of an answer, by the page's own catalogue.

import assert from "node:assert/strict";
import test from "node:test";

import {
  changesOf,
  effectOf,
  fieldOf,
  logitsOf,
  numberAt,
  orderOf,
  placeOf,
  rangeOf,
  rankedOf,
  shiftOf,
  signed,
  strongestOf,
  titleOf,
  withoutOf,
  workOf,
} from "../../demo/inside/sentences.js";
import { speaker } from "../../demo/page/words.js";
import { catalogue } from "./catalogue.mjs";

const words = speaker(catalogue);
const said = (messages) => [messages].flat().map(words.tell).join(" ");

const CHAIN = ["input", "conv1", "flatten", "out"].map((name) => ({ name }));
const CONV = { name: "conv1", vector: false, units: 0, height: 28, width: 28, low: [-1.5, 0], high: [2, 0], dead: [1] };
const OUT = { name: "out", vector: true, units: 10, height: 1, width: 10, low: [-3], high: [9.25], dead: [] };
const FLAT = { ...OUT, name: "flatten", units: 3136, height: 64, width: 49 };

test("what a cell is called", () => {
  assert.equal(said(placeOf(CHAIN, "input", [0, 3, 5])), "input, row 3, column 5");
  assert.equal(said(placeOf(CHAIN, "conv1", [7, 3, 5])), "conv1, map 7, row 3, column 5");
  assert.equal(said(placeOf(CHAIN, "flatten", [100])), "flatten, unit 100");
  assert.equal(said(placeOf(CHAIN, "out", [7])), "out, digit 7");
});

test("titles of layers", () => {
  assert.equal(said(titleOf({ chain: CHAIN, layer: CONV })), "conv1: 2 maps of 28×28");
  assert.equal(said(titleOf({ chain: CHAIN, layer: FLAT })), "flatten: 3,136 units");
  const input = { ...CONV, name: "input", low: [0] };
  assert.equal(said(titleOf({ chain: CHAIN, layer: input })), "input: one image of 28×28");
});

test("from the least to the largest number", () => {
  assert.equal(said(rangeOf(CONV, 0)), "conv1, map 0, from −1.5000 to 2.0000");
  assert.equal(said(rangeOf(CONV, 1)), "conv1, map 1, dead: 0.0000 everywhere");
  assert.equal(said(rangeOf(OUT, 0)), "out, 10 units, from −3.0000 to 9.2500");
});

test("the number under the pointer", () => {
  assert.equal(said(numberAt({ chain: CHAIN, layer: CONV }, [3, 5], -0.25)), "row 3, column 5: −0.2500");
  assert.equal(said(numberAt({ chain: CHAIN, layer: OUT }, [0, 7], 1)), "logit of 7: 1.0000");
  assert.equal(said(numberAt({ chain: CHAIN, layer: FLAT }, [2, 3], 1)), "unit 101: 1.0000");
});

test("the pixels that a cell sees", () => {
  const middle = { top: 8, bottom: 13, left: 12, right: 17 };
  assert.equal(said(fieldOf(middle)), "It sees rows 8 to 12 and columns 12 to 16 of the input.");
  assert.equal(
    said(fieldOf({ top: -6, bottom: 34, left: -6, right: 34 })),
    "It sees rows −6 to 33 and columns −6 to 33 of the input. " +
      "Of its 1,600 pixels 816 lie outside the image, where there is only padding.",
  );
  assert.equal(said(fieldOf(undefined)), catalogue.inside.field.none);
});

test("what the CNN reads without some of its maps", () => {
  const now = { digit: 8, confidence: 0.997 };
  const all_on = { digit: 7, confidence: 0.81 };
  assert.equal(said(withoutOf({ off: {}, without: null })), "");
  assert.equal(
    said(withoutOf({ off: { relu1: [3] }, without: { now, all_on } })),
    "With map 3 of relu1 off, the CNN reads an 8, >99\u202f%. With all on: 7, 81\u202f%.",
  );
  assert.equal(
    said(withoutOf({ off: { relu1: [3, 4], conv2: [0] }, without: { now: all_on, all_on } })),
    "With 3 maps off, the CNN still reads a 7, 81\u202f%. With all on: 7, 81\u202f%.",
  );
});

test("how a cell is worked out: prose for every kind", () => {
  const prose = (cell, off = {}) => said(workOf({ cell: { at: [2, 0, 0], ...cell }, layer: { name: "conv1" }, off }));
  const window = { rows: [0, 1, 2], columns: [0, 1, 2, 3], below: "relu1" };
  assert.match(
    prose({ kind: "convolution", sums: [1], ...window }),
    /^The \[window\] of 3×4 cells under the \[kernel\]/,
  );
  assert.match(prose({ kind: "convolution", sums: [1, 2], ...window }), /^In each of the 2 maps of relu1 a \[window\]/);
  for (const name of ["ReLU", "LeakyReLU", "ELU"])
    assert.ok(prose({ kind: "activation", function: name }).startsWith(`${name} lets pass`));
  assert.doesNotMatch(prose({ kind: "pooling", how: "max", tie: false }), /alike/);
  assert.match(prose({ kind: "pooling", how: "max", tie: true }), /the \[winner\]\..* All are alike/);
  assert.match(prose({ kind: "pooling", how: "average", tie: false }), /^The mean/);
  for (const how of ["Flatten", "Dropout"]) assert.ok(prose({ kind: "passed", how }));
  assert.match(prose({ kind: "linear", inputs: 3136 }), /^Each of the 3,136 \[inputs\|input\]/);
  assert.ok(prose({ kind: "normalisation" }) && prose({ kind: "pixel" }));
  assert.ok(prose({ kind: "pixel" }, { conv1: [2] }).endsWith(catalogue.inside.cell.off));
  assert.ok(!prose({ kind: "pixel" }, { conv1: [1], conv2: [2] }).endsWith(catalogue.inside.cell.off));
});

test("what a move by one pixel changes", () => {
  const rows = [
    { layer: "relu1", share: 0.41 },
    { layer: "pool1", share: 0.27 },
  ];
  const seven = { digit: 7, confidence: 0.9 };
  for (const direction of ["left", "right", "up", "down"])
    assert.equal(
      said(shiftOf({ direction, rows, before: seven, after: seven })),
      `One pixel ${direction}, and 41\u202f% of relu1 changes, 27\u202f% of pool1. ` +
        "Pooling calms the change, and does not undo it. The CNN still reads a 7, 90\u202f%.",
    );
  const worse = shiftOf({
    direction: "up",
    rows: [...rows].reverse(),
    before: seven,
    after: { digit: 1, confidence: 0.5 },
  });
  assert.match(said(worse), /Here pooling does not calm the change.* The CNN now reads a 1, 50\u202f%\.$/);
});

test("every kind of layer of the CNN is explained", () => {
  for (const kind of [
    "Input",
    "Conv2d",
    "BatchNorm2d",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "MaxPool2d",
    "Dropout",
    "Flatten",
    "Linear",
  ])
    assert.ok(words.say(`inside.layer.help.${kind}`));
});

test("maps ranked by what switching them off does, signs aside, the first of equals first", () => {
  const ranking = {
    digit: 7,
    logit: 4.5,
    probability: 0.998,
    logits: [4.5, 2.25, 7, 4.5],
    probabilities: [0.998, 0.91, 1, 0.998],
  };
  assert.deepEqual(orderOf(ranking), [2, 1, 0, 3]);
  assert.deepEqual(changesOf(ranking).map(signed), ["0.00", "−2.25", "+2.50", "0.00"]);
  assert.equal(signed(0.001), "0.00");
  const help =
    "Under each map: by how much the logit of 7 changes when that map alone is switched off. Now it is 4.50.";
  const most = (told) => [help, told];
  assert.deepEqual(
    rankedOf(ranking).map(words.tell),
    most("Map 2 has the largest effect: without it the logit is 7.00, and the probability of 7 still >99\u202f%."),
  );
  const falls = { ...ranking, logits: [4.5, 1, 4.5, 4.5] };
  assert.deepEqual(
    rankedOf(falls).map(words.tell),
    most(
      "Map 1 has the largest effect: without it the logit is 1.00, and the probability of 7 91\u202f%, not >99\u202f%.",
    ),
  );
  const none = { ...ranking, logits: [4.5, 4.5, 4.5, 4.5] };
  assert.deepEqual(rankedOf(none).map(words.tell), most("No map of this layer changes it."));
  assert.equal(
    words.tell(effectOf({ ...ranking, changes: changesOf(ranking) }, 1)),
    "Switched off, it changes the logit of 7 by −2.25, to 2.25; the probability is then 91\u202f%.",
  );
});

test("how much the strongest input of a cell contributes", () => {
  const trail = [
    { layer: "out", share: 1 },
    { layer: "flatten", share: 0.0625 },
    { layer: "conv1", share: 0 },
  ];
  const linear = { kind: "linear", inputs: 3136 };
  assert.equal(
    words.tell(strongestOf({ cell: linear, trail }, 0)),
    "Strongest of 3,136 inputs: it contributes 6\u202f% of all they do, signs and bias aside.",
  );
  const convolution = { kind: "convolution", sums: [1, 2], inside: [true, false, true] };
  assert.equal(
    words.tell(strongestOf({ cell: convolution, trail }, 1)),
    "None of the 4 inputs contributes anything, so the path takes the first.",
  );
  assert.equal(strongestOf({ cell: linear, trail }, 2), null);
  assert.equal(strongestOf({ cell: { kind: "activation" }, trail: [trail[0], trail[0]] }, 0), null);
});

test("the logit of the digit asked about beside that of the digit read", () => {
  const logits = [0.5, -5.5, 4.64];
  assert.equal(words.tell(logitsOf("CNN", { read: 2, digit: 2, logits })), "The CNN reads 2, with a logit of 4.64.");
  assert.equal(
    words.tell(logitsOf("MLP", { read: 2, digit: 1, logits })),
    "The MLP gives 1 a logit of −5.50; it reads 2, with 4.64.",
  );
});
