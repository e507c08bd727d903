// An image moved by whole pixels: what leaves the frame is lost, and what comes in is paper.

export const SIDE = 28; // pixels
export const REACH = 14; // pixels to each side
export const ACROSS = 2 * REACH + 1; // places in a row of the map

/** An image (784 numbers, row by row) moved dx pixels to the right and dy down. It is not centred again. */
export function moved(image, dx, dy) {
  const out = new Float32Array(image.length);
  for (let y = Math.max(0, dy); y < Math.min(SIDE, SIDE + dy); y++)
    for (let x = Math.max(0, dx); x < Math.min(SIDE, SIDE + dx); x++)
      out[y * SIDE + x] = image[(y - dy) * SIDE + x - dx];
  return out;
}

/** Where in the map a move stands, row by row. */
export const at = (dx, dy) => (dy + REACH) * ACROSS + dx + REACH;

/** The move that stands at this place: [dx, dy]. @returns {[number, number]} */
export const moveAt = (place) => [(place % ACROSS) - REACH, Math.floor(place / ACROSS) - REACH];

/** Every move once, [dx, dy, step]: first those on a grid of 8 pixels, then 4, 2, 1; from the middle outwards in each. */
export function coarseToFine() {
  /** @type {[number, number, number][]} */
  const moves = [];
  for (let place = 0; place < ACROSS ** 2; place++) {
    const [dx, dy] = moveAt(place);
    moves.push([dx, dy, [8, 4, 2, 1].find((step) => dx % step === 0 && dy % step === 0) ?? 1]);
  }
  /** @param {[number, number, number]} move */
  const away = ([dx, dy]) => Math.max(Math.abs(dx), Math.abs(dy));
  return moves.sort((a, b) => b[2] - a[2] || away(a) - away(b));
}

/** How far an image may move before ink leaves the frame: { left, right, up, down } in pixels; null for blank paper. */
export function room(image) {
  let [left, right, up, down] = [SIDE, SIDE, SIDE, SIDE];
  image.forEach((ink, i) => {
    if (!ink) return;
    const x = i % SIDE;
    const y = Math.floor(i / SIDE);
    left = Math.min(left, x);
    right = Math.min(right, SIDE - 1 - x);
    up = Math.min(up, y);
    down = Math.min(down, SIDE - 1 - y);
  });
  return left === SIDE ? null : { left, right, up, down };
}

/** Whether all ink stays in the frame. */
export const stays = ({ left, right, up, down }, dx, dy) => dx >= -left && dx <= right && dy >= -up && dy <= down;

/**
 * What a map says in numbers: { digit, places, read }: of the places where all ink stays in the frame, at how many the
 * digit is read that is read where nothing is moved. `reading` gives the digit of a place, or undefined.
 */
export function summary(reading, image) {
  const inside = room(image);
  const digit = reading(at(0, 0));
  let places = 0;
  let read = 0;
  for (let place = 0; inside && place < ACROSS ** 2; place++) {
    if (!stays(inside, ...moveAt(place))) continue;
    places++;
    if (reading(place) === digit) read++;
  }
  return { digit, places, read };
}

/**
 * How many pixels the nearest place is away, across or along, at which another digit is read than in the middle; null where
 * there is none among those that are read so far.
 */
export function nearestOther(reading) {
  const home = reading(at(0, 0));
  let least = Infinity;
  for (let place = 0; place < ACROSS ** 2; place++) {
    const digit = reading(place);
    if (digit !== undefined && digit !== home) least = Math.min(least, Math.max(...moveAt(place).map(Math.abs)));
  }
  return Number.isFinite(least) ? least : null;
}

/**
 * Connected regions of places with the same reading, largest first: { digit, size, x, y }, with the place of each that is
 * farthest from any other region, for a label. Smaller ones than `least` are left out.
 */
export function regions(reading, least = 9) {
  const seen = new Set();
  const found = [];
  const depth = depths(reading);
  for (let first = 0; first < ACROSS ** 2; first++) {
    if (seen.has(first) || reading(first) === undefined) continue;
    const digit = reading(first);
    const region = [first];
    seen.add(first);
    for (const place of region)
      for (const next of neighbours(place))
        if (!seen.has(next) && reading(next) === digit) {
          seen.add(next);
          region.push(next);
        }
    if (region.length < least) continue;
    const deepest = region.reduce((best, place) => (depth[place] > depth[best] ? place : best));
    found.push({ digit, size: region.length, x: deepest % ACROSS, y: Math.floor(deepest / ACROSS) });
  }
  return found.sort((a, b) => b.size - a.size);
}

function neighbours(place) {
  const x = place % ACROSS;
  return [
    ...(x > 0 ? [place - 1] : []),
    ...(x < ACROSS - 1 ? [place + 1] : []),
    ...(place >= ACROSS ? [place - ACROSS] : []),
    ...(place < ACROSS * (ACROSS - 1) ? [place + ACROSS] : []),
  ];
}

/** How many steps each place is from one with another reading, or from the map's edge. */
function depths(reading) {
  const depth = new Int32Array(ACROSS ** 2).fill(-1);
  let front = [];
  for (let place = 0; place < depth.length; place++) {
    const around = neighbours(place);
    if (around.length < 4 || around.some((next) => reading(next) !== reading(place))) front.push(place);
  }
  for (let away = 0; front.length; away++) {
    for (const place of front) depth[place] = away;
    front = [...new Set(front.flatMap(neighbours))].filter((place) => depth[place] < 0);
  }
  return depth;
}
