// The switch over the cards: networks trained to be good, or as in the tutorials. The page's state says which are to read,
// and follows where others do.

import { words } from "../page/catalogue.js";
import { early, within, write } from "../page/dom.js";
import { hear, page } from "../page/state.js";

/** Start the switch in its element; where the visitor's own networks read, neither is chosen. */
export function training(element, server) {
  const { find, every } = within(element);
  const choices = every("[name=pad-training]");
  let asking = 0; // questions that are not answered yet
  let known = false; // whether it has been heard which networks read

  /** How those are trained that read, or null where that is neither. */
  function now() {
    const sources = Object.values(page.get().networks?.readers ?? {}).map(({ source }) => source);
    return choices.map(({ value }) => value).find((value) => sources.every((source) => source === value)) ?? null;
  }

  function show() {
    for (const choice of choices) choice.checked = choice.value === now();
  }

  async function ask(training) {
    asking++;
    const answer = await server.read_with({ training });
    asking--;
    write(find(".training-problem"), answer ? words.tell(answer.problem) : words.say("verdict.lost.lead"));
    if (answer?.networks) hear(answer.networks);
    if (known) heard();
  }

  function follow({ training }) {
    if (known && training !== null && training !== now()) ask(training);
  }

  function heard() {
    show();
    const wanted = !known && page.get().training; // by a link, before it was known which read
    known = true;
    if (wanted) follow(page.get());
    else if (!asking) page.set({ training: now() });
  }

  for (const choice of choices) choice.addEventListener("change", () => page.set({ training: choice.value }));
  page.subscribe(["training"], follow);
  page.subscribe(["networks"], heard);
  const chosen = early(choices);
  if (chosen) page.set({ training: chosen });
  if (page.get().networks) heard();
}
