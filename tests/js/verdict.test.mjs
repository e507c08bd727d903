// Made-up readings, and what the page says of them against what a teacher would say.

import assert from "node:assert/strict";
import { test } from "node:test";

import { reading, several, verdict } from "../../demo/pad/verdict.js";
import { speaker } from "../../demo/page/words.js";
import { catalogue } from "./catalogue.mjs";

const words = speaker(catalogue);

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
    card({ 7: 0.96 }),
    card({ 1: 0.75, 7: 0.2 }),
    "They disagree.",
    "The MLP is sure it is a 7 (96\u202f%); the CNN says 1 (75\u202f%), then 7.",
  ],
  [
    card({ 8: 0.9, 4: 0.05 }),
    card({ 4: 0.5, 9: 0.45 }),
    "They disagree.",
    "The MLP is sure it is an 8 (90\u202f%); the CNN says 4 (50\u202f%), then 9.",
  ],
  [
    card({ 1: 0.7, 2: 0.005, 3: 0.295 }),
    card({ 8: 0.3, 3: 0.2 }),
    "They disagree.",
    "The MLP says 1 (70\u202f%), then 3; the CNN is unsure and says 8 (30\u202f%), then 3.",
  ],
  [null, SURE, "The MLP puts out no numbers.", "Training has made the weights useless."],
  [SURE, null, "The CNN puts out no numbers.", "Training has made the weights useless."],
  [null, null, "Neither network puts out numbers.", "Training has made the weights useless."],
])
  test(`the sentence over the cards: ${lead} ${rest}`, () =>
    assert.deepEqual(verdict(words, { mlp, cnn }), { lead, rest }));

for (const [shares, said] of [
  [{ 7: 0.5, 9: 0.45 }, "then 9, 45\u202f%"],
  [{ 7: 0.98, 9: 0.01 }, "then 9, 1\u202f%"],
  [{ 7: 0.99, 9: 0.0099 }, ""],
  [{ 7: 1, 9: 0 }, ""],
])
  test(`the runner-up: ${said || "none"}`, () => assert.equal(reading(words, card(shares)).next, said));

for (const [share, percent] of [
  [0.9999, ">99"],
  [0.99, "99"],
  [0.582, "58"],
])
  test(`a percentage claims no certainty: ${percent}`, () => {
    const said = reading(words, card({ 3: share }));
    assert.deepEqual([said.digit, said.percent, said.bars[3]], ["3", `${percent}\u202f%`, `${percent}\u202f%`]);
  });

test("a bar that is as good as none has no number", () =>
  assert.deepEqual(reading(words, card({ 3: 0.994, 5: 0.006 })).bars.slice(2, 6), ["", "99\u202f%", "", "1\u202f%"]));

const read = (mlp, cnn = mlp) => ({ mlp: card({ [mlp]: 0.9 }), cnn: card({ [cnn]: 0.9 }) });

for (const [digits, at, lead, rest] of [
  [
    [read(7), read(2)],
    1,
    "There seem to be two digits: 7 and 2.",
    "Image, bars and tabs show the second from the left.",
  ],
  [
    [read(1), read(9, 4), read(5)],
    0,
    "There seem to be three digits: the MLP reads 1, 9 and 5, the CNN 1, 4 and 5.",
    "Image, bars and tabs show the first from the left.",
  ],
])
  test(`several digits: ${lead}`, () => assert.deepEqual(several(words, digits, at), { lead, rest }));
