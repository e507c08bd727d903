// Pictures take longer to draw than all the words: those out of view are drawn less often.

const UNSEEN = 1000; // milliseconds

/**
 * A function that draws figures with `draw`: those in view with every call; the others once a second, or at once where
 * `all` are due. A figure that comes into view is drawn then.
 */
export function sparing(figures, draw) {
  const inView = new Set();
  let complete = -Infinity; // when all were last drawn

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      inView[isIntersecting ? "add" : "delete"](target);
      if (isIntersecting) draw(target);
    }
  });
  for (const figure of figures) observer.observe(figure);

  return (all) => {
    const due = all || performance.now() > complete + UNSEEN;
    if (due) complete = performance.now();
    for (const figure of figures) if (due || inView.has(figure)) draw(figure);
  };
}
