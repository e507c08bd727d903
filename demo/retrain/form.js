// What options say of themselves goes in, a form comes out: a row for every option, in it an input for each network
// that has it. Choosing a recipe fills its values in; what is changed afterwards is marked.

// `setup` is the element with the choices and with a place for each part of the options; `changed` is called whenever
// the settings are others. Gives the function that reads them, as nets.options takes them.
window.digitDuelForm = function (setup, { names, words, first, options, recipes, recipeHelp }, changed) {
  const write = window.digitDuelWrite, make = window.digitDuelMake;
  const networks = Object.keys(names), fields = []; // { network, part, option, input, was }
  const chosen = (name) => setup.querySelector(`[name=retrain-${name}]:checked`).value;
  const racers = () => chosen("networks").split(" ");

  // ---- rows

  function control({ kind, label, help, low, high, choices }, network) {
    const told = { "aria-label": `${label}, ${names[network]}`, "aria-description": help };
    const attributes = { ...told, "data-network": network };
    if (kind === "switch") return make("input", { ...attributes, type: "checkbox", role: "switch" });
    if (kind === "choice")
      return make("select", attributes, ...choices.map((choice) => make("option", {}, String(choice))));
    if (kind === "integers") return make("input", { ...attributes, type: "text", inputmode: "numeric" });
    return make("input", { ...attributes, type: "number", min: low, max: high, step: kind === "integer" ? 1 : "any" });
  }

  function addRow(part, name) {
    const having = networks
      .map((network) => [network, options[part][network].find((option) => option.name === name)])
      .filter(([, option]) => option);
    const [[network, { label, kind }]] = having, only = having.length === 1 ? network : undefined;
    const recipe = make("span", { class: "was" }), title = make("span", { class: "label" }, label, recipe);
    const row = make("div", { class: `option ${kind}`, "data-name": name, "data-network": only }, title);
    for (const [network, option] of having) {
      const input = control(option, network), was = make("small", { "data-network": network });
      recipe.append(was);
      row.append(input);
      fields.push({ network, part, option, input, was });
    }
    const same = new Set(having.map(([, option]) => option.help)).size === 1;
    for (const [network, { help }] of same ? having.slice(0, 1) : having)
      row.append(make("p", { class: "help", "data-network": same ? undefined : network }, help));
    const place = part === "training" && first.includes(name) ? "first" : part;
    setup.querySelector(`[data-part=${place}]`).append(row);
  }

  for (const part of Object.keys(options)) {
    const all = networks.flatMap((network) => options[part][network].map(({ name }) => name));
    for (const name of new Set(part === "training" ? [...first, ...all] : all)) addRow(part, name);
  }

  // ---- values

  const number = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text.trim() : Number(text));
  const told = (value) =>
    Array.isArray(value) ? value.join(", ") : typeof value === "boolean" ? words[value ? "on" : "off"] : value;

  function read({ option: { kind, choices }, input }) {
    if (kind === "switch") return input.checked;
    if (kind === "choice") return choices[input.selectedIndex];
    return kind === "integers" ? input.value.split(/[\s,]+/).filter(Boolean).map(number) : number(input.value);
  }

  function fill({ option: { kind, choices }, input }, value) {
    if (kind === "switch") input.checked = value;
    else if (kind === "choice") input.selectedIndex = choices.indexOf(value);
    else input.value = told(value);
  }

  // What the recipe says, or of the architecture the tutorial.
  function base({ network, part, option }) {
    const recipe = recipes[chosen("data")][chosen("recipe")][network];
    return { training: recipe, augmentation: recipe.augmentation }[part]?.[option.name] ?? option.default;
  }

  function follow(parts) {
    for (const field of fields) if (parts.includes(field.part)) fill(field, base(field));
    write(setup.querySelector("p.recipe"), recipeHelp[chosen("recipe")]);
  }

  function mark() {
    for (const network of networks) setup.classList.toggle(network, racers().includes(network));
    for (const field of fields) {
      const other = String(read(field)) !== String(base(field));
      const said = field.part === "architecture" ? words.tutorial_was : words.recipe_was;
      field.input.classList.toggle("changed", other);
      write(field.was, other ? said.replace("{}", told(base(field))) : "");
    }
  }

  function settings() {
    const values = (wanted, part) =>
      Object.fromEntries(
        fields
          .filter((field) => field.network === wanted && field.part === part)
          .map((field) => [field.option.name, read(field)]),
      );
    const all = { networks: racers(), data: chosen("data") };
    for (const network of all.networks)
      all[network] = {
        recipe: chosen("recipe"),
        config: { ...values(network, "training"), augmentation: values(network, "augmentation") },
        architecture: values(network, "architecture"),
      };
    return all;
  }

  setup.addEventListener("input", ({ target }) => {
    if (["retrain-recipe", "retrain-data"].includes(target.name)) follow(["training", "augmentation"]);
    mark();
    changed();
  });
  follow(Object.keys(options));
  mark();
  return settings;
};
