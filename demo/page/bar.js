// A bar at the window's upper edge that shows the drawing and both verdicts while the cards are out of sight.

import { words } from "./catalogue.js";
import { make, pixels, write } from "./dom.js";
import { page } from "./state.js";

const NETWORKS = ["mlp", "cnn"];

/** Make the bar for the cards in this element; a click on the drawing leads back to the paper. */
export function followCards(element) {
  const picture = make("canvas", { width: 28, height: 28, "aria-hidden": "true" });
  const back = make("button", { type: "button", "aria-label": words.say("page.back"), title: words.say("page.back") });
  back.append(picture);
  const bar = make("aside", { id: "bar", "aria-label": words.say("page.bar"), hidden: "" }, back);
  const verdicts = NETWORKS.map((network) => {
    const parts = {
      name: make("b", {}, words.say(`network.${network}`)),
      digit: make("strong", {}),
      share: make("span", {}),
    };
    bar.append(make("p", { "data-network": network }, parts.name, " ", parts.digit, " ", parts.share));
    return { network, ...parts };
  });
  document.body.append(bar);
  back.addEventListener("click", () => {
    const paper = element.querySelector("#pad canvas");
    paper.scrollIntoView({ block: "center" });
    paper.focus({ preventScroll: true });
  });

  function show() {
    if (bar.hidden) return;
    const { verdict } = page.get();
    const read = verdict?.image ? verdict.cards : {};
    pixels(picture, verdict?.image ?? "");
    for (const { network, digit, share } of verdicts) {
      const card = read[network];
      write(digit, card ? card.digit : words.say("page.none"));
      write(share, card ? words.format.percent(card.probabilities[card.digit]) : "");
    }
  }

  const seen = new Map();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) seen.set(target, isIntersecting);
      bar.hidden = ![...seen.values()].includes(false);
      show();
    },
    { threshold: 0.9 },
  );
  for (const reading of element.querySelectorAll(".card .reading")) observer.observe(reading);
  page.subscribe(["verdict"], show);
}
