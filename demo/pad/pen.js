// The pen: one mouse button, finger or stylus at a time, followed over the paper.

/**
 * Follow the pen over a canvas whose side is that many pad units.
 *
 * `down(point)` is called where it touches the paper, and says whether it may draw there; `moved(points)` with the points
 * that it passes, all of those between two events too; `up()` when it leaves.
 */
export function follow(canvas, side, { down, moved, up }) {
  let pointer = null; // the one that draws

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0 || !down(at(event))) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    moved((passed.length ? passed : [event]).map(at));
  });

  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    canvas.addEventListener(end, (event) => {
      if (event.pointerId !== pointer) return;
      pointer = null;
      up();
    });

  function at({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const scale = side / box.width;
    const unit = (value) => Math.round(Math.min(side, Math.max(0, value)) * 10) / 10;
    return [unit((clientX - box.left) * scale), unit((clientY - box.top) * scale)];
  }
}
