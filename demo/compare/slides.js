// The figures of this tab as slides hold them: line charts, maps and tables of counts, beside each other.

import { REACH } from "./shift.js";
import { paintHeat } from "./heat.js";
import { SIZE, colour, paintMap } from "./map.js";
import { HEIGHT } from "./plot.js";
import { lineChart, matrix, matrixSide } from "./shapes.js";
import { AREA, INK, NETWORK, PAPER, QUIET, boxes, fitted, key, markup, over } from "./slide.js";
import { vector } from "./vector.js";

const CHART = { width: 480, height: 200 }; // of one chart alone

const fixed = (network) => ({
  paper: colour(PAPER),
  own: colour(NETWORK[network]),
  other: colour(QUIET),
  ink: colour(INK),
});

/** One chart with what its lines mean. */
export function chartOf(chart) {
  const drawn = markup(lineChart(CHART, { ...chart, at: null }));
  const { height, ...area } = AREA;
  return fitted({ ...area, height: height - 40 }, CHART.width, CHART.height, drawn) + key(named(chart.lines));
}

/** Several charts, [{ title, chart }], in so many columns. */
export function chartsOf(charts, columns) {
  const places = boxes(charts.length, columns);
  const drawn = charts.map(({ title, chart }, i) => {
    const content = markup(lineChart({ width: 320, height: HEIGHT }, { ...chart, at: null }));
    return over(places[i], title) + fitted(places[i], 320, HEIGHT, content);
  });
  return drawn.join("") + key(named(charts[0].chart.lines));
}

const named = (lines) => lines.filter(({ name }) => name);

/** Maps beside each other: [{ name, network, paint }], where paint draws with a context in a network's colours. */
function mapsOf(maps) {
  const places = boxes(maps.length);
  return maps
    .map(({ name, network, paint }, i) => {
      const context = vector();
      paint(context, fixed(network));
      return over(places[i], name, network) + fitted(places[i], SIZE, SIZE, context.markup());
    })
    .join("");
}

/** Of readers { name, network, cards } their maps of an image. */
export const shiftMapsOf = (readers, image, steps) =>
  mapsOf(
    readers.map(({ cards, ...reader }) => {
      const what = { cards, image, steps, chosen: null };
      return { ...reader, paint: (context, colours) => paintMap(context, colours, what) };
    }),
  );

/** Of readers { name, network, rows } the shares read right, by place. */
export const heatMapsOf = (readers, kept) =>
  mapsOf(
    readers.map(({ rows, ...reader }) => {
      return { ...reader, paint: (context, colours) => paintHeat(context, colours, rows, kept, null) };
    }),
  );

/** A table of counts as matrix() takes it. */
export const matrixOf = (table) =>
  fitted(AREA, matrixSide(table.counts), matrixSide(table.counts), markup(matrix(table)));

/** A row for each move of an image, with what `cell` gives for each reader: lists of numbers. */
export function byMove(readers, cell) {
  const rows = [];
  for (let dy = -REACH; dy <= REACH; dy++)
    for (let dx = -REACH; dx <= REACH; dx++) rows.push([dx, dy, ...readers.flatMap((reader) => cell(reader, dx, dy))]);
  return rows;
}
