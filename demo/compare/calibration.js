// How far probabilities can be believed: of digits read with so much confidence, how many were right.

import { words } from "./words.js";
import { make, within } from "../page/dom.js";
import { explained } from "../page/terms.js";
import { figured } from "./figures.js";
import { who } from "./names.js";
import { plot, showKey } from "./plot.js";
import { readerOf } from "./results.js";
import { chartOf } from "./slides.js";

const SETS = ["clean", "hard"];
const EVEN = { network: "", dashed: true, points: [[0, 0], [1, 1]] }; // prettier-ignore

export function calibration(element, readers) {
  const { find } = within(element);

  function chartFor(set) {
    const lines = Object.entries(readers).map(([key, { test }]) => {
      const { network, training } = readerOf(key);
      const known = test.calibration[set].bins.filter(({ count }) => count > 0);
      const points = known.map(({ confidence, accuracy }) => [confidence, accuracy]);
      return { name: who(key), network, dashed: training === "tutorial", points };
    });
    const title = words.say(`compare.calibration.${set}`);
    const ticks = [0, 0.5, 1].map((share) => [share, words.format.share(share)]);
    return { title, low: 0, high: 1, ticks, lines: [EVEN, ...lines], percent: words.format.share };
  }

  const figures = () =>
    SETS.map((set) => {
      const chart = chartFor(set);
      const rows = Object.entries(readers).flatMap(([key, { test }]) =>
        test.calibration[set].bins.map(({ count, confidence, accuracy }) => [who(key), count, confidence, accuracy]),
      );
      return {
        name: `calibration-${set}`,
        title: chart.title,
        note: words.say("compare.calibration.note"),
        body: () => chartOf(chart),
        head: ["contestant", "count", "confidence", "accuracy"].map((name) => words.say(`compare.column.${name}`)),
        rows,
        written: (value, i) => (i < 2 ? String(value) : value === null ? "" : words.format.share1(value)),
      };
    });

  const charts = SETS.map((set) => {
    const chart = plot();
    const drawn = chartFor(set);
    chart.draw(drawn);
    return make("figure", {}, make("figcaption", {}, drawn.title), chart.node);
  });
  showKey(find(".key"), chartFor("clean").lines);
  find(".charts").replaceChildren(...charts);
  const columns = SETS.flatMap((set) => ["ece", "nll", "accuracy"].map((name) => [set, name]));
  const head = columns.map(([set, name]) =>
    make(
      "th",
      { scope: "col" },
      ...explained(words.marked(`compare.calibration.${name}`, { set: words.say(`compare.calibration.of.${set}`) })),
    ),
  );
  const rows = Object.entries(readers).map(([key, { test }]) => {
    const cells = columns.map(([set, name]) => {
      const value = test.calibration[set][name];
      return make("td", {}, name === "nll" ? words.format.nats(value) : words.format.share2(value));
    });
    return make("tr", { "data-network": readerOf(key).network }, make("th", { scope: "row" }, who(key)), ...cells);
  });
  find(".summary thead").replaceChildren(make("tr", {}, make("td", {}), ...head));
  find(".summary tbody").replaceChildren(...rows);
  figured(element, figures)();
}
