// What neither knows: a letter, and a 1 that nobody wrote for MNIST.

import { cardsOf, isRead, paper } from "./measures.js";

const [UNSURE, SURE] = [0.5, 0.9];
const ONE = 1;
const SEVEN = 7;

/** A 1 with a long flag and no foot, in pad units. */
const FLAGGED = [
  [[93.4, 100], [122.3, 83.3], [151.1, 66.7], [180, 50], [180, 95], [180, 140], [180, 185], [180, 230]],
]; // prettier-ignore

const isTrained = ({ networks }, how) => Object.values(networks.readers).every(({ source }) => source === how);
const isAnswered = (state, how) =>
  isRead(state) && isTrained(state, how) && state.verdict.networks.version === state.networks.version;

export const lesson = {
  id: "doubt",
  steps: [
    {
      id: "bet",
      on: () => ({ ...paper(), training: "shipped" }),
      choices: ["low", "middle", "high"],
      right: (state) => {
        const { mlp_sure, cnn_sure } = cardsOf(state);
        const most = Math.max(mlp_sure, cnn_sure);
        return most < UNSURE ? "low" : most < SURE ? "middle" : "high";
      },
      lights: ["#pad .paper"],
    },
    {
      id: "letter",
      quotes: "bet",
      on: () => ({ ...paper(), training: "shipped" }),
      rests: true,
      done: isRead,
      tells: cardsOf,
      lights: ["#pad .paper"],
    },
    {
      id: "flag",
      on: () => ({ ...paper(FLAGGED), training: "shipped" }),
      choices: ["one", "seven", "other"],
      right: (state) => {
        const { mlp, cnn } = cardsOf(state);
        return mlp === cnn ? ({ [ONE]: "one", [SEVEN]: "seven" }[mlp] ?? "other") : "other";
      },
      lights: ["#pad .paper"],
    },
    {
      id: "tutorial",
      quotes: "flag",
      on: () => paper(FLAGGED),
      done: (state) => isAnswered(state, "tutorial"),
      tells: cardsOf,
      lights: ["#training"],
    },
    { id: "good", done: (state) => isAnswered(state, "shipped"), tells: cardsOf, lights: ["#training"] },
  ],
};
