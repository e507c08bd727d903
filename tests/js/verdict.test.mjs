// Made-up readings, and what the page says of them against what a teacher would say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { points, reading, verdict } from "../../demo/pad/verdict.js";
import { speaker } from "../../demo/page/words.js";

const words = speaker(JSON.parse(readFileSync(new URL("../../demo/words/en.json", import.meta.url), "utf-8")));

/** Probabilities for some digits, the rest spread evenly. */
function card(shares) {
  const known = Object.values(shares);
  const rest = (1 - known.reduce((a, b) => a + b)) / (10 - known.length);
  const probabilities = Array.from({ length: 10 }, (_, digit) => shares[digit] ?? rest);
  return { digit: probabilities.indexOf(Math.max(...probabilities)), probabilities, milliseconds: 1.234 };
}

const SURE = card({ 7: 0.97 });
const FAIR = card({ 7: 0.72, 9: 0.1 });
const LEANS = card({ 7: 0.55, 9: 0.05 });
const WAVERS = card({ 7: 0.5, 9: 0.45 });
const UNSURE = card({ 7: 0.2, 9: 0.15 });

for (const [mlp, cnn, lead, rest] of [
  [SURE, SURE, "Both read a 7.", "Both are sure."],
  [card({ 8: 0.97 }), card({ 8: 0.97 }), "Both read an 8.", "Both are sure."],
  [WAVERS, SURE, "Both read a 7.", "The MLP wavers between 7 and 9, the CNN is sure."],
  [FAIR, LEANS, "Both read a 7.", "The MLP is fairly sure, the CNN leans towards 7."],
  [FAIR, FAIR, "Both read a 7.", "Both are fairly sure."],
  [LEANS, LEANS, "Both read a 7.", "Both lean towards 7."],
  [UNSURE, UNSURE, "Both read a 7.", "Both are unsure."],
  [WAVERS, WAVERS, "Both read a 7.", "Both waver between 7 and 9."],
  [
    WAVERS,
    card({ 7: 0.5, 1: 0.45 }),
    "Both read a 7.",
    "The MLP wavers between 7 and 9, the CNN wavers between 1 and 7.",
  ],
  [
    card({ 4: 0.97 }),
    card({ 9: 0.97 }),
    "They disagree: the MLP reads a 4, the CNN a 9.",
    "Both are sure. Of 100 points they place 97 differently.",
  ],
  [
    WAVERS,
    card({ 9: 0.5, 7: 0.45 }),
    "They disagree: the MLP reads a 7, the CNN a 9.",
    "Both waver between 7 and 9. Of 100 points they place 5 differently.",
  ],
  [
    SURE,
    card({ 8: 0.3, 3: 0.2 }),
    "They disagree: the MLP reads a 7, the CNN an 8.",
    "The MLP is sure, the CNN is unsure. Of 100 points they place 91 differently.",
  ],
  [null, SURE, "The MLP puts out no numbers.", "What was learnt has gone beyond all bounds."],
  [SURE, null, "The CNN puts out no numbers.", "What was learnt has gone beyond all bounds."],
  [null, null, "Neither network puts out numbers.", "What was learnt has gone beyond all bounds."],
])
  test(`the sentence over the cards: ${lead} ${rest}`, () =>
    assert.deepEqual(verdict(words, { mlp, cnn }), { lead, rest }));

for (const [shares, said] of [
  [{ 7: 0.5, 9: 0.45 }, "5 points before 9"],
  [{ 7: 0.5, 9: 0.49 }, "1 point before 9"],
  [{ 7: 0.4999, 9: 0.4998 }, "level with 9"],
  [{ 7: 1, 9: 0 }, "99 points before 0"],
])
  test(`the margin: ${said}`, () => assert.equal(reading(words, card(shares)).margin, said));

for (const [share, percent, bar] of [
  [0.9999, ">99", "99"],
  [0.99, "99", "99"],
  [0.582, "58", "58"],
])
  test(`a percentage claims no certainty: ${percent}`, () => {
    const said = reading(words, card({ 3: share }));
    assert.deepEqual([said.digit, said.percent, said.bars[3]], ["3", `${percent}\u202f%`, bar]);
  });

test("points are whole, and never all hundred", () =>
  assert.deepEqual([0, 0.001, 0.582, 1].map(points), [0, 0, 58, 99]));

test("the time has one decimal", () => assert.equal(reading(words, SURE).time, "1.2 ms"));
