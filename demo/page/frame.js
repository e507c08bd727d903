// What stands around the parts of the page.

import { keepAddress } from "../link/address.js";
import { followCards } from "./bar.js";
import { words } from "./catalogue.js";
import { there, within, write } from "./dom.js";
import { followHidden } from "../link/hidden.js";
import { bringIntoSight } from "./jump.js";
import { report } from "./latest.js";
import { present } from "./presenting.js";
import { followTabs, moveByKeys } from "./tabs.js";
import { start as startTerms } from "./terms.js";
import { followTheme } from "./theme.js";

const FOLLOWED = "input:not([type=text]), canvas, svg, [role=slider]"; // what follows the pointer while it is held down

/** Start the component with the page's title; `server.qr` gives codes of links. */
export function start({ element, server }) {
  const { find } = within(element);
  // Since browsers count alike in what is zoomed by CSS, and have this, a pen is where it points there too.
  document.documentElement.classList.toggle("zooms", "currentCSSZoom" in Element.prototype);
  startTerms();
  if (find(".present")) present(find(".present"));
  if (find(".share")) share(find(".share"), find(".said"), server);
  keepAddress((problem) => write(find(".said"), problem ? words.say(problem) : ""));
  followTheme();
  followHidden();
  // Where the page's text is selected, the mouse would drag it along instead.
  document.addEventListener("dragstart", (event) => {
    const path = event.composedPath(); // it may begin with the text of a drawing
    if (path.some((node) => node instanceof Element && node.matches(FOLLOWED))) event.preventDefault();
  });
  there("#duel .card").then(() => followCards(document.querySelector("#duel")));
  there('#tabs [role="tablist"]:not([aria-hidden])').then((row) => {
    moveByKeys(row);
    bringIntoSight(row);
    followTabs(row);
  });
}

/** Open the panel by this button; it is fetched when it is first asked for. Where it cannot be, `said` says so. */
function share(button, said, server) {
  const unfetched = words.say("link.unfetched");
  let fetched = null; // the promise of what opens it
  button.addEventListener("click", async () => {
    try {
      fetched ??= import("../link/share.js").then(({ panel }) => panel(server));
      (await fetched)();
      if (said.textContent === unfetched) write(said, "");
    } catch (error) {
      fetched = null;
      write(said, unfetched);
      report(error);
    }
  });
}
