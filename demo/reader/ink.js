// A drawing's way to 28x28, in the sums of nets/ink.py and nets/preprocess.py, so that the page reads what the server
// would. A stroke is a list of [x, y] in pad units; an image is { width, height, ink }, a number in [0, 1] a pixel.

export const PAD = 280;
const FIELD = 28;
const BOX = 20; // pad units along the pad; pixels of the image, and of a digit's larger side
const PEN = 24 / 180; // pen width over the larger side of the path that gives MNIST's share of inked pixels
const WHOLE = { left: 0, top: 0, right: PAD, bottom: PAD };
const STAGES = ["ink", "pen", "crop", "fit", "centre"];
const SAMPLES = 4; // along each side of a pixel
const NEARLY = 1e-6; // added before rounding, so that sums that differ in their last digit round alike

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const rounded = (value) => Math.floor(value + 0.5 + NEARLY);

/** The smallest box that holds every point: { left, top, right, bottom }. */
function boxOf(strokes) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const stroke of strokes)
    for (const [x, y] of stroke) {
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  return box;
}

/**
 * The ink of round-ended strokes, seen through a box whose corner comes to pixel (0, 0), at so many pixels a pad unit. A
 * sample's ink is clamp(radius + 1/2 - distance to the path, 0, 1) in units of a sample, a pixel's the mean of its samples.
 */
function draw(strokes, pen, box, scale, width, height) {
  const wide = width * SAMPLES;
  const tall = height * SAMPLES;
  const factor = scale * SAMPLES;
  const radius = (pen / 2) * factor;
  const nearest = new Float64Array(wide * tall).fill((radius + 0.5) ** 2); // squared distance to the path
  const reach = (low, high, size) => [
    clamp(Math.floor(low - radius - 1), 0, size),
    clamp(Math.floor(high + radius + 1) + 1, 0, size),
  ];
  const cover = (ax, ay, bx, by) => {
    const [left, right] = reach(Math.min(ax, bx), Math.max(ax, bx), wide);
    const [top, bottom] = reach(Math.min(ay, by), Math.max(ay, by), tall);
    const dx = bx - ax;
    const dy = by - ay;
    const length = dx * dx + dy * dy;
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) {
        const x = column + 0.5 - ax;
        const y = row + 0.5 - ay;
        const along = length > 0 ? clamp((x * dx + y * dy) / length, 0, 1) : 0;
        const away = (x - along * dx) ** 2 + (y - along * dy) ** 2;
        const at = row * wide + column;
        if (away < nearest[at]) nearest[at] = away;
      }
  };
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => [(x - box.left) * factor, (y - box.top) * factor]);
    if (points.length === 1) cover(...points[0], ...points[0]);
    for (let i = 1; i < points.length; i++) cover(...points[i - 1], ...points[i]);
  }
  const ink = new Float32Array(width * height);
  for (let i = 0; i < ink.length; i++) {
    const first = Math.floor(i / width) * SAMPLES * wide + (i % width) * SAMPLES;
    let sum = 0;
    for (let row = 0; row < SAMPLES; row++)
      for (let at = first + row * wide, end = at + SAMPLES; at < end; at++)
        sum += clamp(radius + 0.5 - Math.sqrt(nearest[at]), 0, 1);
    ink[i] = sum / SAMPLES ** 2;
  }
  return { width, height, ink };
}

/** Whether a pen that draws in this box touches the pad. */
const onPad = ({ left, top, right, bottom }, pen) =>
  right + pen / 2 > 0 && bottom + pen / 2 > 0 && left - pen / 2 < PAD && top - pen / 2 < PAD;

/** How the steps of the preparation that are on see a drawing: the strokes, pen, box and scale it is drawn with. */
function seen({ strokes, pen }, steps) {
  const drawn = strokes.filter((stroke) => stroke.length && onPad(boxOf([stroke]), pen));
  if (!drawn.length) return null;
  const path = boxOf(drawn);
  const side = Math.max(path.right - path.left, path.bottom - path.top);
  // A pen of MNIST's width, but for a dot, which has no size to measure it by.
  const wide = steps.pen !== false && side > pen ? PEN * side : pen;
  const half = wide / 2;
  const cropped = {
    left: path.left - half,
    top: path.top - half,
    right: path.right + half,
    bottom: path.bottom + half,
  };
  const box = steps.crop === false ? WHOLE : cropped;
  if (!(Math.max(box.right - box.left, box.bottom - box.top) > 0)) return null; // a dot of too thin a pen for numbers
  const scale = (steps.fit === false ? FIELD : BOX) / Math.max(box.right - box.left, box.bottom - box.top);
  return { drawn, wide, box, scale };
}

/** A picture of all that is in a box; the last row and column may reach over its edge. */
function drawIn(box, drawn, wide, scale) {
  // A box that is as large as it should be does not get one more pixel by its last digit.
  const pixels = (length) => Math.max(1, Math.ceil(length * scale - NEARLY));
  return draw(drawn, wide, box, scale, pixels(box.right - box.left), pixels(box.bottom - box.top));
}

/** A fitted picture in the middle of the field by its centre of mass, or else by its box; null where it has no ink. */
function placed({ width, height, ink }, { box, scale }, byMass) {
  let total = 0;
  let across = 0;
  let down = 0;
  ink.forEach((value, i) => {
    total += value;
    across += value * (i % width);
    down += value * Math.floor(i / width);
  });
  if (!(total > 0)) return null;
  const boxed = [((box.right - box.left) * scale) / 2, ((box.bottom - box.top) * scale) / 2];
  const middle = byMass ? [across / total, down / total] : boxed;
  const [left, top] = middle.map((centre, axis) =>
    clamp(rounded(FIELD / 2 - centre), 0, FIELD - [width, height][axis]),
  );
  const image = new Float32Array(FIELD * FIELD);
  ink.forEach((value, i) => (image[(top + Math.floor(i / width)) * FIELD + left + (i % width)] = value));
  return image;
}

/**
 * What the networks read of a drawing { strokes, pen }, 784 numbers in [0, 1] row by row; null where there is no ink. A
 * step of the preparation is off where `steps` says false: pen, crop, fit, centre.
 */
export function prepare(drawing, steps = {}) {
  const how = seen(drawing, steps);
  return how && placed(drawIn(how.box, how.drawn, how.wide, how.scale), how, steps.centre !== false);
}

/** How a drawing looks after a step. */
function pictureAfter(name, { drawn, wide, box, scale }, pen, image) {
  switch (name) {
    case "ink":
      return drawIn(WHOLE, drawn, pen, 1);
    case "pen":
      return drawIn(WHOLE, drawn, wide, 1);
    case "crop":
      return drawIn(box, drawn, wide, 1);
    case "fit":
      return drawIn(box, drawn, wide, scale);
    default:
      return { width: FIELD, height: FIELD, ink: image };
  }
}

/**
 * The drawing after each step, [{ name, picture, image }]: how it looks, as a picture of any size, and what the networks
 * would see if the preparation stopped there. A step that is off changes nothing, but for the last, which then centres the box. Null where there is no ink.
 */
export function stages(drawing, steps = {}) {
  const shown = [];
  let picture = null;
  for (const [i, name] of STAGES.entries()) {
    const later = STAGES.slice(i + 1).map((step) => [step, false]);
    const stopped = { ...steps, ...Object.fromEntries(later) };
    const how = seen(drawing, stopped);
    const image = prepare(drawing, stopped);
    if (!how || !image) return null;
    if (steps[name] !== false || name === "centre") picture = pictureAfter(name, how, drawing.pen, image);
    shown.push({ name, picture, image });
  }
  return shown;
}
