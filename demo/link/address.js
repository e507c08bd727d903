// The address says what is seen: it is read when the page opens, and written while somebody works.

import { decode, encode } from "./link.js";
import { first, page } from "../page/state.js";

const REST = 500; // milliseconds without a change before it is written: Safari takes 100 entries within 30 seconds
const HUB = "https://huggingface.co"; // whose page shows a Space in a frame, under an address of its own

// What going back brings back: not the drawing, which is work in hand. The rest is written all the same.
const PLACE = ["tab", "lesson", "inside", "compare"];
const REST_OF_IT = [
  "strokes",
  "pen",
  "picture",
  "digit",
  "steps",
  "training",
  "networks",
  "hidden",
  "theme",
  "presenting",
  "retrain",
];

let opened = null;

/** Bring the page to what its address says, once; what comes of that is as decode() gives it, { changes, problem }. */
export function open() {
  if (!opened) {
    opened = decode(location.hash);
    bring(opened.changes);
  }
  return opened;
}

function bring(changes) {
  const { inside, retrain } = page.get();
  const parts = changes.inside && {
    inside: { ...inside, ...changes.inside },
    retrain: { ...retrain, ...changes.retrain },
  };
  page.set({ ...changes, ...parts });
}

/** Keep address and page in step; `said` is called with the key of what a link does not bring, or null, for each link. */
export function keepAddress(said) {
  const { changes, problem } = open();
  said(problem);
  let home = changes.tab ? null : page.get().tab; // which tab opens where an address names none, once that is known
  let here = entry(); // of the browser's history
  let changed = 0; // when, on performance.now()
  let timer = null;

  function entry() {
    const { tab, lesson } = page.get();
    return JSON.stringify([tab, lesson?.id, lesson?.step]);
  }

  function write(how = "replaceState") {
    clearTimeout(timer);
    timer = null;
    here = entry();
    const text = encode(page.get());
    const hash = text && text !== encode({ ...first, tab: home }) ? `#${text}` : "";
    if (how === "replaceState" && hash === location.hash && history.state?.place) return;
    const place = Object.fromEntries(PLACE.map((name) => [name, page.get()[name]]));
    try {
      history[how]({ ...history.state, place }, "", `${location.pathname}${location.search}${hash}`);
    } catch {
      return; // too often, or a frame that may not: another time
    }
    if (parent !== window && framing() === HUB) parent.postMessage({ hash }, HUB);
  }

  function later() {
    changed = performance.now();
    timer ??= setTimeout(rested, REST);
  }

  // While the pen moves, nothing is made of the drawing but at its rest.
  function rested() {
    const left = changed + REST - performance.now();
    if (left > 1) timer = setTimeout(rested, left);
    else write();
  }

  function moved() {
    if (home === null && !changes.tab) {
      home = page.get().tab;
      here = entry();
    }
    queueMicrotask(() => (entry() === here ? later() : write("pushState"))); // once all has followed
  }

  // Also where somebody puts another link into the address of an open page.
  function came() {
    const place = history.state?.place;
    if (place) page.set({ ...place, tab: place.tab ?? home });
    else {
      const { changes, problem } = decode(location.hash);
      bring({ ...(home && { tab: home }), ...changes });
      said(problem);
    }
    write();
  }

  page.subscribe(["tab", "lesson"], moved);
  page.subscribe(["inside", "compare", ...REST_OF_IT], later);
  addEventListener("popstate", came);
  addEventListener("pagehide", () => timer !== null && write());
}

/** The origin of the page around this one. */
const framing = () => location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
