// What stands around the parts of the page.

import { followCards } from "./bar.js";
import { there } from "./dom.js";
import { bringIntoSight } from "./jump.js";
import { present } from "./presenting.js";
import { moveByKeys } from "./tabs.js";
import { start as startTerms } from "./terms.js";

/** Start the component with the page's title. */
export function start({ element }) {
  // Since browsers count alike in what is zoomed by CSS, and have this, a pen is where it points there too.
  document.documentElement.classList.toggle("zooms", "currentCSSZoom" in Element.prototype);
  startTerms();
  present(element.querySelector("button"));
  there("#duel .card").then(() => followCards(document.querySelector("#duel")));
  there('#tabs [role="tablist"]:not([aria-hidden])').then((row) => {
    moveByKeys(row);
    bringIntoSight(row);
  });
}
