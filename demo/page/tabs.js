// The row of tabs by keyboard, which Gradio leaves out: one of them is in the order of Tab, arrow keys, Home and End move.

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
