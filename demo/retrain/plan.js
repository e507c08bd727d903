// What the networks of the next run would be made of and cost, or why they cannot be trained: beside the fields.

import { words } from "../page/catalogue.js";
import { make, within, write } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { page } from "../page/state.js";
import { sentence } from "./problem.js";
import { kept } from "./told.js";

const REST = 150; // milliseconds after the last change

/**
 * What it returns leads to the first field that holds what it may not, and gives the message that says so; null where
 * all are right, or that is not known yet. `aloud` says a text on a topic, after a rest.
 */
export function plan(element, server, aloud) {
  const { find, every } = within(element.querySelector(".setup"));
  const { count } = words.format;
  let resting;
  let asked, answered; // settings: of the newest question, and of the plan that is shown

  function show({ problem, networks, settings }) {
    answered = settings;
    const planned = Object.entries(networks ?? {});
    const wrong = planned.flatMap(([network, { fields }]) => fields.map((field) => ({ network, ...field })));
    mark(wrong);
    const others = planned.filter(([, { problem, fields }]) => problem && !fields.length);
    const problems = others.map(([network, { problem }]) => of(network, sentence(problem)));
    const text = [sentence(problem), ...problems, listed(wrong)].filter(Boolean).join(" ");
    if (text !== find(".problem").textContent) aloud("fields", text);
    write(find(".problem"), text);
    for (const [network, { parameters, multiply_adds, layers }] of planned) {
      if (!layers.length) continue; // these settings make no network
      const totals = words.say("retrain.form.totals", { parameters, multiply_adds });
      write(find(`.total[data-network=${network}] span`), totals);
      find(`.layers [data-network=${network}] tbody`).replaceChildren(...layers.map(row));
    }
  }

  // Each field that is wrong says so and why; the others do not.
  function mark(wrong) {
    for (const field of every(".option :is(input, select)")) {
      const { network } = field.dataset;
      const { name } = field.closest(".option").dataset;
      const found = wrong.find((one) => one.network === network && one.option === name);
      if (found) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      const why = find(`.wrong[data-network=${network}]`, field.closest(".option"));
      write(why, found ? of(network, sentence(found.problem)) : "");
    }
  }

  function listed(wrong) {
    const fields = [...new Set(wrong.map(({ option }) => words.say(`option.${option}.label`)))].join(", ");
    return wrong.length ? words.say("retrain.form.wrong", { fields }) : "";
  }

  function of(network, problem) {
    const alone = kept().settings.networks.length < 2;
    if (!problem || alone) return problem;
    return words.say("retrain.form.problem", { network: words.say(`network.${network}`), problem });
  }

  function row({ name, kind, shape, parameters, multiply_adds, receptive_field }) {
    const numbers = [parameters, multiply_adds, receptive_field].map((number) => (number ? count(number) : ""));
    const cells = [shape.join("×"), ...numbers].map((cell) => make("td", {}, cell));
    return make("tr", {}, make("th", { scope: "row", title: kind }, name), ...cells);
  }

  const ask = latest(
    async () => {
      const settings = (asked = kept().settings);
      const answer = await server.plan(settings);
      return answer && { ...answer, settings };
    },
    show,
    () => write(find(".problem"), words.say("retrain.lost")),
  );

  function changed() {
    if (kept().settings === asked) return;
    clearTimeout(resting);
    resting = setTimeout(ask, REST);
  }

  page.subscribe(["retrain"], changed);
  ask();

  return () => {
    const wrong = every(".option [aria-invalid]");
    if (!wrong.length || answered !== kept().settings) return null;
    for (let fold = wrong[0].closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    wrong[0].focus();
    const fields = [...new Set(wrong.map((field) => field.closest(".option").dataset.name))];
    return {
      key: "retrain.form.wrong",
      values: { fields: fields.map((name) => words.say(`option.${name}.label`)).join(", ") },
    };
  };
}
