// Preparation decides: a small 5 in a corner, with cropping and without; and a 1 of a thin pen, as it is and widened.

import { boxOf, cardsOf, isRead, paper } from "./measures.js";

const SMALL = 0.3; // of a sample's size
const CORNER = 15; // pad units to the edges
const DIGIT = 5;
const MIDDLE = 140; // pad units
const LITTLE = 130; // pad units that a small digit is high and wide, at most
const ASIDE = 45; // that its middle is off the paper's, at least
const ONE = 1;
const THIN = 8; // pad units: less than a pixel of the image

const small = (strokes) => strokes.map((stroke) => stroke.map((point) => point.map((at) => CORNER + SMALL * at)));
const thin = (kit) => ({ tab: "preparation", ...paper(kit.sample(ONE)), pen: THIN, training: "tutorial" });
const isNew = ({ verdict }, before) => verdict !== before.verdict;

export const lesson = {
  id: "prepare",
  steps: [
    {
      id: "bet",
      on: (_, kit) => ({ tab: "preparation", ...paper(small(kit.sample(DIGIT))) }),
      choices: ["five", "one", "other"],
      right: (state) => {
        const { mlp, cnn } = cardsOf(state);
        return mlp === DIGIT && cnn === DIGIT ? "five" : mlp === DIGIT || cnn === DIGIT ? "one" : "other";
      },
      lights: ["#pad .paper"],
    },
    {
      id: "off",
      quotes: "bet",
      on: (_, kit) => ({ tab: "preparation", ...paper(small(kit.sample(DIGIT))) }),
      done: (state, before) => state.steps.crop === false && isRead(state) && isNew(state, before),
      tells: cardsOf,
      lights: ["#preparation [data-step=crop] label"],
    },
    {
      id: "on",
      done: (state, before) => !Object.values(state.steps).includes(false) && isRead(state) && isNew(state, before),
      tells: cardsOf,
      lights: ["#preparation [data-step=crop] label"],
    },
    {
      id: "own",
      on: () => paper(),
      done: (state) => {
        const box = boxOf(state.strokes);
        if (!box || !isRead(state)) return false;
        const away = Math.max(Math.abs(box.x - MIDDLE), Math.abs(box.y - MIDDLE));
        return Math.max(box.width, box.height) <= LITTLE && away >= ASIDE;
      },
      tells: cardsOf,
      lights: ["#pad .paper"],
    },
    {
      id: "thin",
      on: (_, kit) => thin(kit),
      choices: ["both", "one", "neither"],
      right: (state) => {
        const { mlp, cnn } = cardsOf(state);
        return ["neither", "one", "both"][[mlp, cnn].filter((digit) => digit === ONE).length];
      },
      lights: ["#pad .paper"],
    },
    {
      id: "line",
      quotes: "thin",
      on: (_, kit) => thin(kit),
      done: (state, before) => state.steps.pen === false && isRead(state) && isNew(state, before),
      tells: cardsOf,
      lights: ["#preparation [data-step=pen] label"],
    },
  ],
};
