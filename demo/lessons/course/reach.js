// How far one cell sees: the receptive field, from five pixels to more than there are.

import { SIDE, cellIn, claimed, lend } from "./measures.js";

const FIRST = "conv1";
const LAST = "conv4";

const isChosen = (layer) => (state) =>
  Boolean(cellIn(state, layer)) && state.seen.inside?.layer === layer && Boolean(state.seen.inside.cell);
const across = ({ seen: { inside } }) => inside.cell.field.right - inside.cell.field.left;
const canvas = ["#inside .big canvas", "#inside .big .arrows"];

export const lesson = {
  id: "reach",
  files: ["claims"],
  steps: [
    {
      id: "near",
      on: (state, kit) => ({
        tab: "inside",
        inside: { view: "maps", layer: FIRST, map: null, cell: null, off: {} },
        ...lend(state, kit, 8),
      }),
      done: isChosen(FIRST),
      tells: (state) => ({ pixels: across(state) }),
      lights: canvas,
    },
    {
      id: "bet",
      choices: ["part", "image", "more"],
      right: (_, found) => {
        const { conv4 } = claimed(found, "fields");
        return conv4 > SIDE ? "more" : conv4 === SIDE ? "image" : "part";
      },
      lights: ["#inside .field canvas"],
    },
    {
      id: "far",
      quotes: "bet",
      on: () => ({ tab: "inside", inside: { view: "maps", layer: FIRST, cell: null } }),
      done: isChosen(LAST),
      tells: (state, found) => ({ ...claimed(found, "fields"), pixels: across(state), side: SIDE }),
      lights: ["#inside .chain", ...canvas],
    },
  ],
};
