// The form with the settings of the next run: a row for every option, in it an input for each network that has it.
// Choosing a recipe fills its values in; what is changed afterwards is marked. The page's state keeps the form in short, and
// is followed where somebody else sets it.

import { words } from "../page/catalogue.js";
import { make, within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { explained } from "../page/terms.js";
import { live } from "./buttons.js";
import { base, fill, fits, form as shortly, read, rows, same, settings } from "./fields.js";
import { change, kept, told } from "./told.js";
import { listed } from "./values.js";

/** `options`: by part and network. `recipes`: what each sets, by data, recipe and network. `first`: see fields.js. */
export function form(element, { first, options, recipes }) {
  const setup = element.querySelector(".setup");
  const { find, every } = within(setup);
  const inputs = []; // { field, input, was }
  const radios = (name) => every(`[name=retrain-${name}]`);
  const chosen = (name) => radios(name).find(({ checked }) => checked).value;
  const given = (name) => radios(name).find(({ defaultChecked }) => defaultChecked).value;
  const choice = (of = chosen) => ({ networks: of("networks").split(" "), data: of("data"), recipe: of("recipe") });
  const recipeOf = ({ network }) => recipes[chosen("data")][chosen("recipe")][network];

  function addRow({ place, name, fields }) {
    const { kind } = fields[0].option;
    const only = fields.length === 1 ? fields[0].network : undefined;
    const recipe = make("span", { class: "was" });
    const title = make("span", { class: "label" }, ...explained(words.marked(`option.${name}.label`)), recipe);
    const row = make("div", { class: `option ${kind}`, "data-name": name, "data-network": only }, title);
    for (const field of fields) {
      const input = control(field, name);
      const was = make("small", { "data-network": field.network });
      recipe.append(was);
      row.append(input);
      inputs.push({ field, input, was });
    }
    for (const { network } of fields)
      row.append(make("p", { class: "wrong", id: `retrain-wrong-${network}-${name}`, "data-network": network }));
    row.append(
      make("p", { class: "help", id: `retrain-help-${name}` }, ...explained(words.marked(`option.${name}.help`))),
    );
    find(`[data-part=${place}]`).append(row);
  }

  // What the recipe says, or of the architecture the tutorial.
  function follow(parts) {
    for (const { field, input } of inputs)
      if (parts.includes(field.part)) fill(field.option, input, base(field, recipeOf(field)));
    const help = words.say(`retrain.recipe.${chosen("recipe")}.help`);
    const few = chosen("data") === "digits" ? [words.say("retrain.recipe_digits")] : [];
    write(find("p.recipe"), [help, ...few].join(" "));
  }

  function mark() {
    const { networks } = choice();
    for (const network of new Set(inputs.map(({ field }) => field.network)))
      setup.classList.toggle(network, networks.includes(network));
    for (const { field, input, was } of inputs) {
      const before = base(field, recipeOf(field));
      const other = !same(read(field.option, input), before);
      const said = field.part === "architecture" ? "retrain.form.tutorial_was" : "retrain.form.recipe_was";
      input.classList.toggle("changed", other);
      write(was, other ? words.say(said, { value: listed(before) }) : "");
    }
  }

  function keep() {
    mark();
    const values = inputs.map(({ field, input }) => [field, read(field.option, input)]);
    write(find(".drawer .now"), short(values));
    mine = shortly(choice(), beginning, values, (field) => base(field, recipeOf(field)));
    change({ settings: settings(choice(), values), form: mine });
  }

  /** Fill in what the state says; what there is not stays as it is to begin with. */
  function bring(form) {
    const { networks, data, recipe } = { ...beginning, ...form };
    for (const [name, value] of Object.entries({ networks: networks.join(" "), data, recipe })) {
      const radio = radios(name).find((one) => one.value === value);
      if (radio) radio.checked = true;
    }
    follow(Object.keys(options));
    for (const { field, input } of inputs) {
      const value = form?.changed?.[field.network]?.[field.option.name];
      if (value !== undefined && fits(field.option, value)) fill(field.option, input, value);
    }
    keep();
  }

  // The first settings of the networks that are chosen, in few words.
  function short(values) {
    const of = choice().networks.map((network) =>
      Object.fromEntries(
        values
          .filter(([field]) => field.network === network)
          .map(([{ option }, value]) => [option.name, listed(few(value))]),
      ),
    );
    const { epochs, batch_size, learning_rate, optimizer } = Object.fromEntries(
      first.map((name) => [name, [...new Set(of.map((values) => values[name]))].join(" / ")]),
    );
    return words.say("retrain.form.now", { epochs, batch_size, learning_rate, optimizer });
  }

  setup.addEventListener("input", ({ target }) => {
    if (["retrain-recipe", "retrain-data"].includes(target.name)) follow(["training", "augmentation"]);
    keep();
    if (live(told.get().state)) write(find(".next"), words.say("retrain.form.next"));
  });
  rows(options, first).forEach(addRow);
  const beginning = choice(given);
  let mine = null; // the form as it was kept last
  const hasty = every("[name^=retrain-]:checked").filter(({ defaultChecked }) => !defaultChecked);
  bring(kept().form);
  for (const radio of hasty) radio.click(); // chosen before this module came
  page.subscribe(["retrain"], () => kept().form !== mine && bring(kept().form));
}

/** A fraction to four significant digits; anything else as it is. */
export const few = (value) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

function control({ network, option: { kind, low, high, choices } }, name) {
  const option = words.say(`option.${name}.label`);
  const told = {
    "aria-label": words.say("retrain.form.field", { option, network: words.say(`network.${network}`) }),
    "aria-describedby": `retrain-wrong-${network}-${name} retrain-help-${name}`,
    "data-network": network,
  };
  if (kind === "switch") return make("input", { ...told, type: "checkbox", role: "switch" });
  if (kind === "choice") return make("select", told, ...choices.map((one) => make("option", {}, String(one))));
  if (kind === "integers") return make("input", { ...told, type: "text", inputmode: "numeric" });
  return make("input", { ...told, type: "number", min: low, max: high, step: kind === "integer" ? 1 : "any" });
}
