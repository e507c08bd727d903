// A slider for one of the eight changes, under its name and how far it goes.

import { words } from "./words.js";
import { make, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { settled } from "./changes.js";
import { amount } from "./names.js";
import { change } from "./watch.js";

/** Its parts, { head, input }, and `show`, which puts it where the page's state has it, and gives how far that is. */
export function slider(kind, bounds) {
  const { low, high, step } = bounds;
  const label = words.say(`compare.change.${kind}`);
  const input = make("input", { type: "range", min: low, max: high, step, "aria-label": label });
  const value = make("output", {});
  input.addEventListener("input", () => change({ [kind]: Number(input.value) }));
  return {
    head: make("h4", {}, label, " ", value),
    input,
    show() {
      const at = settled(bounds, page.get().compare[kind]);
      if (Number(input.value) !== at) input.value = String(at);
      input.setAttribute("aria-valuetext", amount(kind, at));
      write(value, amount(kind, at));
      return at;
    },
  };
}
