// The tab Compare: where the readers part.

import { early, within } from "../page/dom.js";
import { page } from "../page/state.js";
import { start as startClaims } from "./claims.js";
import { start as startDigits } from "./digits.js";
import { start as startDrawing } from "./drawing.js";
import { start as startLedger } from "./ledger.js";

const VIEWS = { drawing: startDrawing, digits: startDigits, ledger: startLedger, claims: startClaims };

/** Start the component; `props` are the values given in layout.py. */
export function start({ element, server, props }) {
  const { find, every } = within(element);
  const views = every("[data-view]");
  const choices = every("[name=compare-view]");

  function show() {
    const asked = page.get().compare.view; // a link may ask for one that there is not
    const view = views.some((one) => one.dataset.view === asked) ? asked : choices[0].value;
    for (const choice of choices) choice.checked = choice.value === view;
    for (const one of views) one.hidden = one.dataset.view !== view;
  }

  const choose = (view) => page.set({ compare: { ...page.get().compare, view } });
  for (const choice of choices) choice.addEventListener("change", () => choose(choice.value));
  page.subscribe(["compare"], show);
  const chosen = early(choices);
  if (chosen) choose(chosen);
  else show();
  for (const [view, startView] of Object.entries(VIEWS)) startView(find(`[data-view=${view}]`), props, server);
}
