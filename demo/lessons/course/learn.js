// Learning, watched: the way that a step pushes a logit, how soon a new network reads, and a learning rate that is too
// large.

import { claimed } from "./measures.js";

const ENDED = ["finished", "stopped", "diverged", "failed"];
const SOON = 20; // batches
const LATE = 200;
const LARGE = 0.45; // learning rate
const TIMES = 100; // as large as in the MLP's tutorial, which has 0.0045
const ENOUGH = 150; // batches after which a training that goes nowhere has shown it

const EPOCHS = 6; // of a thousand digits: seconds

const settings = (changed = {}, open = false) => ({
  tab: "retrain",
  retrain: {
    step: { open },
    form: { networks: ["mlp"], data: "digits", recipe: "tutorial", changed: { mlp: { epochs: EPOCHS, ...changed } } },
    axis: "batches",
  },
});
const large = () => settings({ learning_rate: LARGE });
const runOf = ({ seen: { retrain } }) => retrain?.networks.mlp;
const isAnother = ({ seen: { retrain } }, before) => retrain?.run != null && retrain.run !== before.seen.retrain?.run;
const measured = (found) => Boolean(claimed(found, "rate_cnn"));

export const lesson = {
  id: "learn",
  fresh: true,
  files: ["claims"],
  steps: [
    {
      id: "way",
      on: () => settings({}, true),
      choices: ["up", "down", "stay"],
      right: ({ seen: { loss } }) => (loss ? (loss.slope < 0 ? "up" : loss.slope > 0 ? "down" : "stay") : null),
      lights: ["#retrain .worked .loss table"],
    },
    {
      id: "raise",
      quotes: "way",
      on: () => settings({}, true),
      done: ({ seen: { loss } }) => Boolean(loss && loss.loss <= loss.before / 2),
      tells: ({ seen: { loss } }) => loss,
      lights: ["#retrain .worked .loss .mover"],
    },
    {
      id: "bet",
      on: () => settings(),
      choices: ["few", "some", "many"],
      right: (state) => {
        const reached = runOf(state)?.reached;
        return reached ? (reached < SOON ? "few" : reached <= LATE ? "some" : "many") : null;
      },
      lights: ["#retrain .setup .choices"],
    },
    {
      id: "start",
      quotes: "bet",
      on: () => settings(),
      done: (state, before) => isAnother(state, before) && Boolean(runOf(state)?.reached),
      tells: (state) => ({ reached: runOf(state).reached, step: runOf(state).step, accuracy: runOf(state).accuracy }),
      lights: ["#retrain .controls .buttons"],
    },
    {
      id: "rate",
      on: large,
      choices: ["faster", "same", "never"],
      right: (state, _, before) => {
        const [now, first] = [runOf(state)?.reached, runOf(before)?.reached];
        return !now ? "never" : first && now < 0.8 * first ? "faster" : "same";
      },
      lights: ["#retrain .setup .choices"],
    },
    {
      id: "again",
      quotes: "rate",
      on: large,
      done: (state, before) =>
        isAnother(state, before) &&
        (runOf(state)?.step >= ENOUGH || (ENDED.includes(state.seen.retrain.state) && Boolean(runOf(state)))),
      tells: (state) => {
        const { step, accuracy, diverged } = runOf(state);
        return { count: step, accuracy: accuracy ?? 0, times: TIMES, ...(diverged && { says: "why_lost" }) };
      },
      lights: ["#retrain .controls .buttons"],
    },
    {
      id: "kinds",
      needs: measured,
      choices: ["cnn", "mlp", "same"],
      right: (_, found) => {
        const { best, best_mlp } = claimed(found, "rate_cnn");
        return best < best_mlp ? "cnn" : best > best_mlp ? "mlp" : "same";
      },
    },
    {
      id: "claims",
      needs: measured,
      quotes: "kinds",
      on: () => ({ tab: "compare", compare: { view: "drawing" } }),
      done: ({ tab, compare }) => tab === "compare" && compare.view === "claims",
      tells: (_, found) => claimed(found, "rate_cnn"),
      lights: ["#compare .choice.view"],
    },
  ],
};
