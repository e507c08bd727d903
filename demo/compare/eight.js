// Curves over the eight changes as they are saved: all on one slide, and each.

import { words } from "./words.js";
import { values } from "./changes.js";
import { written } from "./figures.js";
import { chartOf, chartsOf } from "./slides.js";

/** `curve` gives the chart of a kind; name, title and note are of the slide with all of them. */
export function curveFigures(kinds, curve, { name, title, note }) {
  const each = Object.entries(kinds).map(([kind, bounds]) => {
    const chart = curve(kind);
    const points = chart.lines.map((line) => new Map(line.points));
    const what = words.say(`compare.change.${kind}`);
    const head = [what, ...chart.lines.map((line) => line.name)];
    const rows = values(bounds).map((value) => [value, ...points.map((of) => of.get(value))]);
    return { name: `${name}-${kind}`, what, title: chart.title, note, chart, body: () => chartOf(chart), head, rows, written }; // prettier-ignore
  });
  const titled = each.map(({ what, chart }) => ({ title: what, chart }));
  const all = {
    name,
    what: words.say("compare.figure.all"),
    title,
    note,
    body: () => chartsOf(titled, 4),
    head: [words.say("compare.column.change"), words.say("compare.column.value"), ...each[0].head.slice(1)],
    rows: each.flatMap(({ what, rows }) => rows.map((row) => [what, ...row])),
  };
  return [all, ...each];
}
