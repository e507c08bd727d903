// Fewer parameters, more arithmetic: what the ledger says.

import { lend, lineOf } from "./measures.js";

const SMALL = "cnn-175k-adds"; // a CNN with no more arithmetic than the MLP
const CLOSE = 0.001; // shares that differ by less are the same

const times = (found) => lineOf(found, "best-cnn").multiply_adds / lineOf(found, "best-mlp").multiply_adds;
const accuracy = (found, name) => lineOf(found, name).accuracy.mean;
const measured = (found) => Boolean(lineOf(found, SMALL) && lineOf(found, "mlp"));
const isSorted = (by) => (state) =>
  state.tab === "compare" && state.compare.view === "ledger" && state.compare.sort === by;

export const lesson = {
  id: "cost",
  files: ["ledger"],
  steps: [
    {
      id: "bet",
      on: (state, kit) => ({
        tab: "compare",
        compare: { view: "drawing", sort: "accuracy", down: true },
        ...lend(state, kit, 2),
      }),
      choices: ["less", "same", "some", "many"],
      right: (_, found) => {
        const more = times(found);
        return more < 0.9 ? "less" : more < 1.5 ? "same" : more < 30 ? "some" : "many";
      },
      lights: [".card"],
    },
    {
      id: "ledger",
      quotes: "bet",
      on: () => ({ tab: "compare", compare: { view: "drawing", sort: "accuracy", down: true } }),
      done: isSorted("multiply_adds"),
      tells: (_, found) => {
        const [mlp, cnn] = ["best-mlp", "best-cnn"].map((name) => lineOf(found, name).parameters);
        return { mlp, cnn, fewer: 1 - cnn / mlp, times: times(found) };
      },
      lights: ["#compare .choice.view", "#compare [data-column=multiply_adds] button"],
    },
    {
      id: "small",
      needs: measured,
      choices: ["yes", "no", "same"],
      right: (_, found) => {
        const more = accuracy(found, SMALL) - accuracy(found, "mlp");
        return Math.abs(more) < CLOSE ? "same" : more > 0 ? "yes" : "no";
      },
    },
    {
      id: "accuracy",
      needs: measured,
      quotes: "small",
      on: () => ({ tab: "compare", compare: { view: "ledger", sort: "multiply_adds", down: true } }),
      done: isSorted("accuracy"),
      tells: (_, found) => ({
        parameters: lineOf(found, SMALL).parameters,
        small: accuracy(found, SMALL),
        mlp: accuracy(found, "mlp"),
      }),
      lights: ["#compare [data-column=accuracy] button"],
    },
  ],
};
