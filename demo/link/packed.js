// A drawing as text of few characters: each stroke thinned by its shape, then the way from point to point in whole steps,
// as bytes in the alphabet of base64url. The first byte says how long a step is.

import { thinned } from "../page/drawing.js";

export const LONGEST = 2000; // characters
const SIDE = 280; // pad units
const MOST_STROKES = 256;
const MOST_POINTS = 1000;
const STEPS = [0.5, 1, 2]; // pad units: ten are one of the pixels that the networks see
const AWAY = [0.5, 1, 2, 4]; // pad units between a point that is left out and the line that stands for it, at most

/** A stroke without the points that lie within so many pad units of the line without them (Ramer, Douglas and Peucker). */
export function shaped(stroke, away) {
  const kept = new Set([0, stroke.length - 1]);
  const parts = [[0, stroke.length - 1]];
  for (let part; (part = parts.pop());) {
    const [from, to] = part;
    const squared = distance(stroke[from], stroke[to]);
    let farthest = 0;
    let most = away * away;
    for (let i = from + 1; i < to; i++) {
      const far = squared(stroke[i]);
      if (far > most) [farthest, most] = [i, far];
    }
    if (!farthest) continue;
    kept.add(farthest);
    parts.push([from, farthest], [farthest, to]);
  }
  return stroke.filter((_, i) => kept.has(i));
}

/** The function that says how far a point is from the line between two others, squared. */
function distance([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy || 1;
  return (point) => {
    const [x, y] = [point[0] - ax, point[1] - ay];
    const share = Math.max(0, Math.min(1, (x * dx + y * dy) / length));
    return (x - share * dx) ** 2 + (y - share * dy) ** 2;
  };
}

/** A drawing as text, as finely as there is room; null for one that needs more than so many characters. */
export function pack(strokes, longest = LONGEST) {
  if (strokes.length > MOST_STROKES) return null;
  let shape = thinned(strokes, MOST_POINTS);
  for (const away of AWAY) {
    shape = shape.map((stroke) => shaped(stroke, away));
    for (const [size, step] of STEPS.entries()) {
      const bytes = [size, ...packed(shape, step)];
      if (Math.ceil((bytes.length * 4) / 3) <= longest) return text(bytes);
    }
  }
  return null;
}

function packed(strokes, step) {
  const bytes = [];
  let [left, above] = [0, 0];
  for (const stroke of strokes) {
    const points = stroke.map((point) => point.map((at) => Math.round(at / step)));
    const moving = points.filter(([x, y], i) => !i || x !== points[i - 1][0] || y !== points[i - 1][1]);
    bytes.push(...whole(moving.length));
    for (const [x, y] of moving) {
      bytes.push(...whole(signed(x - left)), ...whole(signed(y - above)));
      [left, above] = [x, y];
    }
  }
  return bytes;
}

/** The drawing that a text stands for; null for a text that stands for none. */
export function unpack(packed) {
  const bytes = bytesOf(packed);
  const step = STEPS[bytes[0]];
  if (!step) return null;
  let at = 1;
  let points = 0;

  function next() {
    let value = 0;
    for (let shift = 0; shift < 14 && at < bytes.length; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError("A number that does not end, or is too large");
  }

  try {
    const strokes = [];
    let [x, y] = [0, 0];
    while (at < bytes.length) {
      const count = next();
      points += count;
      if (!count || points > MOST_POINTS || strokes.length === MOST_STROKES) return null;
      const stroke = [];
      for (let i = 0; i < count; i++) {
        [x, y] = [x + unsigned(next()), y + unsigned(next())];
        if (Math.min(x, y) < 0 || Math.max(x, y) * step > SIDE) return null;
        stroke.push([x * step, y * step]);
      }
      strokes.push(stroke);
    }
    return strokes.length ? strokes : null;
  } catch {
    return null;
  }
}

// Small numbers of either sign as small ones without; numbers as bytes of seven bits, the lowest first, each but the last
// with the eighth bit set.

const signed = (value) => (value < 0 ? -2 * value - 1 : 2 * value);
const unsigned = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);

function whole(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

const text = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** None for a text in another alphabet. */
function bytesOf(text) {
  if (text.length > LONGEST) return new Uint8Array();
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (one) => one.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
