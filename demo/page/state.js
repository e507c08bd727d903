// The one state of the page. Parts read it, change it and subscribe to it; nobody keeps a second copy.

import { store } from "./store.js";

export const page = store({
  strokes: [], // of the drawing, each a list of [x, y] in pad units, the one being drawn last; a list once set never changes
  pen: 18, // width in pad units
  verdict: null, // the newest answer about the drawing, with `asked`, when on performance.now(); null before the first
  networks: null, // which networks read now: { version, readers: { mlp, cnn } }, as the server last said
  steps: {}, // of the preparation, those that are switched off: { crop: false }
  inside: {}, // what Look inside shows: view, layer, map, cell, maps switched off, …
  retrain: {}, // what Retrain shows: settings of the next run, moment of the past, …
});

/** Take an answer's word for which networks read now. */
export function hear(networks) {
  if (networks.version !== page.get().networks?.version) page.set({ networks });
}
