// Where a small window goes beside what it is about.

const MARGIN = 8; // pixels to the edges
const GAP = 6; // to what it is about

/**
 * The upper left corner of a window of this size beside a box: under it where there is room, else above it, and always
 * within the view. Boxes are { left, top, right, bottom }, sizes { width, height }.
 */
export function beside(box, size, view) {
  const within = (value, most) => Math.max(MARGIN, Math.min(value, most - MARGIN));
  const below = box.bottom + GAP;
  const above = box.top - GAP - size.height;
  const fits = below + size.height <= view.height - MARGIN || above < MARGIN;
  return {
    left: within((box.left + box.right - size.width) / 2, view.width - size.width),
    top: within(fits ? below : above, view.height - size.height),
  };
}
