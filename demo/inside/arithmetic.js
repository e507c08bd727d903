// The arithmetic of one cell, written out: a function for each kind of layer that makes the nodes to show.

import { words } from "./words.js";
import { make } from "../page/dom.js";
import { frame, large } from "../figures/pictures.js";
import { writeProse } from "./prose.js";
import { addend, bar, bracket, plus, sign, square, sum, table, tint } from "./tables.js";

const STRONGEST = 12; // input maps listed before all are asked for
const { exact } = words.format;
const part = (name) => words.say(`inside.part.${name}`);

/**
 * The nodes for a cell that was worked out. `page` has what they need of it: { colours, accent, nameOf, all,
 * openChannels, showAll }.
 */
export const arithmetic = (cell, page) => [...WORK[cell.kind](cell, page), ...then(cell)];

const WORK = { convolution, normalisation, activation, pooling, passed, linear, pixel: () => [] };

// What norm and activation make of it.
function then({ then = [] }) {
  const told = then.map((later) => words.say("inside.cell.then", later));
  return told.length ? [make("p", {}, told.join(" "))] : [];
}

// The map below with the window framed.
function source(map, { rows, columns }, name, { colours, accent }) {
  const box = { top: rows[0], bottom: rows.at(-1) + 1, left: columns[0], right: columns.at(-1) + 1 };
  const canvas = make("canvas", { role: "img", "aria-label": part("window") });
  queueMicrotask(() => frame(large(canvas, map, colours), box, accent)); // it has a size once it is on the page
  return make("figure", { "data-part": "window" }, canvas, make("figcaption", { class: "help" }, name));
}

// ---- a convolution: window times kernel, for every input map

function product(cell, { channel, map, window, kernel, products }, here, page) {
  const { rows, columns, inside, maps, below, sums } = cell;
  const wide = columns.length;
  const name = sums.length > 1 ? words.say("inside.cell.channel", { map: channel, layer: below }) : below;
  const node = make(
    "div",
    { class: "product", "data-channel": channel },
    source({ ...maps, bytes: map }, cell, name, page),
    square("window", window, wide, { signed: maps.signed, inside }),
    sign("×"),
    square("kernel", kernel, wide),
    sign("="),
    square("products", products, wide, { inside }),
    sign("→"),
    addend(sums[channel], part("sum"), "sum"),
  );
  node.addEventListener("pointerover", ({ target }) => {
    const i = target.dataset?.i;
    for (const td of node.querySelectorAll("td")) td.classList.toggle("at", td.dataset.i === i);
    if (i === undefined) return;
    const place = { row: rows[Math.floor(i / wide)], column: columns[i % wide] };
    const numbers = { ...place, window: window[i], kernel: bracket(kernel[i]), product: products[i] };
    here.textContent = inside[i]
      ? words.say("inside.cell.product_here", numbers)
      : words.say("inside.cell.padding_here", place);
  });
  return node;
}

function convolution(cell, page) {
  const { sums, bias, total, below, layer } = cell;
  const count = sums.length;
  const here = make("p", { class: "help", "aria-hidden": "true" }, words.say("inside.cell.rounded"));
  const nodes = [here, ...cell.channels.map((channel) => product(cell, channel, here, page))];
  if (count > 1) {
    const listed = { count, layer: below, open: cell.channels.length, share: shareOf(cell) };
    nodes.push(make("p", { class: "help" }, words.say("inside.cell.channels", listed)));
    nodes.push(make("div", { class: "sums", "data-part": "sum" }, ...channelButtons(cell, page)));
  }
  const label = count > 1 ? words.say("inside.cell.sums", { count }) : part("sum");
  const terms = [addend(total - bias, label, "sum"), ...plus(bias, part("bias"), "bias")];
  return [...nodes, sum(...terms, sign("="), addend(total, layer))];
}

// What the maps that are open bring, of all of them, signs aside.
function shareOf({ sums, channels }) {
  const strength = (list) => list.reduce((added, value) => added + Math.abs(value), 0);
  return strength(channels.map(({ channel }) => sums[channel])) / (strength(sums) || 1);
}

// What each input map brings, as buttons that open and close its squares.
function channelButtons({ sums, order, channels }, { all, openChannels, showAll }) {
  const open = channels.map(({ channel }) => channel);
  const most = Math.max(1e-9, ...sums.map(Math.abs));
  const buttons = (all ? order : order.slice(0, STRONGEST)).map((map) => {
    const isOpen = open.includes(map);
    const style = tint(sums[map], most);
    const attributes = { type: "button", style, "aria-pressed": isOpen, "data-key": `channel ${map}` };
    const name = make("small", {}, words.say("inside.cell.map", { map }));
    const button = make("button", attributes, name, make("b", {}, exact(sums[map], 3)));
    const others = open.filter((channel) => channel !== map);
    button.addEventListener("click", () => openChannels(isOpen ? others : [map, ...others]));
    return button;
  });
  if (order.length > STRONGEST) {
    const count = order.length;
    const label = all ? words.say("inside.cell.fewer_channels") : words.say("inside.cell.all_channels", { count });
    const more = make("button", { type: "button", "data-key": "all" }, label);
    more.addEventListener("click", () => showAll(!all));
    buttons.push(more);
  }
  return buttons;
}

// ---- norm, activation, pooling, and what passes a number on

function normalisation({ input, mean, variance, eps, weight, bias, normalised, total, layer }) {
  const taken = [addend(input, part("input"), "input"), sign("−"), addend(bracket(mean), part("mean"), "mean")];
  const label = words.say("inside.cell.spread", { variance: part("variance") });
  const spread = addend(`√(${exact(variance)} + ${eps})`, label, "variance");
  const scaled = [sign("×"), addend(bracket(weight), part("weight"), "weight"), ...plus(bias, part("bias"), "bias")];
  return [
    sum(sign("("), ...taken, sign(") ÷"), spread, sign("="), addend(normalised, "")),
    sum(addend(normalised, ""), ...scaled, sign("="), addend(total, layer)),
  ];
}

function activation({ function: name, input, slope, total, below, layer }) {
  const x = exact(input);
  const bent = { ReLU: `max(0, ${x})`, LeakyReLU: `${slope} × (${x})`, ELU: `${slope} × (exp(${x}) − 1)` }[name];
  const label = words.say("inside.cell.function", { function: name, layer: below });
  return [sum(addend(input > 0 && name !== "ReLU" ? x : bent, label, "input"), sign("="), addend(total, layer))];
}

function pooling(cell, page) {
  const { columns, window, winner, maps, map, total, how, below } = cell;
  const wide = columns.length;
  const node = make(
    "div",
    { class: "product" },
    source({ ...maps, bytes: map }, cell, below, page),
    square("window", window, wide, { signed: maps.signed, winner: winner[0] * wide + winner[1] }),
    sign("→"),
    addend(total, part(how), "winner"),
  );
  return [node];
}

function passed({ input: value }) {
  return [make("p", {}, words.say("inside.cell.passed", { value }))];
}

// ---- a linear layer, and softmax over the last

function linear(cell, { nameOf }) {
  const { inputs, terms, rest, strength, bias, total, softmax, at, below, layer } = cell;
  const listed = terms.map(({ product }) => Math.abs(product));
  const most = Math.max(1e-9, ...listed, Math.abs(rest), Math.abs(bias)); // every bar is as long as its number is large
  const named = (name, text) => make("td", { "data-part": name }, text);
  const body = terms.map(({ unit, place, input, weight, product }) => ({
    list: [
      nameOf(place ?? { layer: below, at: [unit] }),
      named("input", exact(input)),
      named("weight", exact(weight)),
      named("product", exact(product)),
      bar(product, most),
    ],
  }));
  const added = (name, kind, value) => ({ list: [name, "", "", named(kind, exact(value)), bar(value, most)] });
  body.push(added(words.say("inside.cell.others", { count: inputs - terms.length }), "product", rest));
  body.push(added(part("bias"), "bias", bias));
  body.push({ list: [nameOf({ layer, at }), "", "", exact(total), ""] });
  const scale = words.say("inside.cell.scale", { low: -most, high: most });
  const head = [words.say("inside.cell.from"), part("input"), part("weight"), part("product"), scale];
  const share = listed.reduce((added, product) => added + product, 0) / (strength || 1);
  const values = { count: terms.length, inputs, share };
  const told = make("p", { class: "help" }, words.say("inside.cell.listed", values));
  return [table(head, body), told, ...(softmax ? shares(softmax, at[0]) : [])];
}

function shares({ logits, exponentials, total, probabilities }, digit) {
  const told = (name) => words.say(`inside.softmax.${name}`);
  const body = logits.map((logit, i) => ({
    list: [
      String(i),
      exact(logit),
      exact(exponentials[i], 6),
      exact(probabilities[i], 6),
      bar(probabilities[i], 1, "whole"),
    ],
    class: i === digit ? "chosen" : undefined,
  }));
  body.push({ list: [told("total"), "", make("td", { "data-part": "sum" }, exact(total, 6)), "1", ""] });
  const prose = make("p", { class: "prose" });
  writeProse(prose, words.marked("inside.softmax.work"));
  return [
    make("h3", {}, told("title")),
    prose,
    table([told("digit"), told("logit"), told("exponential"), told("share"), told("scale")], body),
  ];
}
