// Where pad and cards stand above the tabs, one that a visitor chooses comes into sight: its content begins under the bar
// with the drawing and both verdicts.

const beside = matchMedia("(min-width: 1200px)");

/** Follow the choices in a row of tabs; those that no visitor made, such as a link's, leave the page where it is. */
export function bringIntoSight(row) {
  row.addEventListener("click", ({ isTrusted, target }) => {
    if (beside.matches || !isTrusted || !target.closest('[role="tab"]')) return;
    requestAnimationFrame(() => row.closest("#tabs").scrollIntoView()); // once the other tab is there
  });
}
