// How far probabilities can be believed: of digits read with so much confidence, how many were right.

import { words } from "../page/catalogue.js";
import { make, within } from "../page/dom.js";
import { who } from "./names.js";
import { plot } from "./plot.js";
import { readerOf } from "./results.js";

const SETS = ["clean", "hard"];

export function calibration(element, readers) {
  const { find } = within(element);
  const charts = SETS.map((set) => {
    const chart = plot();
    const lines = Object.entries(readers).map(([key, { test }]) => {
      const { network, training } = readerOf(key);
      const known = test.calibration[set].bins.filter(({ count }) => count > 0);
      return {
        network,
        dashed: training === "tutorial",
        points: known.map(({ confidence, accuracy }) => [confidence, accuracy]),
      };
    });
    const even = { network: "", dashed: true, points: [[0, 0], [1, 1]] }; // prettier-ignore
    const ticks = [0, 0.5, 1].map((share) => [share, words.format.share(share)]);
    chart.draw({ low: 0, high: 1, ticks, lines: [even, ...lines], at: null, percent: words.format.share });
    return make("figure", {}, make("figcaption", {}, words.say(`compare.calibration.${set}`)), chart.node);
  });
  find(".charts").replaceChildren(...charts);
  const columns = SETS.flatMap((set) => ["ece", "nll", "accuracy"].map((name) => [set, name]));
  const head = columns.map(([set, name]) =>
    make(
      "th",
      { scope: "col" },
      words.say(`compare.calibration.${name}`, { set: words.say(`compare.calibration.of.${set}`) }),
    ),
  );
  const rows = Object.entries(readers).map(([key, { test }]) => {
    const cells = columns.map(([set, name]) => {
      const value = test.calibration[set][name];
      return make("td", {}, name === "nll" ? words.format.nats(value) : words.format.share2(value));
    });
    return make("tr", { "data-network": readerOf(key).network }, make("th", { scope: "row" }, who(key)), ...cells);
  });
  find("thead").replaceChildren(make("tr", {}, make("td", {}), ...head));
  find("tbody").replaceChildren(...rows);
}
