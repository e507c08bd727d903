// A link to the page as somebody sees it: the page's state in the fragment of an address, and back.
//
// A fragment is the version of this format, then names with values: 1&d=…&tab=inside&inside-layer=conv2. What is as it is
// to begin with is left out. Of what a fragment says nothing is believed: every value is checked, and where one is wrong,
// none is taken.

import { pack, unpack } from "./packed.js";
import { first } from "../page/state.js";
import { as, either, flag, list, name, named, number, oneOf, pair, typed } from "./values.js";

const VERSION = 1;
const LONGEST = 8000; // characters; what the page writes is shorter
const NETWORKS = ["mlp", "cnn"];

const index = number(0, 99_999);
const indices = list(index, ".", 1, 64);
const cell = pair(list(index, ".", 1, 3), ".");
const CHANGES = ["rotation", "size", "slant", "pen", "blur", "noise", "occlusion", "inversion"];
const change = number(-100, 100, 6); // how far one of them goes
const switchedOff = as(
  list(oneOf("pen", "crop", "fit", "centre")),
  (steps) => Object.keys(steps).filter((step) => steps[step] === false),
  (names) => Object.fromEntries(names.map((step) => [step, false])),
);
const digits = list(number(0, 9), ".", 16, 16);

/** @typedef {[string, string[], { to: (value: any) => string, from: (text: string) => any }]} Field */

/** Names in a fragment, where in the state their values lie, and of which kind they are. @type {Field[]} */
const FIELDS = [
  ["pen", ["pen"], number(1, 80, 1)],
  ["digit", ["digit"], number(0, 5)],
  ["off", ["steps"], switchedOff],
  ["readers", ["training"], oneOf("tutorial")],
  ["tab", ["tab"], name],
  ["hide", ["hidden"], list(name)],
  ["theme", ["theme"], oneOf("light", "dark")],
  ["present", ["presenting"], flag],
  ["inside-view", ["inside", "view"], oneOf("maps", "mlp", "pixels", "pooling")],
  ["inside-layer", ["inside", "layer"], name],
  ["inside-map", ["inside", "map"], index],
  ["inside-cell", ["inside", "cell"], as(cell, ({ layer, at }) => [layer, at], ([layer, at]) => ({ layer, at }))], // prettier-ignore
  ["inside-off", ["inside", "off"], named(indices, ".")],
  ["inside-own", ["inside", "own"], flag],
  ["inside-channels", ["inside", "channels"], indices],
  ["inside-order", ["inside", "order"], oneOf("number", "effect")],
  ["inside-digit", ["inside", "digit"], number(0, 9)],
  ["inside-shift", ["inside", "shift"], oneOf("left", "right", "up", "down")],
  ["inside-example", ["inside", "example"], digits],
  ["compare-view", ["compare", "view"], oneOf("drawing", "digits", "ledger", "claims")],
  ["compare-move", ["compare", "move"], list(number(-14, 14), ",", 2, 2)],
  ["compare-kernel", ["compare", "kernel"], number(0, 999)],
  ["compare-window", ["compare", "window"], list(number(0, 27), ",", 2, 2)],
  ["compare-pair", ["compare", "pair"], as(list(name, "/", 2, 2), (both) => both.split("/"), (both) => both.join("/"))], // prettier-ignore
  ["compare-sort", ["compare", "sort"], name],
  ["compare-down", ["compare", "down"], either],
  ...CHANGES.map((kind) => /** @type {Field} */ ([`compare-${kind}`, ["compare", kind], change])),
  ["retrain-axis", ["retrain", "axis"], oneOf("seconds", "batches", "epochs")],
];

const LESSON = pair(number(0, 99), ".");
const BETS = named(name, ":");
const FORM = { networks: list(oneOf(...NETWORKS), ",", 1, 2), data: name, recipe: name };
const OPTION = new RegExp(`^retrain-(${NETWORKS.join("|")})-([a-z]\\w{0,39})$`);

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const valueAt = (state, path) => path.reduce((value, part) => value?.[part], state);

/** The state as a fragment without its #; what a fragment cannot hold is left out, and of the first state nothing is left. */
export function encode(state) {
  const parts = [];
  const add = (key, kind, value) => {
    const text = kind.to(value);
    if (text !== "" && kind.from(text) !== undefined) parts.push(`${key}=${written(text)}`);
  };

  const { strokes, lent, picture, networks, lesson } = state;
  const packed = !picture && strokes.length && strokes !== lent ? pack(strokes) : null;
  if (packed) parts.push(`d=${packed}`);
  if (picture) parts.push("picture=1");
  if (Object.values(networks?.readers ?? {}).some(({ source }) => ["run", "loaded"].includes(source)))
    parts.push("own=1");
  for (const [key, path, kind] of FIELDS) {
    const value = valueAt(state, path);
    if (value !== undefined && value !== null && !same(value, valueAt(first, path))) add(key, kind, value);
  }
  if (lesson) {
    add("lesson", LESSON, [lesson.id, lesson.step]);
    if (Object.keys(lesson.bets ?? {}).length) add("bets", BETS, lesson.bets);
  }
  const { form } = state.retrain;
  if (form) {
    for (const [key, kind] of Object.entries(FORM)) if (form[key]) add(`retrain-${key}`, kind, form[key]);
    for (const [network, options] of Object.entries(form.changed ?? {}))
      for (const [option, value] of Object.entries(options)) add(`retrain-${network}-${option}`, typed, value);
  }
  return parts.length ? [VERSION, ...parts].join("&") : "";
}

// Of what encodeURIComponent writes in numbers, these may stand in a fragment as they are.
const written = (text) => encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");

const nothing = (problem) => ({ changes: {}, problem });

/**
 * What a fragment, with its # or without, changes in the first state: { changes, problem }. `problem` is null or the key of
 * a sentence that says what is wrong with the fragment, and then nothing is changed, or what it cannot bring back.
 */
export function decode(fragment) {
  const text = fragment.replace(/^#/, "");
  if (!text) return nothing(null);
  const [version, ...parts] = text.length > LONGEST ? [] : text.split("&");
  if (/^\d{1,4}$/.test(version) && Number(version) > VERSION) return nothing("link.newer");
  const given = version === String(VERSION) && read(parts);
  const changes = given && changesOf(given);
  if (!changes) return nothing("link.broken");
  const missing = ["picture", "own"].filter((key) => given.has(key));
  return { changes, problem: missing.length ? `link.without.${missing.join("_")}` : null };
}

/** The values by name; null where a part is none, or one is there twice. */
function read(parts) {
  const given = new Map();
  try {
    for (const part of parts) {
      const [, key, value] = /^([a-z][\w-]{0,80})=(.+)$/i.exec(part) ?? [];
      if (!key || given.has(key)) return null;
      given.set(key, decodeURIComponent(value));
    }
  } catch {
    return null; // a % that stands for no character
  }
  return given;
}

/** Checked one by one; null where one is wrong or has a name that there is not. */
function changesOf(given) {
  const left = new Set(given.keys());
  let wrong = false;
  const take = (key, kind) => {
    if (!left.delete(key)) return undefined;
    const value = kind.from(given.get(key));
    if (value === undefined) wrong = true;
    return value;
  };

  const { pen, inside, steps, hidden, theme, presenting } = first;
  /** @type {Record<string, any>} */
  const changes = {
    steps,
    training: "shipped",
    hidden,
    theme,
    presenting,
    inside: { ...inside },
    compare: {},
    retrain: {},
  };
  for (const [key, path, kind] of FIELDS) {
    const value = take(key, kind);
    if (value === undefined) continue;
    if (path.length > 1) changes[path[0]][path[1]] = value;
    else changes[path[0]] = value;
  }

  const strokes = take("d", { from: (text) => unpack(text) ?? undefined });
  for (const key of ["picture", "own"]) take(key, flag);
  if (strokes) Object.assign(changes, { pen, digit: null, picture: null, ...changes, strokes });

  const [id, step] = take("lesson", LESSON) ?? [];
  const bets = take("bets", BETS);
  changes.lesson = id === undefined ? null : { id, step, bets: bets ?? {} };

  changes.retrain.form = formOf(take, [...left]);
  return wrong || left.size ? null : changes;
}

function formOf(take, keys) {
  const chosen = Object.entries(FORM).map(([key, kind]) => [key, take(`retrain-${key}`, kind)]);
  const changed = Object.fromEntries(NETWORKS.map((network) => [network, {}]));
  for (const key of keys) {
    const [, network, option] = OPTION.exec(key) ?? [];
    if (network && name.from(option)) changed[network][option] = take(key, typed);
  }
  const given = [...chosen.map(([, value]) => value), ...Object.values(changed).flatMap(Object.keys)];
  if (given.every((value) => value === undefined)) return null;
  return { ...Object.fromEntries(chosen.filter(([, value]) => value !== undefined)), changed };
}
