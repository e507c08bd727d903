// The one state of the page. Parts read it, change it and subscribe to it; nobody keeps a second copy.

import { store } from "./store.js";

export const page = store({
  strokes: [], // of the drawing, each a list of [x, y] in pad units; a list once set is never changed
  pen: 18, // width in pad units
  verdict: null, // the newest answer about this drawing, or null where there is none yet
  networks: null, // which networks read now: { version, readers: { mlp, cnn } }, as the server last said
  steps: {}, // of the preparation, those that are switched off: { crop: false }
  inside: {}, // what Look inside shows: view, layer, map, cell, maps switched off, …
  retrain: {}, // what Retrain shows: settings of the next run, moment of the past, …
});
