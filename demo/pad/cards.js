// The strip over the cards and the cards themselves: what both networks see and say.

import { words } from "../page/catalogue.js";
import { make, pixels, within, write } from "../page/dom.js";
import { pace } from "./pace.js";
import { reading, several, verdict } from "./verdict.js";

const ANNOUNCE_AFTER = 600; // milliseconds without another sentence, after which this one is read aloud
const NETWORKS = ["mlp", "cnn"];
const NOTHING = { digit: "", percent: "", next: "", bars: Array(10).fill("") };

/**
 * Ways to show a verdict, or a sentence instead of one, and which networks read; `choose(digit)` is called for the place
 * of a digit that is chosen where several stand apart.
 */
export function cards(element, choose) {
  const { find, every } = within(element);
  const times = pace();
  let announcement;

  function announce(text) {
    clearTimeout(announcement);
    announcement = setTimeout(() => write(find("[aria-live]"), text), ANNOUNCE_AFTER);
  }

  function say({ lead, rest }, quiet) {
    write(find(".sentence strong"), lead);
    write(find(".sentence span"), rest);
    if (quiet) clearTimeout(announcement);
    else announce(`${lead} ${rest}`);
  }

  function fill(network, card, time) {
    const box = find(`#card-${network}`);
    const place = find(".reading", box);
    const said = card ? reading(words, card) : NOTHING;
    place.dataset.digit = said.digit;
    // The page and the server differ in the eighth digit.
    place.dataset.confidence = card ? card.probabilities[card.digit].toFixed(4) : "";
    write(find(".digit", place), said.digit);
    write(find(".percent", place), said.percent);
    write(find(".margin", place), said.next);
    write(find(".time", box), time);
    every(".bars li", box).forEach((bar, digit) => {
      bar.style.setProperty("--share", card ? card.probabilities[digit] : 0);
      write(bar.lastChild, said.bars[digit]);
      bar.classList.toggle("first", digit === card?.digit);
    });
  }

  /** A button for each of several digits, what this network reads in it; the one that is looked at is pressed. */
  function list(network, digits, at) {
    const row = find(`#card-${network} .several`);
    row.hidden = digits.length < 2;
    while (row.children.length > digits.length) row.lastChild.remove();
    digits.forEach((cards, i) => {
      const card = cards[network];
      if (!row.children[i]) {
        row.append(make("button", { type: "button" }, make("b", {}), " ", make("span", {})));
        row.children[i].addEventListener("click", () => choose(i));
      }
      const button = row.children[i];
      button.setAttribute("aria-pressed", String(i === at));
      write(button.firstChild, card ? String(card.digit) : "–");
      write(button.lastChild, card ? words.format.percent(card.probabilities[card.digit]) : "");
    });
  }

  return {
    /** What both networks read; of several digits, with all of them and the place of the one that is looked at. */
    verdict({ image, cards, digits = [], networks, by }, { digit = 0, quiet = false }) {
      const apart = digits.length > 1 && digits.every((one) => one.mlp && one.cnn);
      say(apart ? several(words, digits, digit) : verdict(words, cards), quiet);
      pixels(find("#seen canvas"), image);
      for (const network of NETWORKS) {
        const time = cards[network] && times.told(words, network, cards[network], networks.version, by);
        fill(network, cards[network], time ?? "");
        list(network, digits, digit);
      }
    },
    /** No verdict, and why: blank, waiting, lost or refused. */
    none(why, values = {}, quiet = false) {
      say({ lead: words.say(`verdict.${why}.lead`), rest: words.say(`verdict.${why}.rest`, values) }, quiet);
      pixels(find("#seen canvas"), "");
      for (const network of NETWORKS) {
        fill(network, undefined, "");
        list(network, [], 0);
      }
    },
    /** Have something else read aloud, after a rest. */
    announce,
    /** Which networks read. One that is not the shipped one is called the visitor's. */
    networks: ({ readers }) => {
      for (const [network, { source, parameters }] of Object.entries(readers)) {
        write(find(`#card-${network} .size`), words.say("verdict.size", { parameters }));
        const card = find(`#card-${network}`).classList;
        card.toggle("yours", source === "run" || source === "loaded");
        card.toggle("tutorial", source === "tutorial");
      }
    },
  };
}
