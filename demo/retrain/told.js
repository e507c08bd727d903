// What the server last said of this visit's runs. The parts of the tab subscribe; watch.js writes here, curves.js its
// curves, and controls.js and files.js why a command or a file came to nothing.

import { store } from "../page/store.js";
import { page } from "../page/state.js";

/** What is said of a call that nobody answers. */
export const LOST = { key: "retrain.lost", values: {} };

/** What is said of a command that nobody answered: it is not sent again. */
export const UNANSWERED = { key: "figure.lost", values: {} };

export const told = store({
  state: "idle", // of the latest run
  status: [], // messages: what the run does, and which networks the cards read with
  notes: [],
  problem: null, // message on the latest command
  file: null, // message on the latest file
  lost: false, // whether the server does not answer just now
  gone: false, // whether a run ended behind the page's back: cut off with it, or with its server
  downloads: {}, // by network, what a download gives: { source, run }, or null
  details: null, // the newest: progress, result, curves, …
  shown: null, // the newest that have something to look at: what an earlier run came to stays until then
  examples: { version: "", images: [] },
  table: { version: "", rows: [] },
  curves: {}, // of the runs that are compared, by run and network
});

/** What Retrain keeps in the page's state. */
export const kept = () => ({
  form: null,
  settings: null,
  moment: null,
  compared: [],
  axis: "seconds",
  ...page.get().retrain,
});

// The same object where nothing is another, so that nobody is told of it.
const changed = (before, changes) =>
  Object.keys(changes).some((name) => !Object.is(changes[name], before[name])) ? { ...before, ...changes } : before;

/** Change some of it. */
export function change(changes) {
  const before = kept();
  const after = changed(before, changes);
  if (after !== before) page.set({ retrain: after });
}

/** Change some of what is looked at in the worked step. */
export const changeStep = (changes) => change({ step: changed(kept().step ?? {}, changes) });
