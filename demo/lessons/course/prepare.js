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
const isAllOn = ({ steps }) => !Object.values(steps).includes(false);
const isNew = ({ verdict }, before) => verdict !== before.verdict;
const isInCorner = (box) =>
  Boolean(box) &&
  Math.max(box.width, box.height) <= LITTLE &&
  Math.max(Math.abs(box.x - MIDDLE), Math.abs(box.y - MIDDLE)) >= ASIDE;

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
      done: (state, before) => isAllOn(state) && isRead(state) && isNew(state, before),
      hints: (state) => state.steps.crop !== false && !isAllOn(state),
      tells: cardsOf,
      lights: ["#preparation [data-step=crop] label"],
    },
    {
      id: "own",
      on: () => paper(),
      rests: true,
      done: (state) => isRead(state) && isInCorner(boxOf(state.strokes)),
      hints: ({ strokes }) => strokes.length > 0 && !isInCorner(boxOf(strokes)),
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
