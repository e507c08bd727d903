// A kernel at work: which map a line lights, and the same weights at every place.

import { SIDE, boxOf, cellIn, farApart, paper } from "./measures.js";

const LAYER = "conv1";
const LIT = "relu1"; // the same maps, with negative numbers left out
const LONG = 2.5; // times as long as wide is a line
const LENGTH = 80; // pad units, at least
const FAR = 8; // cells

const isLine = (along, across) => along >= LENGTH && along >= LONG * across;
const isUpright = ({ strokes }) => isLine(boxOf(strokes)?.height ?? 0, boxOf(strokes)?.width ?? 0);
const isLying = ({ strokes }) => isLine(boxOf(strokes)?.width ?? 0, boxOf(strokes)?.height ?? 0);
const highest = ({ seen: { inside } }) => (inside?.layer === LIT ? inside.highest : undefined);
const isLit = (state) => highest(state) !== undefined;
const look = { view: "maps", layer: LIT, map: null, cell: null, off: {}, order: "number" };
const cell = (state) => cellIn(state, LAYER);

export const lesson = {
  id: "kernel",
  fresh: true,
  steps: [
    {
      id: "upright",
      on: () => ({ tab: "inside", inside: look, ...paper() }),
      rests: true,
      done: (state) => isUpright(state) && isLit(state),
      hints: (state) => state.strokes.length > 0 && !isUpright(state),
      tells: (state) => ({ map: highest(state) }),
      lights: ["#pad .paper"],
    },
    {
      id: "bet",
      choices: ["same", "other"],
      right: (state, _, before) => (highest(state) === highest(before) ? "same" : "other"),
      lights: ["#inside .all .maps"],
    },
    {
      id: "lying",
      quotes: "bet",
      on: () => ({ tab: "inside", inside: look, ...paper() }),
      rests: true,
      done: (state, before) => isLying(state) && isLit(state) && state.seen.inside !== before.seen.inside,
      hints: (state) => state.strokes.length > 0 && !isLying(state),
      tells: (state, _, before) => ({ map: highest(state), first: highest(before) ?? highest(state) }),
      lights: ["#pad .paper"],
    },
    { id: "count", choices: ["shared", "own"], right: () => "shared", lights: ["#inside .big canvas"] },
    {
      id: "one",
      on: () => ({ tab: "inside", inside: { ...look, layer: LAYER } }),
      done: (state) => Boolean(cell(state)),
      tells: (state) => ({ row: cell(state)[0], column: cell(state)[1] }),
      lights: ["#inside .big canvas", "#inside .big .arrows"],
    },
    {
      id: "two",
      quotes: "count",
      done: (state, before) =>
        Boolean(cell(state) && cell(before)) &&
        state.inside.cell.at[0] === before.inside.cell.at[0] &&
        farApart(cell(state), cell(before)) >= FAR,
      tells: ({ seen: { inside } }) =>
        inside?.layer === LAYER
          ? { parameters: inside.parameters, maps: inside.maps, unshared: SIDE * SIDE * inside.parameters }
          : null,
      lights: ["#inside .big canvas", "#inside .big .arrows"],
    },
  ],
};
