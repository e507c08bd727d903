// Is a CNN translation invariant? A digit is moved until it is misread; then a thousand are.

import { lend, readerOf, shareAt } from "./measures.js";

const FAR = 4; // pixels
const SLIGHTLY = 7; // pixels: a quarter of the image
const CLOSE = 0.02; // shares that differ by less are about the same

const shown = ({ seen }) => seen.compare;
const tutorial = (state) => readerOf(shown(state), "cnn", "tutorial");
const isHere = ({ compare: { move = [0, 0] }, seen }) =>
  seen.compare?.move[0] === move[0] && seen.compare.move[1] === move[1];

export const lesson = {
  id: "move",
  files: ["measured-best-mlp", "measured-best-cnn", "measured-tutorial-mlp", "measured-tutorial-cnn"],
  steps: [
    {
      id: "bet",
      on: (state, kit) => ({ tab: "compare", compare: { view: "drawing", move: [0, 0] }, ...lend(state, kit, 4) }),
      choices: ["never", "far", "near"],
      right: (state) => {
        const { least } = tutorial(state);
        return least === null ? "never" : least > SLIGHTLY ? "far" : "near";
      },
      lights: ["#pad .paper"],
    },
    {
      id: "move",
      quotes: "bet",
      on: () => ({ tab: "compare", compare: { view: "drawing", move: [0, 0] } }),
      done: (state) => isHere(state) && Boolean(tutorial(state)) && tutorial(state).digit !== tutorial(state).home,
      tells: (state) => {
        const { digit, home, least } = tutorial(state);
        return { digit, home, least };
      },
      lights: ["#compare .shifts .maps"],
    },
    {
      id: "who",
      choices: ["cnn", "mlp", "same"],
      right: (_, found) => {
        const [mlp, cnn] = [shareAt(found, "best-mlp", FAR), shareAt(found, "tutorial-cnn", FAR)];
        return Math.abs(mlp - cnn) < CLOSE ? "same" : mlp > cnn ? "mlp" : "cnn";
      },
    },
    {
      id: "set",
      quotes: "who",
      on: () => ({ tab: "compare", compare: { view: "drawing", move: [FAR, 0] } }),
      done: ({ tab, compare }) => tab === "compare" && compare.view === "digits",
      tells: (_, found) => ({
        pixels: FAR,
        digits: found["measured-best-mlp"].shift.digits,
        good_mlp: shareAt(found, "best-mlp", FAR),
        good_cnn: shareAt(found, "best-cnn", FAR),
        tutorial_mlp: shareAt(found, "tutorial-mlp", FAR),
        tutorial_cnn: shareAt(found, "tutorial-cnn", FAR),
      }),
      lights: ["#compare .choice.view"],
    },
  ],
};
