// Sentences by key, with values in their places; and every number format of the page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { numbers, speaker } from "../../demo/page/words.js";
import { catalogue } from "./catalogue.mjs";

const CATALOGUE = {
  formats: { a: ["a 0", "a 1"] },
  greeting: "Hello",
  part: {
    plain: "{who} has {parameters:count} parameters",
    twice: "{x} and {x}",
    digit: "This is {digit:a}.",
    images: { one: "{count} image", other: "{count:count} images" },
    odd: "{x:nonsense}",
    marked: { one: "a [[mlp]]", other: "{count} [[mlp|{kind} MLPs]]" },
  },
  term: { mlp: { word: "MLP", means: "A network." } },
};
const words = speaker(CATALOGUE);

test("a sentence is found by its dotted key, and each value stands in its place", () => {
  assert.equal(words.say("greeting"), "Hello");
  assert.equal(words.say("part.plain", { who: "The CNN", parameters: 121514 }), "The CNN has 121,514 parameters");
  assert.equal(words.say("part.twice", { x: "$&" }), "$& and $&", "a value is never a pattern");
  assert.equal(words.say("part.plain", { who: "{parameters}", parameters: 1 }), "{parameters} has 1 parameters");
  assert.equal(words.say("part.plain", { who: 0, parameters: 0 }), "0 has 0 parameters");
});

test("singular and plural are chosen by count", () => {
  assert.deepEqual(
    [0, 1, 2, 1234].map((count) => words.say("part.images", { count })),
    ["0 images", "1 image", "2 images", "1,234 images"],
  );
});

test("a format may be a list in the catalogue", () =>
  assert.equal(words.say("part.digit", { digit: 1 }), "This is a 1."));

test("terms are said plainly, or marked with their text", () => {
  assert.equal(words.say("part.marked", { count: 1 }), "a MLP");
  assert.equal(words.marked("part.marked", { count: 1 }), "a [[mlp|MLP]]");
  assert.equal(words.say("part.marked", { count: 2, kind: "small" }), "2 small MLPs");
  assert.equal(words.marked("part.marked", { count: 2, kind: "small" }), "2 [[mlp|small MLPs]]");
  assert.equal(words.marked("greeting"), "Hello");
});

test("a missing key, value or format is an error that names it", () => {
  assert.throws(() => words.say("part.nothing"), /part\.nothing/);
  assert.throws(() => words.say("nowhere.at.all"), /nowhere\.at\.all/);
  assert.throws(() => words.say("part.plain", { who: "x" }), /parameters/);
  assert.throws(() => words.say("part.plain"), /who/);
  assert.throws(() => words.say("part.odd", { x: 1 }), /nonsense/);
});

test("has tells whether there is such a key", () => {
  assert.deepEqual(["greeting", "part.plain", "part.nothing", "no.where"].map(words.has), [true, true, false, false]);
});

test("a message from the server is told, and none is nothing", () => {
  assert.equal(words.tell({ key: "part.twice", values: { x: 2 } }), "2 and 2");
  assert.equal(words.tell({ key: "greeting", values: {} }), "Hello");
  assert.deepEqual([words.tell(null), words.tell(undefined)], ["", ""]);
});

const SHOWN = {
  count: [
    [0, "0"],
    [1234, "1,234"],
    [175306, "175,306"],
    [12.4, "12"],
  ],
  // 0.995 and 0.005 are where rounding would claim certainty
  percent: [
    [1, ">99 %"],
    [0.995, ">99 %"],
    [0.9949, "99 %"],
    [0.5, "50 %"],
    [0.005, "1 %"],
    [0.0049, "<1 %"],
    [0, "<1 %"],
  ],
  share: [[0.307, "31 %"]],
  share1: [
    [0.307, "30.7 %"],
    [1, "100.0 %"],
  ],
  share2: [
    [0.99631, "99.63 %"],
    [1, "100.00 %"],
    [0, "0.00 %"],
  ],
  decimal1: [
    [1234.56, "1,234.6"],
    [2, "2.0"],
  ],
  decimal2: [
    [0.005, "0.01"],
    [-1.5, "-1.50"],
  ],
  decimal3: [[0.1234, "0.123"]],
  decimal4: [[0.12345, "0.1235"]],
  rounded: [
    [0.8, "80 %"],
    [0.998, "99.8 %"],
    [1, "100 %"],
    [0.99985, "100 %"],
  ],
  tick: [
    [0, "0"],
    [0.001, "0.001"],
    [0.0001, "1e-4"],
    [9999, "10,000"],
    [10000, "1e+4"],
    [2.5, "2.5"],
  ],
  short: [
    [0, "0"],
    [0.12345, "0.123"],
    [-12345, "-1.2e+4"],
    [0.0005, "5.0e-4"],
    [123.4, "123"],
  ],
  duration: [
    [0.04, "0.0 s"],
    [1.44, "1.4 s"],
    [87.3, "87 s"],
    [119.4, "119 s"],
    [120, "2 min"],
    [3600, "60 min"],
  ],
};
for (const [name, cases] of Object.entries(SHOWN))
  test(`the format ${name}`, () => {
    const format = numbers("en")[name];
    for (const [value, text] of cases) assert.equal(format(value).replaceAll("\u202f", " "), text, String(value));
  });

test("the format exact keeps what is small, and its minus is as wide as a plus", () => {
  const { exact } = numbers();
  const cases = [
    [1.23456, 4, "1.2346"],
    [-1.5, 2, "−1.50"],
    [0.00001, 4, "1.0e−5"],
    [0, 4, "0.0000"],
    [-0.001, 2, "0.00"],
  ];
  for (const [value, decimals, text] of cases) assert.equal(exact(value, decimals), text);
});

test("numbers are written as the language writes them", () => {
  assert.equal(numbers("de").count(1234567), "1.234.567");
  assert.equal(numbers("de").share1(0.307).replaceAll("\u202f", " "), "30,7 %");
});

// ---- the catalogue itself

function sentences(section, path = []) {
  if (typeof section === "string") return [[path.join("."), section]];
  return Object.entries(section).flatMap(([name, inner]) => sentences(inner, [...path, name]));
}

test("every format that the catalogue names is one of the page's or its own", () => {
  const known = { ...numbers(), ...catalogue.formats };
  let found = 0;
  for (const [key, sentence] of sentences(catalogue))
    for (const [, , style] of sentence.matchAll(/\{(\w+)(?::(\w+))?\}/g)) {
      found += 1;
      assert.ok(style === undefined || style in known, `${key}: ${style}`);
    }
  assert.ok(found > 0 || sentences(catalogue).length < 50, "no placeholder was found");
});

test("no sentence has a brace that is no placeholder, but where it shows JSON", () => {
  for (const [key, sentence] of sentences(catalogue))
    assert.doesNotMatch(sentence.replaceAll(/\{\w+(:\w+)?\}/g, ""), /\{(?!")/, key);
});
