// The charts: loss, accuracy and learning rate of the run, and of earlier ones that are compared with it.

import { words } from "../page/catalogue.js";
import { early, within } from "../page/dom.js";
import { epochEnds, reached } from "../figures/plot.js";
import { page } from "../page/state.js";
import { alive } from "./buttons.js";
import { curve as dataOf, lines } from "./lines.js";
import { plotted } from "./plotted.js";
import { sparing } from "./sparing.js";
import { change, kept, told } from "./told.js";

const { format } = words;
const name = (network) => words.say(`network.${network}`);
const SAID = {
  name,
  run: ({ run, network }) => words.say("retrain.chart.run", { run, network: name(network) }),
  format,
};

let drawn = null; // what the charts show: { charts, ends, moment, axis }

/** A chart's curves as they are shown, as data (lines.js); `chart` is loss, accuracy or rate. */
export const curve = (chart) => dataOf(chart, drawn ? drawn.charts[chart] : []);

export function curves(element, server) {
  const { find, every } = within(element);
  const figures = every(".chart");
  const asked = new Set(); // runs whose curves are on their way
  const draws = new Map(figures.map((figure) => [figure, plotted(figure)]));

  function collect() {
    const { shown, curves } = told.get();
    const { moment, compared, axis } = kept();
    const tracks = Object.entries(shown?.tracks ?? {});
    const earlier = compared
      .filter(([run]) => run !== shown?.run)
      .map(([run, network], tint) => ({ run, network, tint, curves: curves[run]?.[network] }))
      .filter(({ curves }) => curves);
    const current = Object.fromEntries(tracks.map(([network, { curves }]) => [network, curves]));
    const charts = lines(current, earlier, axis, SAID, shown?.run);
    const runs = charts.rate.filter(({ kind }) => kind === "strong"); // a line for each network
    const ends = runs.flatMap(({ network, x, step, perEpoch }) =>
      axis === "epochs" ? [] : epochEnds({ x, step, perEpoch }).map(({ x }) => ({ network, x })),
    );
    drawn = { charts, ends, moment: at(moment, axis, shown, runs), axis };
  }

  const paint = sparing(figures, (figure) => drawn && draws.get(figure)?.(drawn));

  function show() {
    collect();
    paint(!alive(told.get().state));
  }

  async function fetchEarlier(run) {
    asked.add(run);
    const answer = await server.curves({ run });
    asked.delete(run);
    if (answer?.networks) told.set({ curves: { ...told.get().curves, [run]: answer.networks } });
  }

  find(".choice.axis").addEventListener("change", ({ target }) => change({ axis: target.value }));
  told.subscribe(["shown", "curves"], show);
  page.subscribe(["retrain"], () => {
    const { axis, compared } = kept();
    for (const radio of every(".choice.axis input")) radio.checked = radio.value === axis;
    for (const [run] of compared) if (!told.get().curves[run] && !asked.has(run)) fetchEarlier(run);
    show();
  });
  const chosen = early(every(".choice.axis input"));
  if (chosen) change({ axis: chosen });
}

// Where a moment of the past stands on the axis; of a race on batches or epochs, where its slower network was.
function at(moment, axis, shown, runs) {
  const found = shown?.moments.find(({ id }) => id === moment);
  if (!found || axis === "seconds") return found?.seconds ?? null;
  const places = runs.map(({ x, seconds }) => reached(x, seconds, found.seconds)).filter((place) => place !== null);
  return places.length ? Math.min(...places) : null;
}
