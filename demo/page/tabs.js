// The row of tabs: the page's state says which is open, and follows a click. By keyboard, which Gradio leaves out, one of
// them is in the order of Tab; arrow keys, Home and End move.

import { page } from "./state.js";

const PREFIX = "tab-"; // before a tab's name, in the id of what it opens

const nameOf = (tab) => tab.getAttribute("aria-controls").slice(PREFIX.length);

/** Keep the open tab of a row and `tab` in the page's state in step; a name that no tab has opens none. */
export function followTabs(row) {
  let open = null; // as the row last had it

  const tabs = () => [...row.querySelectorAll('[role="tab"][aria-controls]')];

  function hear() {
    const selected = tabs().find((tab) => tab.getAttribute("aria-selected") === "true");
    if (!selected || nameOf(selected) === open) return;
    open = nameOf(selected);
    page.set({ tab: open });
  }

  function follow({ tab }) {
    if (tab === open) return;
    const wanted = tabs().find((one) => nameOf(one) === tab);
    if (wanted) wanted.click();
    else if (open) page.set({ tab: open });
  }

  const asked = page.get().tab; // by whoever was here before the row
  page.subscribe(["tab"], follow);
  new MutationObserver(hear).observe(row, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
  hear();
  if (asked) page.set({ tab: asked });
}

/** Which of so many tabs a key leads to from this one; null for another key. */
export function reached(key, from, count) {
  const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : (to + count) % count;
}

/** Make a row of tabs move by keys. */
export function moveByKeys(row) {
  const tabs = () => [...row.querySelectorAll('[role="tab"]')];

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
