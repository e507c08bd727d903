// The worked step is fetched when somebody opens it, and not before: its modules, its style and its numbers.

import { words } from "../page/catalogue.js";
import { write } from "../page/dom.js";
import { untilFetched } from "../page/starting.js";
import { page } from "../page/state.js";
import { changeStep, kept } from "./told.js";

/** `training` takes commands, as watch.js gives it. */
export function later(element, server, training) {
  const fold = element.querySelector(".worked");
  const wanted = () => Boolean(kept().step?.open);
  let known = fold.open; // whether it is open, as the page's state last said: its own word comes later than a click
  let begun = false;

  const lost = () => write(fold.querySelector(".body p"), words.say("retrain.lost"));

  async function follow() {
    const open = wanted();
    if (open !== known) fold.open = known = open;
    if (!open || begun) return;
    begun = true;
    const { step } = await untilFetched(() => import("./step.js"), lost);
    step(fold, server, training);
  }

  function say() {
    known = fold.open;
    if (known !== wanted()) changeStep({ open: known });
  }

  fold.addEventListener("toggle", say);
  page.subscribe(["retrain"], follow);
  if (fold.open) say(); // by a visitor who was quicker than this module
  follow();
}
