// The worked step is fetched when somebody opens it, and not before: its modules, its style and its numbers.

import { page } from "../page/state.js";
import { change, kept } from "./told.js";

/** `training` takes commands, as watch.js gives it. */
export function later(element, server, training) {
  const fold = element.querySelector(".worked");
  let begun = false;

  async function follow() {
    const open = Boolean(kept().step?.open);
    if (fold.open !== open) fold.open = open;
    if (!open || begun) return;
    begun = true;
    try {
      const { step } = await import("./step.js");
      step(fold, server, training);
    } catch (error) {
      begun = false; // another time it may be there
      throw error;
    }
  }

  fold.addEventListener("toggle", () => change({ step: { ...kept().step, open: fold.open } }));
  page.subscribe(["retrain"], follow);
  follow();
}
