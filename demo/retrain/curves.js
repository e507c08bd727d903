// The charts: loss, accuracy and learning rate of the run, and of earlier ones that are compared with it.

import { words } from "../page/catalogue.js";
import { chart } from "../page/chart.js";
import { within } from "../page/dom.js";
import { scales } from "../page/scales.js";
import { page } from "../page/state.js";
import { alive } from "./buttons.js";
import { lines } from "./lines.js";
import { sparing } from "./sparing.js";
import { kept, told } from "./told.js";

const SCALES = { loss: scales.log, accuracy: scales.accuracy, rate: scales.linear };
const SAID = {
  name: (network) => words.say(`network.${network}`),
  label: (run) => words.say("retrain.chart.run", { run }),
  format: words.format,
};

export function curves(element, server) {
  const figures = within(element).every(".chart");
  const asked = new Set(); // runs whose curves are on their way
  /** @type {Map<Element, Function>} */
  const draws = new Map(
    figures.map((figure) => [figure, chart(figure.querySelector("svg"), words.say("retrain.chart.clock"))]),
  );
  let drawn = {};

  function collect() {
    const { shown, curves } = told.get();
    const { moment, compared } = kept();
    const tracks = Object.entries(shown?.tracks ?? {});
    const earlier = compared
      .filter(([run, network]) => run !== shown?.run && curves[run]?.[network])
      .map(([run, network]) => ({ run, network, curves: curves[run][network] }));
    const current = Object.fromEntries(tracks.map(([network, { curves }]) => [network, curves]));
    const at = shown?.moments.find(({ id }) => id === moment)?.seconds ?? null;
    drawn = { lines: lines(current, earlier, SAID), at };
  }

  const paint = sparing(figures, (figure) => {
    const name = figure.dataset.chart;
    if (drawn.lines) draws.get(figure)?.(SCALES[name], drawn.lines[name], drawn.at);
  });

  function show() {
    collect();
    paint(!alive(told.get().state));
  }

  async function fetchEarlier(run) {
    asked.add(run);
    try {
      const answer = await server.curves({ run });
      if (answer?.networks) told.set({ curves: { ...told.get().curves, [run]: answer.networks } });
    } finally {
      asked.delete(run);
    }
  }

  told.subscribe(["shown", "curves"], show);
  page.subscribe(["retrain"], () => {
    for (const [run] of kept().compared) if (!told.get().curves[run] && !asked.has(run)) fetchEarlier(run);
    show();
  });
}
