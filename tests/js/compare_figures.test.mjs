// Compare's figures: charts and maps as shapes, slides and files of numbers; a kernel at every place.

import assert from "node:assert/strict";
import test from "node:test";

import { cell } from "../../demo/compare/numbers.js";
import { paintMap } from "../../demo/compare/map.js";
import { rateLine } from "../../demo/compare/sweep.js";
import { across, lineChart, matrix, valueAt } from "../../demo/compare/shapes.js";
import { ACROSS, SIDE, at } from "../../demo/compare/shift.js";
import { boxes, fitted, markup, slide } from "../../demo/compare/slide.js";
import { element, vector } from "../../demo/compare/vector.js";
import { counts, kernelsOf, largest, sumOf, sumsOf, windowAt } from "../../demo/compare/window.js";

test("numbers have seven digits, and text stays as it is", () => {
  assert.deepEqual([1 / 3, 2, 'x, "y"', undefined].map(cell), ["0.3333333", "2", 'x, "y"', ""]);
});

test("a chart's axis leads to its place and back", () => {
  const range = { low: -14, high: 14 };
  for (const value of [-14, 0, 7, 14])
    assert.ok(Math.abs(valueAt(320, range, across(320, range, value)) - value) < 1e-9);
  assert.equal(valueAt(320, range, -100), -14);
});

test("a chart has a line for each reader, a dot for each point, and marks where it is looked at", () => {
  const line = { network: "mlp", points: [[0, 0.2], [1, 1]], spread: [[0, 0.1, 0.3]], dots: true }; // prettier-ignore
  const chart = { low: 0, high: 1, ticks: [[0, "0"]], lines: [line], at: 0.5, percent: (share) => `${share}` };
  const kinds = (what) => lineChart({ width: 100, height: 80 }, what).map(([, attributes]) => attributes.class);
  assert.deepEqual(kinds(chart).slice(-5), ["cursor", "whole", "bar", "dot", "dot"]);
  assert.ok(!kinds({ ...chart, at: null }).includes("cursor"));
});

test("of a difference, cells below zero are told from those above", () => {
  const cells = matrix({ network: "", counts: [[1, -2]], text: String, strength: () => 0.5 });
  assert.deepEqual(
    cells.filter(([tag]) => tag === "rect").map(([, attributes]) => attributes.class),
    ["more", "less"],
  );
});

test("what is drawn on a canvas is the same in SVG, in fewer rectangles", () => {
  const paint = vector();
  paint.fillStyle = "red";
  for (const x of [0, 9, 18]) paint.fillRect(x, 0, 9, 9);
  paint.fillStyle = "blue";
  paint.fillRect(27, 0, 9, 9);
  const drawn = paint.markup();
  assert.equal(drawn.match(/<rect/g).length, 2);
  assert.match(drawn, /width="27" height="9" fill="red"/);
  assert.equal(element("text", { x: 1 }, "<&>"), '<text x="1">&#60;&#38;&#62;</text>');
});

test("a map on a slide names the digits that are read, in fixed colours", () => {
  const image = new Float32Array(SIDE * SIDE);
  image[14 * SIDE + 14] = 1;
  const reading = (digit) => ({ digit, probabilities: Array.from({ length: 10 }, (_, i) => Number(i === digit)) });
  const cards = Array.from({ length: ACROSS ** 2 }, (_, place) => reading(place % ACROSS < 8 ? 1 : 7));
  assert.equal(cards[at(0, 0)].digit, 7);
  const paint = vector();
  const colours = { paper: [255, 255, 255], own: [0, 0, 255], other: [9, 9, 9], ink: [0, 0, 0] };
  paintMap(paint, colours, { cards, steps: [1], image, chosen: null });
  const drawn = slide("A <title>", "note", paint.markup());
  assert.match(drawn, />1<\/text>/);
  assert.match(drawn, />7<\/text>/);
  assert.match(drawn, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="1600" height="900"/);
  assert.ok(drawn.includes("A &#60;title&#62;"));
});

test("boxes stand beside each other, and what is fitted in keeps its shape", () => {
  const [first, second] = boxes(2);
  assert.ok(second.left >= first.left + first.width && second.top === first.top);
  assert.match(
    fitted({ left: 10, top: 0, width: 100, height: 50 }, 10, 10, "x"),
    /translate\(35.0 0.0\) scale\(5.0000\)/,
  );
  assert.match(markup([["path", { class: "dashed", "data-network": "cnn", d: "M0 0" }]]), /stroke="#1f6fd6"/);
});

test("a kernel meets the pixels around a place, and paper outside the image", () => {
  const image = Float32Array.from({ length: SIDE * SIDE }, (_, i) => i);
  assert.deepEqual(windowAt(image, 3, 0, 0), [0, 0, 0, 0, 0, 1, 0, 28, 29]);
  const kernel = { size: 3, weights: [0, 0, 0, 0, 1, 2, 0, 0, 0], bias: 0.5 };
  assert.equal(sumOf(kernel, windowAt(image, 3, 5, 1)), 33 + 2 * 34 + 0.5);
  assert.equal(sumsOf(kernel, image)[28 + 5], 101.5);
});

test("the largest sums are found where places lie apart", () => {
  const sums = new Array(SIDE * SIDE).fill(0);
  [sums[3 * SIDE + 3], sums[3 * SIDE + 4], sums[20 * SIDE + 3]] = [5, 4, 3];
  assert.deepEqual(largest(sums, 2), [[3, 3], [3, 20]]); // prettier-ignore
});

test("conv1 as the tutorial has it: 416 parameters, and 784 times as many without sharing", () => {
  const kernels = kernelsOf({ shape: [16, 1, 5, 5], data: new Float32Array(400) }, { data: new Float32Array(16) });
  assert.deepEqual(counts(kernels), { shared: 416, unshared: 326_144, products: 313_600 });
});

test("learning rates are in order, over their logarithm, with the spread of the seeds", () => {
  const arm = (mean, deviation) => ({ accuracy: { mean, deviation, values: [mean, mean] } });
  const line = rateLine("mlp", { 0.01: arm(0.9, 0.02), 0.001: arm(0.95, null) });
  assert.deepEqual(line.rates, [0.001, 0.01]);
  assert.deepEqual(line.points, [[-3, 0.95], [-2, 0.9]]); // prettier-ignore
  assert.deepEqual(line.spread, [[-2, 0.88, 0.92]]);
});
