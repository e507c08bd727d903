// Pooling and the winner: numbers that do not count, and a drawing moved by one pixel.

import { claimed, lend } from "./measures.js";

const SQUARES = [0, 2, 8, 10].map((corner) => [corner, corner + 1, corner + 4, corner + 5]); // of 4x4 cells
const EXAMPLE = [1, 3, 2, 4, 5, 6, 1, 2, 3, 2, 8, 1, 1, 4, 2, 3]; // the tutorial's
const CLOSE = 0.02; // shares that differ by less are about the same

const pooled = (cells) => SQUARES.map((square) => Math.max(...square.map((place) => cells[place])));
const isSame = (one, other) => one.every((value, i) => value === other[i]);

/** The shares of the layer before the pool and of the pool that change, [before, after]. */
const shares = ({ seen: { inside } }) => inside?.layers?.map((layer) => inside.shares[layer]);

export const lesson = {
  id: "pool",
  files: ["claims"],
  steps: [
    {
      id: "bet",
      on: (state, kit) => ({ tab: "inside", inside: { view: "pooling", shift: "right" }, ...lend(state, kit, 3) }),
      choices: ["none", "four", "many"],
      right: (_, found) => (claimed(found, "pooling").parameters === 0 ? "none" : "many"),
      lights: ["#inside .example"],
    },
    {
      id: "same",
      quotes: "bet",
      on: () => ({ tab: "inside", inside: { view: "pooling", example: EXAMPLE } }),
      done: ({ inside: { example } }, { inside: { example: first } }) =>
        Boolean(example && first) && !isSame(example, first) && isSame(pooled(example), pooled(first)),
      tells: (_, found) => claimed(found, "pooling"),
      lights: ["#inside .example .cells"],
    },
    {
      id: "shifted",
      choices: ["less", "same", "more"],
      right: (state) => {
        const [before, after] = shares(state);
        return Math.abs(after - before) < CLOSE ? "same" : after < before ? "less" : "more";
      },
      lights: ["#inside .shift .rows"],
    },
    {
      id: "shift",
      quotes: "shifted",
      on: () => ({ tab: "inside", inside: { view: "pooling" } }),
      done: ({ inside, seen }, before) =>
        inside.shift !== before.inside.shift && seen.inside?.direction === inside.shift,
      tells: (state) => ({ before: shares(state)[0], after: shares(state)[1] }),
      lights: ["#inside .choice.shift"],
    },
  ],
};
