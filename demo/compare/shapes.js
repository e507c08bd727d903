// Charts and tables as plain shapes, [tag, attributes, text], which the page draws (plot.js) and slides hold (slide.js).

const [LEFT, RIGHT, TOP, BOTTOM] = [50, 8, 8, 24];

/** Where a mark's text stands: it does not reach beyond the chart. */
const anchor = (value, low, high) => (value === low ? "start" : value === high ? "end" : "middle");

/** Shares from 0 to 1, as high as they are large. */
const shares = (percent) => ({ place: (share) => share, ticks: [0, 0.5, 1].map((share) => [share, percent(share)]) });

/** Where a chart of this width has a value of its axis. */
export const across = (width, { low, high }, value) => LEFT + ((value - low) / (high - low)) * (width - LEFT - RIGHT);

/** The value of the axis at this place of a chart, within its bounds. */
export function valueAt(width, { low, high }, x) {
  const share = (x - LEFT) / (width - LEFT - RIGHT);
  return low + Math.min(1, Math.max(0, share)) * (high - low);
}

/**
 * A line chart of { low, high, ticks: [[value, text]], lines: [{ network, dashed, points: [[value, share]], spread, dots }],
 * at, percent, scale }: `at` is the place that is looked at, or null; spread [[value, least, most]] is drawn as bars; `scale` is
 * that of the height, { place, ticks }, and else from 0 to 100 %.
 */
export function lineChart({ width, height }, { low, high, ticks, lines, at = null, percent, scale = shares(percent) }) {
  const x = (value) => across(width, { low, high }, value);
  const y = (share) => height - BOTTOM - Math.min(1, Math.max(0, scale.place(share))) * (height - BOTTOM - TOP);
  const point = ([value, share]) => `${x(value).toFixed(1)} ${y(share).toFixed(1)}`;
  const grid = scale.ticks.flatMap(([share, text]) => [
    ["line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(share), y2: y(share) }],
    ["text", { class: "tick", x: LEFT - 6, y: y(share) + 4, "text-anchor": "end" }, text],
  ]);
  const marks = ticks.map(([value, text]) => [
    "text",
    { class: "tick", x: x(value), y: height - 6, "text-anchor": anchor(value, low, high) },
    text,
  ]);
  const drawn = lines.flatMap(({ network, dashed, points, spread = [], dots }) => [
    ["path", { "data-network": network, class: dashed ? "dashed" : "whole", d: points.map((one, i) => (i ? "L" : "M") + point(one)).join("") }], // prettier-ignore
    ...spread.map(([value, least, most]) => [
      "line",
      { "data-network": network, class: "bar", x1: x(value), x2: x(value), y1: y(least), y2: y(most) },
    ]),
    ...(dots ? points : []).map(([value, share]) => [
      "circle",
      { "data-network": network, class: "dot", cx: x(value), cy: y(share), r: 3.5 },
    ]),
  ]);
  const cursor = at === null ? [] : [["line", { class: "cursor", x1: x(at), x2: x(at), y1: TOP, y2: height - BOTTOM }]];
  return [...grid, ...marks, ...cursor, ...drawn];
}

const CELL = 40;

/**
 * A table of counts, { network, counts, text, strength }: rows are true digits, columns what was read. `text` writes a count,
 * and `strength` says from 0 to 1 how strong the cell of a row and a column is; of a network, the right ones are grey.
 */
export function matrix({ network, counts, text, strength }) {
  const middle = (i) => (i + 1.5) * CELL;
  const heads = counts.flatMap((_, i) => [
    ["text", { class: "tick", x: middle(i), y: CELL - 12, "text-anchor": "middle" }, String(i)],
    ["text", { class: "tick", x: CELL - 12, y: middle(i) + 4, "text-anchor": "end" }, String(i)],
  ]);
  const cells = counts.flatMap((row, i) =>
    row.flatMap((count, j) => [
      [
        "rect",
        {
          class: i === j && network ? "right" : count < 0 ? "less" : "more",
          "data-network": network,
          "fill-opacity": i === j && network ? 1 : strength(i, j).toFixed(3),
          x: (j + 1) * CELL + 1,
          y: (i + 1) * CELL + 1,
          width: CELL - 2,
          height: CELL - 2,
        },
      ],
      ["text", { class: "cell", x: middle(j), y: middle(i) + 5, "text-anchor": "middle" }, count ? text(count) : ""],
    ]),
  );
  return [...heads, ...cells];
}

/** The side of such a table. */
export const matrixSide = (counts) => (counts.length + 1) * CELL;
