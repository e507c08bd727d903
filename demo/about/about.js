// The tab About: what the networks are that read the drawing now.

import { words } from "./words.js";
import { make, within } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { explain, explained } from "../page/terms.js";
import { intro, otherwise, results } from "./sentences.js";

const marked = { ...words, say: words.marked }; // says sentences with their terms marked
const PACE = 1000; // milliseconds between two updates while a network learns, at least

/** Start the component: `server.describe_networks` tells, `props.shipped` is what it tells of the shipped networks. */
export function start({ element, server, props }) {
  const { find } = within(element);
  let stale = true; // what is shown, or may be
  let version = null; // of the networks that are shown
  let timer = null;

  function show({ networks, about, moved }) {
    version = networks.version;
    explain(find(".intro"), intro(marked, about));
    for (const [name, network] of Object.entries(about)) fill(find(`.${name} table`), ...layers(network));
    const names = Object.keys(about).map((name) => words.say(`network.${name}`));
    fill(find(".results"), ["", ...names], results(marked, about, networks));
    find("ul").replaceChildren(...otherwise(marked, about, moved).map((told) => make("li", {}, ...explained(told))));
  }

  const ask = latest(
    () => server.describe_networks({}),
    (answer) => {
      show(answer);
      hear(answer.networks);
    },
    () => {},
  );

  function refresh() {
    timer = null;
    if (!stale || !element.checkVisibility()) return;
    stale = false;
    ask();
  }

  page.subscribe(["networks"], ({ networks }) => {
    if (networks.version === version) return;
    stale = true;
    timer ??= setTimeout(refresh, PACE);
  });
  new IntersectionObserver(refresh).observe(element);
  show(props.shipped);
}

const COLUMNS = ["name", "kind", "output", "parameters", "multiply_adds", "sees"];

/** Head, lines and foot of the table of a network's layers. */
function layers({ layers, parameters, multiply_adds }) {
  const count = (number) => (number ? words.format.count(number) : "");
  const lines = layers.map(({ name, kind, shape, receptive_field, ...layer }) => {
    return [name, kind, shape.join("×"), count(layer.parameters), count(layer.multiply_adds), receptive_field];
  });
  const total = [words.say("about.total"), "", "", count(parameters), count(multiply_adds), ""];
  return [COLUMNS.map((name) => words.marked(`about.layer.${name}`)), lines, total];
}

/** Write a table anew; the first cell of a line is its head. */
function fill(table, head, lines, foot) {
  const line = ([first, ...rest]) =>
    make("tr", {}, make("th", { scope: "row" }, ...explained(first)), ...rest.map((cell) => make("td", {}, cell)));
  const columns = head.map((name) => (name ? make("th", { scope: "col" }, ...explained(name)) : make("td", {})));
  const parts = [make("thead", {}, make("tr", {}, ...columns)), make("tbody", {}, ...lines.map(line))];
  table.replaceChildren(...parts, ...(foot ? [make("tfoot", {}, line(foot))] : []));
}
