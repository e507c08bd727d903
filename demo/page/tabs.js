// The row of tabs: the page's state says which is open, and follows a click. By keyboard, which Gradio leaves out, one of
// them is in the order of Tab; arrow keys, Home and End move.

import { page } from "./state.js";

const PREFIX = "tab-"; // before a tab's name, in the id of what it opens

const nameOf = (tab) => tab.getAttribute("aria-controls").slice(PREFIX.length);

/** The names of the page's tabs, in order. */
export const names = () =>
  [...document.querySelectorAll('#tabs [role="tablist"]:not([aria-hidden]) [role="tab"]')].map(nameOf);

/** Keep the open tab of a row and `tab` in the page's state in step; a name that no tab has opens none. */
export function followTabs(row) {
  let open = null; // as the row last had it

  const tabs = () => [...row.querySelectorAll('[role="tab"]')];

  function hear() {
    const selected = tabs().find((tab) => tab.getAttribute("aria-selected") === "true");
    if (!selected || nameOf(selected) === open) return;
    const before = open;
    open = nameOf(selected);
    if (before === null && page.get().tab !== null)
      follow(page.get()); // asked for before the row was there
    else page.set({ tab: open });
    leaveHidden(page.get());
  }

  function follow({ tab }) {
    if (tab === open) return;
    const wanted = tabs().find((one) => nameOf(one) === tab);
    if (wanted) wanted.click();
    else if (open) page.set({ tab: open });
  }

  /** Open the first tab that is not hidden in place of one that is. */
  function leaveHidden({ hidden, tab }) {
    if (!hidden.includes(tab)) return;
    const shown = tabs().find((one) => !hidden.includes(nameOf(one)));
    if (shown) page.set({ tab: nameOf(shown) });
  }

  page.subscribe(["tab"], follow);
  page.subscribe(["tab", "hidden"], leaveHidden);
  new MutationObserver(hear).observe(row, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
  hear();
}

/** Which of so many tabs a key leads to from this one; null for another key. */
export function reached(key, from, count) {
  const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : (to + count) % count;
}

/** Make a row of tabs move by keys. */
export function moveByKeys(row) {
  const tabs = () => [...row.querySelectorAll('[role="tab"]')].filter((tab) => tab.checkVisibility());

  function rove() {
    for (const tab of tabs()) tab.tabIndex = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
  }

  row.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = tabs();
    const from = all.indexOf(event.target);
    const to = reached(event.key, from, all.length);
    if (from < 0 || to === null) return;
    event.preventDefault();
    all[to].click();
    all[to].focus();
  });
  new MutationObserver(rove).observe(row, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
  rove();
}
