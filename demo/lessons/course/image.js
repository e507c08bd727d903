// An image is numbers: a drawing, its list of numbers, and what the list does not say.

import { SIDE, cellIn, inked, isRead, paper } from "./measures.js";

const LAYER = "input";

const numberOf = ([row, column]) => SIDE * row + column;
const place = (state) => cellIn(state, LAYER);

export const lesson = {
  id: "image",
  steps: [
    {
      id: "draw",
      on: () => ({ tab: "inside", inside: { view: "maps", layer: LAYER, cell: null, map: null, off: {} }, ...paper() }),
      rests: true,
      done: isRead,
      tells: (state) => ({ ink: inked(state), all: SIDE * SIDE }),
      lights: ["#pad .paper", "#pad .samples"],
    },
    { id: "bet", choices: ["next", "row", "last"], right: () => "row", lights: ["#seen canvas"] },
    {
      id: "one",
      on: () => ({ tab: "inside", inside: { view: "maps", layer: LAYER, cell: null } }),
      done: (state) => Boolean(place(state)) && place(state)[0] < SIDE - 1,
      tells: (state) => ({ row: place(state)[0], column: place(state)[1], number: numberOf(place(state)) }),
      lights: ["#inside .big canvas", "#inside .big .arrows"],
    },
    {
      id: "below",
      quotes: "bet",
      done: (state, before) => {
        const [from, to] = [place(before), place(state)];
        return Boolean(from && to) && to[0] === from[0] + 1 && to[1] === from[1];
      },
      tells: (state, _, before) => {
        const [number, below] = [numberOf(place(before)), numberOf(place(state))];
        return { number, below, apart: below - number };
      },
      lights: ["#inside .big canvas", "#inside .big .arrows"],
    },
  ],
  fresh: true,
};
