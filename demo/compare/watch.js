// What the tab shows, as parts of it follow: compare in the page's state.

import { page } from "../page/state.js";
import { REACH } from "./shift.js";

/** Call `show` whenever what `pick` gives of the tab's state has become another. */
export function follow(pick, show) {
  const told = () => JSON.stringify(pick(page.get().compare)) ?? "";
  let last = told();
  page.subscribe(["compare"], () => {
    const now = told();
    if (now === last) return;
    last = now;
    show();
  });
}

/** Change some of it. */
export const change = (some) => page.set({ compare: { ...page.get().compare, ...some } });

/** How far the image is moved that is looked at: [right, down] in pixels. */
export const chosenMove = () => page.get().compare.move ?? [0, 0];

const clamp = (value) => Math.max(-REACH, Math.min(REACH, value));

/** Look at it moved so far, or as far as moves go. */
export const chooseMove = (move) => change({ move: move.map(clamp) });
