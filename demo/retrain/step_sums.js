// The sums of a worked step: cross-entropy and its gradients from logits, the lines of an optimizer's formula, places of
// weights, and the curves of gradients' sizes. Plain functions; nets/worked.py does the same sums.

const DIGITS = 10;

/**
 * Cross-entropy of ten logits whose digit should be `digit`, in nats: { probabilities, targets, slopes, loss, plain }.
 * `slopes` are the gradients of the loss by each logit, p - y; `plain` is the loss without label smoothing.
 */
export function crossEntropy(logits, digit, smoothing = 0) {
  const largest = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) + largest;
  const logs = logits.map((logit) => logit - total); // of the probabilities
  const targets = logits.map((_, i) => (i === digit ? 1 - smoothing : 0) + smoothing / DIGITS);
  const probabilities = logs.map(Math.exp);
  const loss = -targets.reduce((sum, target, i) => sum + (target ? target * logs[i] : 0), 0);
  const slopes = probabilities.map((p, i) => p - targets[i]);
  return { probabilities, targets, slopes, loss, plain: -logs[digit] };
}

/** The place of a weight among those into its unit, row by row: [row, column] or [map, row, column] of `shape`'s rest. */
export function placeOf(index, shape) {
  return index.slice(1).reduce((place, i, axis) => place * shape[axis + 1] + i, 0);
}

/** The other way round: the index of the weight into this unit at this place. */
export function indexAt(unit, place, shape) {
  const index = [];
  for (let axis = shape.length - 1; axis > 0; axis--) {
    index.unshift(place % shape[axis]);
    place = Math.floor(place / shape[axis]);
  }
  return [unit, ...index];
}

/** Where a unit's weights lie in a picture of square tiles, `gap` cells apart: { across, wide, high, at(place) }. */
export function tiling({ tiles, height, width }, gap = 1) {
  const across = Math.ceil(Math.sqrt(tiles));
  const at = (place) => {
    const tile = Math.floor(place / (height * width));
    const [row, column] = [Math.floor((place % (height * width)) / width), place % width];
    return [(tile % across) * (width + gap) + column, Math.floor(tile / across) * (height + gap) + row];
  };
  const down = Math.ceil(tiles / across);
  return { across, wide: across * (width + gap) - gap, high: down * (height + gap) - gap, at };
}

/** The place under a cell of such a picture, or -1 where there is none. */
export function placeUnder([x, y], { tiles, height, width }, count, gap = 1) {
  const { across, wide, high } = tiling({ tiles, height, width }, gap);
  if (x < 0 || y < 0 || x >= wide || y >= high) return -1;
  const [column, row] = [x % (width + gap), y % (height + gap)];
  const tile = Math.floor(y / (height + gap)) * across + Math.floor(x / (width + gap));
  const place = (tile * height + row) * width + column;
  return column < width && row < height && tile < tiles && place < count ? place : -1;
}

/** The place that an arrow key leads to from another, over the gaps between tiles; the same one at an edge. */
export function moved(place, [dx, dy], grid, count, gap = 1) {
  const [x, y] = tiling(grid, gap).at(place);
  for (let far = 1; far <= gap + 1; far++) {
    const next = placeUnder([x + far * dx, y + far * dy], grid, count, gap);
    if (next >= 0) return next;
  }
  return place;
}

/**
 * The lines of one weight's way: [{ key, values }], with values as numbers; a null is beyond all numbers. `way` is an
 * answer's `lines`, `shares` the sum over the images.
 */
export function lines(way, { sum, count }, reduced) {
  const { optimizer, learning_rate: rate, weight_decay: decay, beta1, beta2, epsilon, step } = way;
  const { before, after, gradient, pulled: g, m, v, decayed, change, matrix } = way;
  const told = [
    { key: reduced ? "reduced" : "gradient", values: { images: count, g: gradient, ...(reduced && { sum }) } },
  ];
  const add = (key, values) => told.push({ key, values });
  const through = optimizer === "adam" || optimizer === "sgd"; // whether decay goes through the memories
  if (through && decay) add("pulled", { raw: gradient, decay, before, g });
  if (optimizer === "sgd") {
    add("m_sgd", { beta: beta1, before: m[0], g, after: m[1] });
    add("step_sgd", { rate, g, beta: beta1, m: m[1], change });
  } else {
    add("m", { beta: beta1, before: m[0], rest: 1 - beta1, g, after: m[1] });
    if (optimizer === "muon") {
      add("ahead", { rest: 1 - beta1, g, beta: beta1, m: m[1], ahead: matrix.look_ahead });
      add("direction", { direction: matrix.direction });
      add("step_muon", { rate, scale: matrix.scale, change });
    } else {
      add("v", { beta: beta2, before: v[0], rest: 1 - beta2, g, after: v[1] });
      const [m_corrected, v_corrected] = [way.m_corrected, way.v_corrected];
      add("m_corrected", { beta: beta1, step, m: m[1], divisor: 1 - beta1 ** step, corrected: m_corrected });
      add("v_corrected", { beta: beta2, step, v: v[1], divisor: 1 - beta2 ** step, corrected: v_corrected });
      add("step_adam", { rate, epsilon, change });
    }
    if (!through && decay) add("decayed", { before, rate, decay, decayed });
  }
  add("weight", { before: decayed, change, after });
  return told;
}

/** A number in a formula: five significant digits, powers of ten for what is small; `none` for what is no number. */
export function fine(value, none = "") {
  if (value === null || !Number.isFinite(value)) return none;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size < 1e-3 || size >= 1e5 ? value.toExponential(4) : String(Number(value.toPrecision(5)));
  const [digits, power] = text.split("e");
  return (power ? `${Number(digits)}×10${raised(power)}` : digits).replaceAll("-", "−");
}

/** A whole number as a power is written: −4 as ⁻⁴. */
export const raised = (power) =>
  String(Number(power))
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);

/** The power of ten in which the largest of these numbers, whatever its sign, has one digit before the point. */
export function powerOf(values) {
  const largest = Math.max(...values.map((value) => Math.abs(value ?? 0)));
  return largest > 0 ? Math.floor(Math.log10(largest)) : 0;
}

/** A formula in which negative numbers that follow a sign stand in brackets. */
export const bracketed = (formula) => formula.replace(/([·+−] )(−[^\s)]+)/g, "$1($2)");

/**
 * Curves of sizes over steps in a frame of this width and height: { paths, ends, low, high }, a path and the height of
 * its end for each layer; low and high are the powers of ten at the frame's edges. Null with fewer than two steps.
 */
export function sizeCurves({ steps, rms }, width, height) {
  const all = rms.flat().filter((value) => value > 0);
  if (steps.length < 2 || !all.length) return null;
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...all))));
  const x = (step) => ((step - steps[0]) / (steps.at(-1) - steps[0])) * width;
  const y = (value) => height * (1 - (Math.log10(value) - low) / (high - low));
  const points = rms[0].map((_, layer) =>
    rms.flatMap((row, i) => (row[layer] > 0 ? [[x(steps[i]), y(row[layer])]] : [])),
  );
  const paths = points.map((line) =>
    line.map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)},${py.toFixed(1)}`).join(""),
  );
  return { paths, ends: points.map((line) => line.at(-1)?.[1] ?? height), low, high };
}
