// One chart of the tab: its picture, the values under its cursor, its text and its table of values.

import { words } from "../page/catalogue.js";
import { chart, swatch } from "../figures/chart.js";
import { cursor } from "../figures/cursor.js";
import { make } from "../page/dom.js";
import { under } from "../figures/plot.js";
import { scales } from "../figures/scales.js";
import { curve, summary, thinned } from "./lines.js";

const { format } = words;
const UP = { loss: scales.log, accuracy: scales.accuracy, rate: scales.linear };
const ACROSS = { epochs: scales.whole, batches: scales.whole, seconds: scales.clock };
const WRITTEN = { loss: format.nats, accuracy: format.share2, rate: format.short };
const ROWS = 24; // of each line, in the table

const called = ({ measure, name }) => words.say(`retrain.chart.measure.${measure}`, { line: name });

/** A function that draws a figure's chart: of { charts, ends, moment, axis } as curves.js collects them. */
export function plotted(figure) {
  const which = figure.dataset.chart;
  const written = WRITTEN[which];
  const svg = figure.querySelector("svg");
  const table = figure.querySelector("details.table");
  let read = []; // the lines whose values are read off
  let axis = "";

  const plot = figure.querySelector(".plot");
  const picture = chart(plot, figure.querySelector(".key"), (view) => follow(view));
  const follow = cursor(plot, picture.point, valuesAt);

  function valuesAt(x) {
    const rows = read.flatMap((line) => {
      const i = under(line, x);
      if (i < 0) return [];
      const batch = line.step[i];
      const when = { batch, epoch: Math.max(1, Math.ceil(batch / line.perEpoch)) };
      const { network, kind, tint } = line;
      const value = written(line.y[i]);
      return [
        { swatch: swatch(network, kind, tint), name: called(line), value, at: words.say("retrain.chart.at", when) },
      ];
    });
    return { title: words.say(`retrain.chart.place.${axis}`, { x }), rows };
  }

  function describe() {
    const sentences = read.flatMap((line) => {
      const of = line.measure === "mean" ? null : summary(line, which === "loss");
      const over = line.over ? [line.over.text] : [];
      if (!of) return over;
      const { first, last, batch, best, best_batch } = of;
      const ends = { line: called(line), first: written(first), last: written(last), batch };
      if (which === "rate") return [words.say("retrain.chart.summary_rate", ends)];
      return [words.say("retrain.chart.summary", { ...ends, best: written(best), best_batch }), ...over];
    });
    const text = sentences.join(" ") || words.say("retrain.chart.nothing");
    const label = `${words.say(`retrain.chart.${which}.title`)}. ${text}`;
    if (svg.getAttribute("aria-label") !== label) svg.setAttribute("aria-label", label);
  }

  function row(line, [, , , batch, epoch, seconds, value]) {
    const cells = [format.count(batch), format.decimal2(epoch), format.decimal1(seconds), written(value)];
    const head = make("th", { scope: "row" }, called(line));
    return make("tr", { "data-network": line.network }, head, ...cells.map((cell) => make("td", {}, cell)));
  }

  function tabulate() {
    if (!table.open) return;
    const rows = read.flatMap((line) => thinned(curve(which, [line]).rows, ROWS).map((values) => row(line, values)));
    table.querySelector("tbody").replaceChildren(...rows);
  }
  table.addEventListener("toggle", tabulate);

  function withWord(line) {
    const { over, name } = line;
    const told = line.kind !== "raw" && line.kind !== "dots";
    return {
      ...line,
      told,
      over: over && { ...over, text: words.say("retrain.chart.over", { line: name, batch: over.step }) },
    };
  }

  return ({ charts, ends, moment, axis: wanted }) => {
    axis = wanted;
    const lines = charts[which].map(withWord);
    read = lines.filter(({ told }) => told);
    const across = ACROSS[axis](lines.flatMap(({ x, over }) => [...x.slice(-1), ...(over ? [over.x] : [])]));
    const up = UP[which](lines.flatMap(({ y }) => y));
    const empty = lines.length ? "" : words.say("retrain.chart.empty");
    picture.draw({ across, up, lines, ends, moment, empty, axis: words.say(`retrain.chart.axis_title.${axis}`) });
    describe();
    tabulate();
  };
}
