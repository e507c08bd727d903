// The strip over the cards and the cards themselves: what both networks see and say.

import { words } from "../page/catalogue.js";
import { pixels, within, write } from "../page/dom.js";
import { reading, verdict } from "./verdict.js";

const ANNOUNCE_AFTER = 600; // milliseconds without another sentence, after which this one is read aloud
const NOTHING = { digit: "", percent: "", margin: "", time: "", bars: Array(10).fill("") };

/** Ways to show a verdict, or a sentence instead of one, and which networks read. */
export function cards(element) {
  const { find, every } = within(element);
  let announcement;

  function say({ lead, rest }) {
    write(find(".sentence strong"), lead);
    write(find(".sentence span"), rest);
    clearTimeout(announcement);
    announcement = setTimeout(() => write(find("[aria-live]"), `${lead} ${rest}`), ANNOUNCE_AFTER);
  }

  function fill(network, card) {
    const box = find(`#card-${network}`);
    const place = find(".reading", box);
    const said = card ? reading(words, card) : NOTHING;
    place.dataset.digit = said.digit;
    // The page and the server differ in the eighth digit.
    place.dataset.confidence = card ? card.probabilities[card.digit].toFixed(4) : "";
    for (const name of ["digit", "percent", "margin"]) write(find(`.${name}`, place), said[name]);
    write(find(".time", box), said.time);
    every(".bars li", box).forEach((bar, digit) => {
      bar.style.setProperty("--share", card ? card.probabilities[digit] : 0);
      write(bar.lastChild, said.bars[digit]);
      bar.classList.toggle("first", digit === card?.digit);
    });
  }

  function show(sentence, image, readings) {
    say(sentence);
    pixels(find("#seen canvas"), image);
    for (const network of ["mlp", "cnn"]) fill(network, readings[network]);
  }

  return {
    /** What both networks read. */
    verdict: (answer) => show(verdict(words, answer.cards), answer.image, answer.cards),
    /** No verdict, and why: blank, waiting, lost or refused. */
    none: (why, values) => {
      const sentence = { lead: words.say(`verdict.${why}.lead`), rest: words.say(`verdict.${why}.rest`, values) };
      show(sentence, "", {});
    },
    /** Which networks read. One that is not the shipped one is called the visitor's. */
    networks: ({ readers }) => {
      for (const [network, { source, parameters }] of Object.entries(readers)) {
        write(find(`#card-${network} .size`), words.say("verdict.size", { parameters }));
        find(`#card-${network}`).classList.toggle("yours", source !== "shipped");
      }
    },
  };
}
