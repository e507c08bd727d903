// The pen: one mouse button, finger or stylus at a time, followed over the paper.

const PINCH = 300; // milliseconds within which a second finger makes a pinch of the two
const PALM = 1000; // milliseconds after a stylus was near in which what touches the paper is the hand that holds it

/**
 * Follow the pen over a canvas whose side is that many pad units.
 *
 * `down(point)` is called where it touches the paper, and says whether it may draw there; `moved(points)` with the points
 * that it passes, all of those between two events too; `up()` when it leaves, and `dropped()` where it turns out to have
 * been no pen: a palm beside a stylus, one finger of a pinch, a touch that the system took away. Gives { end }, which
 * lifts the pen.
 */
export function follow(canvas, side, { down, moved, up, dropped }) {
  const touching = new Set(); // fingers and palms on the paper, by pointer
  let pen = null; // what draws: { pointer, kind, since }
  let stylus = -Infinity; // when one was near the paper last

  canvas.addEventListener("pointerdown", (event) => {
    const { pointerId: pointer, pointerType: kind, timeStamp: since } = event;
    const touch = kind === "touch";
    if (touch) touching.add(pointer);
    if (pen?.kind === "touch" && (kind === "pen" || (touch && since - pen.since < PINCH))) lift(dropped);
    if (pen || event.button !== 0 || (touch && (touching.size > 1 || since - stylus < PALM))) return;
    if (!down(at(event))) return;
    pen = { pointer, kind, since };
    canvas.setPointerCapture(pointer);
  });

  // The right button's menu, or that of a long touch, would end the stroke.
  canvas.addEventListener("contextmenu", (event) => pen && event.preventDefault());

  // Where the page's text is selected, the mouse would drag it along instead.
  canvas.addEventListener("dragstart", (event) => event.preventDefault());

  for (const kind of ["pointerdown", "pointermove", "pointerup"])
    canvas.addEventListener(kind, ({ pointerType, timeStamp }) => {
      if (pointerType === "pen") stylus = timeStamp;
    });

  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen?.pointer) return;
    // While another button of the mouse is held, the release of the one that draws is a move.
    if (event.pointerType === "mouse" && !(event.buttons & 1)) return lift(up);
    const passed = event.getCoalescedEvents?.() ?? [];
    moved((passed.length ? passed : [event]).map(at));
  });

  for (const [end, then] of Object.entries({ pointerup: up, pointercancel: dropped }))
    canvas.addEventListener(end, ({ pointerId }) => {
      touching.delete(pointerId);
      if (pointerId === pen?.pointer) lift(then);
    });

  // Chromium takes the pointer away when any button of the mouse is released.
  canvas.addEventListener("lostpointercapture", ({ pointerId, buttons }) => {
    if (pointerId !== pen?.pointer) return;
    if (buttons & 1) canvas.setPointerCapture(pointerId);
    else lift(up);
  });

  // The canvas keeps the pointer, and so hears of its release wherever that happens.
  function lift(then) {
    pen = null;
    then();
  }

  function at({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const scale = side / box.width;
    const unit = (value) => Math.round(Math.min(side, Math.max(0, value)) * 10) / 10;
    return [unit((clientX - box.left) * scale), unit((clientY - box.top) * scale)];
  }

  return { end: () => pen && lift(up) };
}
