// Which learning rates suit the two networks: what each reads after a short training at five of them.

import { words } from "./words.js";
import { make } from "../page/dom.js";
import { scales } from "../figures/scales.js";
import { saving } from "./figures.js";
import { plot } from "./plot.js";
import { chartOf } from "./slides.js";
import { rateLine } from "./sweep.js";

const OF = { rate_mlp: ["mlp"], rate_cnn: ["mlp", "cnn"] }; // a claim, and whose rates are shown beside it

/** The chart that stands beside a claim; nothing where there is none, or where nothing is measured yet. */
export function rates(claim, experiments) {
  const lines = (OF[claim] ?? [])
    .filter((network) => Object.keys(experiments[`rates-${network}`] ?? {}).length > 1)
    .map((network) => {
      const line = rateLine(network, experiments[`rates-${network}`]);
      return { ...line, name: words.say(`network.${network}`) };
    });
  if (!lines.length) return null;
  const all = [...new Set(lines.flatMap((line) => line.rates))].sort((a, b) => a - b);
  const title = words.say("compare.rates.title");
  const scale = scales.accuracy();
  const ticks = all.map((rate) => [Math.log10(rate), String(rate)]);
  const [low, high] = [Math.log10(all[0]), Math.log10(all.at(-1))];
  const shown = scale.ticks.filter(([share]) => share === 0 || Number(share) >= 0.8);
  const chart = { title, low, high, ticks, lines, percent: words.format.share1, scale: { ...scale, ticks: shown } };
  const { node, draw } = plot(480, 240);
  draw(chart);
  const note = words.say("compare.rates.note", { count: Math.max(...lines.map(({ seeds }) => seeds)) });
  const menu = make("div", { class: "saves" });
  const points = lines.map((line) => new Map(line.points.map(([, share], i) => [line.rates[i], share])));
  const spreads = lines.map((line) => new Map(line.rates.map((rate, i) => [rate, line.spread[i]])));
  const rows = all.map((rate) => [
    rate,
    ...points.flatMap((of, i) => {
      const bounds = spreads[i].get(rate);
      return [of.get(rate), bounds && (bounds[2] - bounds[1]) / 2];
    }),
  ]);
  const head = lines.flatMap(({ name }) => [name, words.say("compare.column.spread", { name })]);
  const figure = { name: "learning-rates", title, note, body: () => chartOf(chart), head: [words.say("compare.column.rate"), ...head], rows }; // prettier-ignore
  saving(menu, () => [figure]);
  const key = lines.map(({ name, network }) => make("span", { "data-network": network }, name));
  return make("figure", { class: "rates" }, make("figcaption", {}, title, " ", ...key), node, make("p", { class: "sample" }, note), menu); // prettier-ignore
}
