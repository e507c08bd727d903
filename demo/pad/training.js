// The switch over the cards: networks trained to be good, or as in the tutorials. The page's state says which are to read,
// and follows where others do. One question is under way at a time, and the newest wish comes next.

import { words } from "../page/catalogue.js";
import { early, within, write } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { hear, page } from "../page/state.js";

/** Start the switch in its element; where the visitor's own networks read, neither is chosen. */
export function training(element, server) {
  const { find, every } = within(element);
  const choices = every("[name=pad-training]");
  let asked = null; // the training that the question under way asks for
  let known = false; // whether it has been heard which networks read

  /** How those are trained that read, or null where that is neither. */
  function now() {
    const sources = Object.values(page.get().networks?.readers ?? {}).map(({ source }) => source);
    return choices.map(({ value }) => value).find((value) => sources.every((source) => source === value)) ?? null;
  }

  /** Switch and state say which read. */
  function settle() {
    for (const choice of choices) choice.checked = choice.value === now();
    page.set({ training: now() });
  }

  const ask = latest(
    async () => {
      asked = page.get().training;
      return asked === null || asked === now() ? {} : server.read_with({ training: asked });
    },
    ({ networks, problem }) => {
      write(find(".training-problem"), words.tell(problem));
      if (networks) hear(networks);
      const wish = page.get().training;
      const newer = wish !== null && wish !== asked;
      asked = null;
      if (!newer) settle();
    },
    () => write(find(".training-problem"), words.say("verdict.lost.lead")),
  );

  function follow({ training }) {
    if (known && training !== null && training !== (asked ?? now())) ask();
  }

  function heard() {
    const wanted = !known && page.get().training; // by a link, before it was known which read
    known = true;
    if (wanted) ask();
    else if (asked === null) settle();
  }

  for (const choice of choices) choice.addEventListener("change", () => page.set({ training: choice.value }));
  page.subscribe(["training"], follow);
  page.subscribe(["networks"], heard);
  const chosen = early(choices);
  if (chosen) page.set({ training: chosen });
  if (page.get().networks) heard();
}
