// The settings of the next run as values. A field is { network, part, option }, and an option what the server says of
// it: { name, kind, default, low, high, choices }. An input is anything with value, checked and selectedIndex.

const number = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text.trim() : Number(text));

/** The value of an option's input; what is no number stays as it was typed, for the server to say so. */
export function read({ kind, choices }, input) {
  if (kind === "switch") return input.checked;
  if (kind === "choice") return choices[input.selectedIndex];
  return kind === "integers"
    ? input.value
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(number)
    : number(input.value);
}

/** Put a value into an option's input. */
export function fill({ kind, choices }, input, value) {
  if (kind === "switch") input.checked = value;
  else if (kind === "choice") input.selectedIndex = choices.indexOf(value);
  else input.value = Array.isArray(value) ? value.join(", ") : value;
}

/** Whether an option's input can show a value; what is typed may be anything. */
export const fits = ({ kind, choices }, value) =>
  kind === "switch" ? typeof value === "boolean" : kind !== "choice" || choices.includes(value);

/** What a field holds to begin with, given what the recipe sets for its network. */
export function base({ part, option }, recipe) {
  return { training: recipe, augmentation: recipe.augmentation }[part]?.[option.name] ?? option.default;
}

/** Whether two values of an option are the same. */
export const same = (one, other) => String(one) === String(other);

/**
 * The form's rows, in order: { part, place, name, fields }, a field for each network that has the option.
 * `options`: by part and network. `first`: names of options of the training whose place is "first", and their order.
 */
export function rows(options, first) {
  return Object.entries(options).flatMap(([part, having]) => {
    const all = Object.values(having).flatMap((some) => some.map(({ name }) => name));
    const names = new Set(part === "training" ? [...first, ...all] : all);
    return [...names].map((name) => ({
      part,
      place: part === "training" && first.includes(name) ? "first" : part,
      name,
      fields: Object.entries(having).flatMap(([network, some]) =>
        some.filter((option) => option.name === name).map((option) => ({ network, part, option })),
      ),
    }));
  });
}

/** What is sent to the server: `values` are [field, value] pairs, of other networks as well. */
export function settings({ networks, data, recipe }, values) {
  const of = (network, part) =>
    Object.fromEntries(
      values
        .filter(([field]) => field.network === network && field.part === part)
        .map(([{ option }, value]) => [option.name, value]),
    );
  const plans = networks.map((network) => [
    network,
    {
      recipe,
      config: { ...of(network, "training"), augmentation: of(network, "augmentation") },
      architecture: of(network, "architecture"),
    },
  ]);
  return { networks, data, ...Object.fromEntries(plans) };
}

/**
 * The form in short, as a link holds it: { networks, data, recipe, changed }, where `changed` is what differs from what
 * `before(field)` gives, by network and option; null where that and the choice are as they are to begin with.
 */
export function form(choice, beginning, values, before) {
  const changed = {};
  for (const [field, value] of values)
    if (!same(value, before(field))) (changed[field.network] ??= {})[field.option.name] = value;
  const asEver = JSON.stringify(choice) === JSON.stringify(beginning) && !Object.keys(changed).length;
  return asEver ? null : { ...choice, changed };
}
