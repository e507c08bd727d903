// Prose whose words light parts.

import assert from "node:assert/strict";
import test from "node:test";

import { parse } from "../../demo/inside/lights.js";
import { catalogue } from "./catalogue.mjs";

test("words in brackets name a part", () => {
  assert.deepEqual(parse("plain"), ["plain"]);
  assert.deepEqual(parse("The [window] and the [inputs|input]."), [
    "The ",
    { word: "window", part: "window" },
    " and the ",
    { word: "inputs", part: "input" },
    ".",
  ]);
  assert.deepEqual(parse("[mean]"), [{ word: "mean", part: "mean" }]);
  assert.deepEqual(parse(""), []);
  assert.deepEqual(parse("A [[relu|ReLU]] of [input]"), [
    "A ",
    { term: "relu", text: "ReLU" },
    " of ",
    { word: "input", part: "input" },
  ]);
});

test("every word of the catalogue's prose names a part that there is", () => {
  const { inside } = catalogue;
  const texts = [...Object.values(inside.work), inside.softmax.work, inside.pooling.intro].flatMap((text) =>
    typeof text === "string" ? [text] : Object.values(text),
  );
  const parts = texts.flatMap(parse).flatMap((piece) => piece.part ?? []);
  const known = ["winner", ...Object.keys(inside.part)];
  assert.ok(parts.length > 20);
  assert.deepEqual(
    parts.filter((part) => !known.includes(part)),
    [],
  );
});
