// The one state of the page. Parts read it, change it and subscribe to it; nobody keeps a second copy.

import { store } from "./store.js";

/** What it is to begin with. */
export const first = {
  strokes: [], // of the drawing, each a list of [x, y] in pad units, the one being drawn last; a list once set never changes
  lent: null, // the strokes that nobody drew: while they lie there, the paper is as good as blank
  pen: 18, // width in pad units
  picture: null, // that lies on the paper instead: { file (null: it is read as it is), digits, image, address }, see picture.js
  digit: null, // the one that is looked at, where several stand apart, its place from the left; null: the newest
  verdict: null, // the newest answer about the drawing, with `asked`, when on performance.now(); null before the first
  networks: null, // which networks read now: { version, readers: { mlp, cnn } }, as the server last said
  training: null, // "shipped" or "tutorial", how those are trained that read: set it and they do; null: the visitor's own
  tab: null, // name of the open one: set it and it opens; null before there are tabs
  hidden: [], // names of what is hidden for a class: "samples", "tab-about", …, see link/hidden.js
  theme: "", // "light" or "dark"; "" as the system has it
  lesson: null, // that is under way: { id, step: its place, bets: { step's id: choice } }
  steps: {}, // of the preparation, those that are switched off: { crop: false }
  compare: {}, // what Compare shows: view, move, how far each change goes, …
  // what Look inside shows
  inside: {
    view: "maps",
    layer: null, // by name; null: the first after the image
    map: null, // that is enlarged; null: the liveliest
    cell: null, // { layer, at }: the first of the path
    off: {}, // maps switched off, by layer
    own: false, // a scale for each map
    channels: null, // of a convolution, those worked out; null: the strongest
    order: "number", // of the maps: by number, or by the effect of switching them off
    digit: null, // whose logit is explained; null: the one that is read
    shift: "right",
    example: null, // the 4×4 numbers that are pooled; null: those of the tutorial
  },
  presenting: false, // the view for a projector
  retrain: { axis: "seconds" }, // what Retrain shows: the form of the next run (see fields.js), moment of the past, …
  seen: {}, // what tabs last found out, by tab and in few numbers, for the lessons
};

export const page = store(first);

/** Say what a tab has found out. */
export const tell = (tab, numbers) => page.set({ seen: { ...page.get().seen, [tab]: numbers } });

/** Take an answer's word for which networks read now; one that comes late, after word of later ones, is not heeded. */
export function hear(networks) {
  const known = page.get().networks;
  if (known && (known.version === networks.version || isOlder(networks.version, known.version))) return;
  page.set({ networks });
}

/** Whether a version is older than another of the same visitor: versions are a token, a hyphen and a number. */
export function isOlder(version, other) {
  const [[token, number], [otherToken, otherNumber]] = [version.split("-"), other.split("-")];
  return token === otherToken && Number(number) < Number(otherNumber);
}
