// What the networks of the next run would be made of and cost, or why they cannot be trained.

import { words } from "../page/catalogue.js";
import { make, within, write } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { page } from "../page/state.js";
import { sentence } from "./problem.js";
import { kept } from "./told.js";

const REST = 150; // milliseconds after the last change

export function plan(element, server) {
  const { find } = within(element.querySelector(".setup"));
  const { count } = words.format;
  let resting, asked;

  function show({ problem, networks }) {
    const problems = Object.entries(networks ?? {}).map(([network, { problem }]) => of(network, sentence(problem)));
    write(find(".problem"), [sentence(problem), ...problems].filter(Boolean).join(" "));
    for (const [network, { parameters, multiply_adds, layers }] of Object.entries(networks ?? {})) {
      if (!layers.length) continue; // these settings make no network
      const totals = words.say("retrain.form.totals", { parameters, multiply_adds });
      write(find(`.total[data-network=${network}] span`), totals);
      find(`.layers [data-network=${network}] tbody`).replaceChildren(...layers.map(row));
    }
  }

  function of(network, problem) {
    return problem && words.say("retrain.form.problem", { network: words.say(`network.${network}`), problem });
  }

  function row({ name, kind, shape, parameters, multiply_adds, receptive_field }) {
    const numbers = [parameters, multiply_adds, receptive_field].map((number) => (number ? count(number) : ""));
    const cells = [shape.join("×"), ...numbers].map((cell) => make("td", {}, cell));
    return make("tr", {}, make("th", { scope: "row", title: kind }, name), ...cells);
  }

  const ask = latest(
    () => server.plan((asked = kept().settings)),
    show,
    () => write(find(".problem"), words.say("retrain.lost")),
  );

  function changed() {
    if (kept().settings === asked) return;
    clearTimeout(resting);
    resting = setTimeout(ask, REST);
  }

  find(".layers").open = matchMedia("(min-width: 961px)").matches;
  page.subscribe(["retrain"], changed);
  ask();
}
