// The table of this visit's runs, where they differ, and the table as a file.

import { words } from "../page/catalogue.js";
import { swatch } from "../figures/chart.js";
import { csv } from "../page/csv.js";
import { make, save, within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { exported } from "./csv.js";
import { differences, readsNow } from "./rows.js";
import { change, kept, told } from "./told.js";
import { listed } from "./values.js";

const { format } = words;
const name = (network) => words.say(`network.${network}`);
const label = (option) => words.say(`option.${option}.label`);
const unknown = words.say("retrain.unknown");

const CELLS = {
  network: name,
  recipe: (recipe) => words.say(`retrain.recipe.${recipe}.label`),
  changed: (options) => options.map(label).join(", "),
  data: (data) => words.say(`retrain.data.${data}`),
  outcome: (outcome) => words.say(`retrain.runs.outcome.${outcome}`),
  seconds: format.decimal1,
  epochs: format.count,
  parameters: format.count,
  multiply_adds: format.count,
  validation_accuracy: format.share2,
  test_accuracy: format.share2,
  test_loss: format.decimal4,
};

export function runs(element) {
  const { find, every } = within(element.querySelector(".runs"));
  const columns = every("thead [data-column]").map(({ dataset }) => dataset.column);
  const ticked = () => every("tbody input:checked").map(({ dataset: { run, network } }) => [Number(run), network]);

  function showTable() {
    const { rows } = told.get().table;
    const compared = new Set(kept().compared.map(String));
    element.querySelector(".runs").hidden = rows.length === 0;
    find("tbody").replaceChildren(
      ...rows.map((row) => {
        const { run, network } = row;
        const compare = words.say("retrain.runs.compare", { run, network: name(network) });
        const told = { type: "checkbox", "data-run": run, "data-network": network, "aria-label": compare };
        const box = make("input", told);
        const cells = columns.map((column) => cell(column, row[column]));
        box.checked = compared.has(`${run},${network}`);
        const sample = make("span", { class: "sample", "data-run": run, "data-network": network });
        return make("tr", { "data-network": network }, make("td", {}, make("label", {}, box, sample)), ...cells);
      }),
    );
    showReaders();
    showSamples();
  }

  // Which of these networks the cards read with.
  function showReaders() {
    const readers = page.get().networks?.readers;
    told.get().table.rows.forEach((row, i) => {
      const now = readsNow(row, readers);
      find(`tbody tr:nth-child(${i + 1})`).classList.toggle("reads", now);
      write(find(`tbody tr:nth-child(${i + 1}) small`), now ? words.say("retrain.runs.reads") : "");
    });
  }

  // The dashes that a run is drawn with, beside its tick.
  function showSamples() {
    const run = told.get().shown?.run;
    const earlier = kept().compared.filter(([other]) => other !== run);
    for (const node of every(".sample")) {
      const { run, network } = node.dataset;
      const tint = earlier.findIndex(([other, of]) => other === Number(run) && of === network);
      node.replaceChildren(...(tint < 0 ? [] : [swatch(network, "earlier", tint)]));
    }
  }

  function showDifferences() {
    const { rows } = told.get().table;
    const compared = kept().compared.map(([run, network]) =>
      rows.find((row) => row.run === run && row.network === network),
    );
    find(".differ").hidden = compared.length < 2;
    if (compared.length > 1) find(".differ .wide").replaceChildren(comparison(compared));
  }

  element.querySelector(".runs").addEventListener("change", () => change({ compared: ticked() }));
  find("[data-export]").addEventListener("click", () =>
    save("digit-duel-runs.csv", csv(exported(told.get().table.rows, columns)), "text/csv"),
  );
  told.subscribe(["table"], showTable);
  page.subscribe(["networks"], showReaders);
  page.subscribe(["retrain"], showDifferences);
  page.subscribe(["retrain"], showSamples);
  told.subscribe(["shown"], showSamples);
}

function cell(column, value) {
  const written = value === null || value === undefined ? unknown : (CELLS[column] ?? String)(value);
  const reads = column === "network" ? [" ", make("small", {})] : [];
  return make("td", { "data-column": column }, written, ...reads);
}

function comparison(rows) {
  const different = differences(rows);
  if (!different.length) return make("p", { class: "help" }, words.say("retrain.runs.same"));
  const heads = rows.map(({ run, network }) => words.say("retrain.runs.one", { run, network: name(network) }));
  const head = make("tr", {}, make("td", {}), ...heads.map((one) => make("th", { scope: "col" }, one)));
  const body = different.map(([option, ...values]) => {
    const cells = values.map((value) => make("td", {}, listed(value)));
    return make("tr", {}, make("th", { scope: "row" }, label(option)), ...cells);
  });
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
}
