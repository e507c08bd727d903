// The switch over the cards: networks trained to be good, or as in the tutorials.

import { words } from "../page/catalogue.js";
import { within, write } from "../page/dom.js";
import { hear, page } from "../page/state.js";

/** Start the switch in its element; where the visitor's own networks read, neither is chosen. */
export function training(element, server) {
  const { find, every } = within(element);
  const choices = every("[name=pad-training]");

  function show() {
    const sources = Object.values(page.get().networks?.readers ?? {}).map(({ source }) => source);
    for (const choice of choices) choice.checked = sources.every((source) => source === choice.value);
  }

  for (const choice of choices)
    choice.addEventListener("change", async () => {
      const answer = await server.read_with({ training: choice.value }).catch(() => null);
      write(find(".training-problem"), answer ? words.tell(answer.problem) : words.say("verdict.lost.lead"));
      if (answer?.networks) hear(answer.networks);
      show();
    });
  page.subscribe(["networks"], show);
  show();
}
