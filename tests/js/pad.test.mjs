// The pad without a page around it: the sheet and its past, keys, the sample that draws itself, the pace of readings.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { begun } from "../../demo/pad/greeting.js";
import { asked } from "../../demo/pad/keys.js";
import { pace } from "../../demo/pad/pace.js";
import { sheet } from "../../demo/pad/sheet.js";
import { drawn } from "../../demo/page/drawing.js";
import { page } from "../../demo/page/state.js";
import { speaker } from "../../demo/page/words.js";
import { digitReader, eachDigit } from "../../demo/reader/digits.js";
import { catalogue } from "./catalogue.mjs";

const words = speaker(catalogue);
const strokes = () => page.get().strokes;
beforeEach(() => page.set({ strokes: [], picture: null, digit: null }));

function draw(paper, ...points) {
  assert.equal(paper.down(points[0]), true);
  paper.moved(points.slice(1));
  paper.up();
}

test("strokes are drawn, undone, done again and cleared", () => {
  const paper = sheet(3, () => {});
  draw(paper, [0, 0], [9, 9]);
  draw(paper, [20, 20]);
  paper.undo();
  assert.deepEqual(strokes(), [
    [
      [0, 0],
      [9, 9],
    ],
  ]);
  paper.redo();
  paper.clear();
  assert.deepEqual(strokes(), []);
  paper.undo();
  assert.equal(strokes().length, 2);
  draw(paper, [1, 1]);
  assert.equal(paper.down([2, 2]), false, "the sheet holds three strokes");
});

test("a stroke that was none leaves nothing, neither on the sheet nor in the past", () => {
  let ended = 0;
  const paper = sheet(9, () => (ended += 1));
  draw(paper, [0, 0]);
  const before = strokes();
  paper.down([50, 50]);
  paper.moved([[60, 60]]);
  paper.dropped();
  assert.deepEqual([strokes(), paper.drawing, ended], [before, false, 2]);
  paper.undo();
  assert.deepEqual([strokes(), paper.canUndo], [[], false]);
});

test("a stroke ends where something else comes to lie on the sheet, which stays as it was put there", () => {
  const other = [[[1, 1]], [[2, 2]]];
  const picture = { image: "a", digits: ["a"] };
  for (const put of [{ strokes: other }, { strokes: [] }, { picture }]) {
    page.set({ strokes: [], picture: null });
    let ended = 0;
    const paper = sheet(9, () => (ended += 1));
    draw(paper, [0, 0]);
    const before = strokes();
    paper.down([50, 50]);
    page.set(put);
    const after = page.get();
    assert.deepEqual([paper.drawing, ended], [false, 2]);
    paper.moved([[60, 60]]);
    paper.up();
    paper.dropped();
    assert.equal(page.get(), after);
    paper.undo();
    assert.equal(strokes(), before);
    paper.redo();
    assert.equal(strokes(), after.strokes);
    assert.ok(paper.down([70, 70]), "the pen can be set down again");
    paper.up();
  }
});

test("a drawing that is only shown gives way to the first stroke, and cannot be brought back", () => {
  for (const act of [(paper) => draw(paper, [5, 5]), (paper) => paper.change([[[5, 5]]])]) {
    const paper = sheet(9, () => {});
    paper.lend([[[1, 1]], [[2, 2]]]);
    assert.ok(paper.lent && !paper.canUndo);
    act(paper);
    assert.deepEqual(strokes(), [[[5, 5]]]);
    assert.ok(!paper.lent);
    paper.undo();
    assert.deepEqual([strokes(), paper.canUndo], [[], false]);
  }
  const paper = sheet(9, () => {});
  paper.lend([[[1, 1]]]);
  paper.clear();
  assert.deepEqual([strokes(), paper.canUndo], [[], false]);
});

test("keys act where they belong", () => {
  const key = (name, target, more = {}) => ({ key: name, target, ctrlKey: false, metaKey: false, ...more });
  const control = { ctrlKey: true };
  const canvas = { tagName: "CANVAS" };
  const slider = { tagName: "INPUT", type: "range" };
  const field = { tagName: "INPUT", type: "text" };
  for (const [event, onPad, what] of [
    [key("z", canvas, control), true, "undo"],
    [key("Z", canvas, { metaKey: true, shiftKey: true }), true, "redo"],
    [key("y", slider, control), false, "redo"],
    [key("z", field, control), false, null],
    [key("z", canvas), true, null],
    [key("Backspace", canvas), true, "clear"],
    [key("Delete", canvas), false, null],
    [key("Backspace", slider), true, null],
    [key("7", slider), true, null],
    [key("7", canvas), true, "7"],
    [key("7", canvas, { altKey: true }), true, null],
    [key("F7", canvas), true, null],
  ])
    assert.equal(asked(event, onPad), what, `${event.key} on ${event.target.type ?? event.target.tagName}`);
});

test("a sample draws itself point by point, with a pause between its strokes", () => {
  const line = (length) => Array.from({ length }, (_, i) => [i, i]);
  const sample = [line(5), line(3)];
  assert.deepEqual(begun(sample, 0.9), []);
  assert.deepEqual(begun(sample, 2.5), [line(2)]);
  assert.deepEqual(begun(sample, 5 + 12), [sample[0]]);
  assert.deepEqual(begun(sample, 5 + 12 + 2), [sample[0], line(2)]);
  assert.deepEqual(begun(sample, 1000), sample);
});

test("the time is the median of the last twenty readings, of these networks in this place", () => {
  const { told } = pace();
  const tell = (milliseconds, version = "a-1", by = "page") => told(words, "cnn", { milliseconds }, version, by);
  assert.match(tell(9), /^Read in this page in 9\.0\u202fms\.$/);
  assert.match(tell(1), /5\.0\u202fms, median of the last 2 times/);
  assert.match(tell(2), /2\.0\u202fms, median of the last 3 times/);
  for (let i = 0; i < 20; i++) tell(4);
  assert.match(tell(90), /this page in 4\.0\u202fms, .* last 20 times/);
  assert.match(tell(7, "a-2"), /page in 7\.0\u202fms\.$/);
  assert.match(tell(8, "a-2", "server"), /server in 8\.0\u202fms\.$/);
});

const UPRIGHT = (x) => [
  [x, 60],
  [x, 220],
];

test("of several digits the newest is looked at until another is chosen", () => {
  page.set({ strokes: [UPRIGHT(200), UPRIGHT(60)], pen: 18 });
  assert.equal(drawn().digit, 0);
  page.set({ digit: 1 });
  assert.equal(drawn().digit, 1);
  page.set({ digit: 5 });
  assert.equal(drawn().digit, 0);
  page.set({ strokes: [UPRIGHT(60)] });
  assert.ok(!("digit" in drawn()));
  page.set({ picture: { digits: ["a", "b"], image: "ab" }, digit: 1 });
  assert.equal(drawn().image, "b");
  page.set({ picture: { digits: ["a"], image: "ab" } });
  assert.deepEqual([drawn().image, drawn().strokes], ["ab", []]);
});

test("a digit that stays as it is, is not read again", async () => {
  const read = [];
  const readEach = digitReader(async ({ strokes }) => (read.push(strokes[0][0][0]), strokes.length));
  const left = UPRIGHT(60);
  const steps = {};
  const ask = (strokes, version = 1) => readEach(eachDigit({ strokes, pen: 18, steps }), version);
  assert.deepEqual(await ask([UPRIGHT(200), left]), [1, 1]);
  await ask([left, UPRIGHT(210)]);
  await ask([left, UPRIGHT(220)], 2);
  assert.deepEqual(read, [60, 200, 210, 60, 220]);
});
