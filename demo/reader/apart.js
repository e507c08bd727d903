// Things that stand apart in one drawing, in the sums of nets/apart.py: digits side by side, and what lies loose. A
// drawing is { strokes, pen }; strokes are never changed, so that what was found of one is kept.

const MOST_DIGITS = 6; // a house number; more things than that are taken for something else
const TALL = 0.4; // of the tallest thing's height: what is lower is no digit of its own
const DOT = 2; // of the pen's width: ink that is lower is a dot
const TOUCHING = 1e-3; // pad units: boxes that touch do so whatever the last digit of a sum
const LOOSE = 0.1; // of the longest stroke's side: paper between two strokes of one digit, at most

const known = new WeakMap(); // the box around a stroke's points

function boxOf(stroke) {
  let box = known.get(stroke);
  if (box) return box;
  box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of stroke) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  known.set(stroke, box);
  return box;
}

const wider = ({ left, top, right, bottom }, by) => {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
};

const around = (one, other) => ({
  left: Math.min(one.left, other.left),
  top: Math.min(one.top, other.top),
  right: Math.max(one.right, other.right),
  bottom: Math.max(one.bottom, other.bottom),
});

const heightOf = ({ top, bottom }) => bottom - top;
const sideOf = (box) => Math.max(box.right - box.left, heightOf(box));

/** The square of the pad units of paper between two boxes. */
function gap(one, other) {
  const across = Math.max(one.left - other.right, other.left - one.right, 0);
  const down = Math.max(one.top - other.bottom, other.top - one.bottom, 0);
  return across * across + down * down;
}

const inked = ({ strokes, pen }) => strokes.map((stroke, i) => ({ box: wider(boxOf(stroke), pen / 2), members: [i] }));

/** From left to right: strokes whose ink overlaps in that direction are one thing. */
function things(drawing) {
  const found = [];
  for (const { box, members } of inked(drawing).sort((a, b) => a.box.left - b.box.left)) {
    const last = found.at(-1);
    if (last && box.left <= last.box.right + TOUCHING)
      found.splice(-1, 1, { box: around(last.box, box), members: [...last.members, ...members] });
    else found.push({ box, members });
  }
  return found;
}

/**
 * Which strokes belong to which digit, from left to right: one to six lists of places in drawing.strokes, in order. What
 * is too low for a digit goes with the thing that is nearest.
 */
export function apart(drawing) {
  const found = things(drawing);
  const tallest = Math.max(0, ...found.map(({ box }) => heightOf(box)));
  const lowest = Math.max(TALL * tallest, DOT * drawing.pen);
  const digits = found.filter(({ box }) => heightOf(box) >= lowest);
  if (!(digits.length > 1 && digits.length <= MOST_DIGITS)) return [[...drawing.strokes.keys()]];
  const all = digits.map(({ members }) => [...members]);
  for (const thing of found.filter((one) => !digits.includes(one))) {
    const gaps = digits.map(({ box }) => gap(thing.box, box));
    all[gaps.indexOf(Math.min(...gaps))].push(...thing.members);
  }
  return all.map((members) => members.sort((a, b) => a - b));
}

/**
 * What does not lie beside the largest part of its digit: { strokes, small }, their places in drawing.strokes and whether
 * all of it is too small to be a digit, as dots are. Places are none where everything hangs together.
 */
export function loose(drawing) {
  const strokes = [];
  let small = true;
  for (const members of apart(drawing)) {
    const [largest, ...others] = parts({ ...drawing, strokes: members.map((i) => drawing.strokes[i]) });
    for (const part of others) {
      strokes.push(...part.members.map((i) => members[i]));
      small &&= sideOf(part.box) < TALL * sideOf(largest.box);
    }
  }
  return { strokes, small };
}

/** Strokes that lie beside each other, the largest part first. */
function parts(drawing) {
  const strokes = inked(drawing);
  const reach = Math.max(drawing.pen, LOOSE * Math.max(0, ...strokes.map(({ box }) => sideOf(box)))) ** 2;
  let found = [];
  for (const stroke of strokes) {
    const near = found.filter(({ boxes }) => boxes.some((box) => gap(stroke.box, box) <= reach));
    const joined = { box: stroke.box, boxes: [stroke.box], members: [...stroke.members] };
    for (const { box, boxes, members } of near) {
      joined.box = around(joined.box, box);
      joined.boxes.push(...boxes);
      joined.members.push(...members);
    }
    found = [...found.filter((part) => !near.includes(part)), joined];
  }
  return found.sort((a, b) => sideOf(b.box) - sideOf(a.box));
}
