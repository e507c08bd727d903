// What a step lights is kept in sight, clear of the card. The page grows as answers come, and so does the card, so it is
// looked at again and again, until the visitor does something.

const PAUSE = 100; // milliseconds from one look to the next
const ACTS = ["wheel", "touchmove", "keydown", "pointerdown"];

/**
 * A function that keeps the first element in sight that these selectors choose and that can be seen; none: it stops.
 * A press on the card, as to fold it, does not stop it.
 */
export function leader(card) {
  let timer;
  const stop = () => clearTimeout(timer);
  for (const kind of ACTS)
    addEventListener(kind, ({ target }) => (kind === "pointerdown" && card.contains(target)) || stop(), {
      capture: true,
      passive: true,
    });
  return function lead(selectors) {
    stop();
    if (!selectors?.length) return;
    const lit = [...document.querySelectorAll(selectors.join(", "))].find((one) => one.checkVisibility());
    if (lit) intoSight(lit);
    timer = setTimeout(() => lead(selectors), PAUSE);
  };
}

function intoSight(lit) {
  const { top, bottom } = lit.getBoundingClientRect();
  const [page, own] = [document.documentElement, lit].map((node) => getComputedStyle(node));
  const above = pixels(page.scrollPaddingTop) + pixels(own.scrollMarginTop);
  const below = innerHeight - pixels(page.scrollPaddingBottom);
  if (top < above || bottom > below) lit.scrollIntoView({ block: bottom - top > below - above ? "start" : "nearest" });
}

const pixels = (length) => parseFloat(length) || 0;
