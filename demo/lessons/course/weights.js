// What an MLP sees: its weights as pictures, and what becomes of both networks where neighbours mean nothing.

import { claimed, lend } from "./measures.js";

const NEIGHBOURS = "neighbours"; // of the claims

const shows = ({ inside, seen }) => inside.view === "mlp" && seen.inside?.view === "mlp";
const measured = (found) => Boolean(claimed(found, NEIGHBOURS));

export const lesson = {
  id: "weights",
  files: ["claims"],
  steps: [
    {
      id: "look",
      on: (state, kit) => ({ tab: "inside", inside: { view: "maps", digit: null }, ...lend(state, kit, 7) }),
      done: shows,
      tells: (state) => ({ digit: state.seen.inside.digit }),
      lights: ["#inside .choice.view"],
    },
    {
      id: "other",
      on: () => ({ tab: "inside", inside: { view: "mlp", digit: null } }),
      done: (state) => shows(state) && state.inside.digit !== null && state.seen.inside.digit === state.inside.digit,
      tells: (state, _, before) =>
        before.seen.inside?.digit === state.inside.digit ? null : { digit: state.inside.digit },
      lights: ["#inside [data-view=mlp] .asked .choice"],
    },
    {
      id: "bet",
      needs: measured,
      choices: ["cnn", "mlp", "same"],
      right: (_, found) => {
        const { mlp, mlp_scrambled, cnn, cnn_scrambled } = claimed(found, NEIGHBOURS);
        const more = cnn - cnn_scrambled - (mlp - mlp_scrambled);
        return Math.abs(more) < 0.002 ? "same" : more > 0 ? "cnn" : "mlp";
      },
    },
    {
      id: "ledger",
      needs: measured,
      quotes: "bet",
      on: () => ({ tab: "compare", compare: { view: "drawing" } }),
      done: ({ tab, compare }) => tab === "compare" && compare.view === "ledger",
      tells: (_, found) => claimed(found, NEIGHBOURS),
      lights: ["#compare .choice.view"],
    },
  ],
};
