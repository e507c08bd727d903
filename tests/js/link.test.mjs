// Links: what goes in comes back, drawings are small, and nothing that anybody may write does any harm.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decode, encode } from "../../demo/link/link.js";
import { pack, shaped, unpack } from "../../demo/link/packed.js";
import { first } from "../../demo/page/state.js";
import { typed } from "../../demo/link/values.js";
import { catalogue } from "./catalogue.mjs";

const gallery = JSON.parse(
  readFileSync(new URL("../../checkpoints/compare/gallery.json", import.meta.url), { encoding: "utf8" }),
);
const STROKES = [
  [
    [100, 60.5],
    [180, 60],
    [120, 230],
  ],
  [[20, 280]],
];
const FORM = {
  networks: ["cnn"],
  data: "digits",
  recipe: "fast",
  changed: { mlp: { hidden: [32, 16] }, cnn: { learning_rate: 0.0001, shuffle: false, optimizer: "sgd", seed: 7 } },
};

/** The uniform numbers of a small generator, so that a test that fails fails again. */
function dice(seed) {
  let state = seed;
  const uniform = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return {
    uniform,
    below: (most) => Math.floor(uniform() * most),
    of: (all) => all[Math.floor(uniform() * all.length)],
  };
}

/** Every point of a stroke lies so near to some part of another. */
function near(stroke, other, most) {
  const lines = other.length > 1 ? other.slice(1).map((to, i) => [other[i], to]) : [[other[0], other[0]]];
  return stroke.every(([x, y]) =>
    lines.some(([[ax, ay], [bx, by]]) => {
      const [dx, dy] = [bx - ax, by - ay];
      const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(x - ax - share * dx, y - ay - share * dy) <= most;
    }),
  );
}

const all = {
  strokes: STROKES,
  pen: 24,
  digit: 1,
  steps: { crop: false, fit: false },
  training: "tutorial",
  tab: "inside",
  hidden: ["samples", "about"],
  theme: "dark",
  presenting: true,
  lesson: { id: "kernel", step: 3, bets: { map: "7", place: "top-left" } },
  inside: {
    view: "pooling",
    layer: "conv2",
    map: 3,
    cell: { layer: "conv2", at: [3, 5, 6] },
    off: { conv1: [0, 4], conv2: [7] },
    own: true,
    channels: [1, 2],
    order: "effect",
    digit: 4,
    shift: "up",
    example: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5],
  },
  compare: {
    view: "digits",
    move: [-14, 3],
    kernel: 5,
    window: [0, 27],
    pair: "best-mlp/tutorial-cnn",
    sort: "parameters",
    down: false,
    rotation: -35,
    size: 0.85,
  },
  retrain: { form: FORM, axis: "batches" },
};

test("everything that a link holds comes back", () => {
  const { changes, problem } = decode(`#${encode({ ...first, ...all })}`);
  assert.equal(problem, null);
  assert.deepEqual(changes, { ...all, picture: null });
  for (const name of Object.keys(all)) {
    const before = { ...first, [name]: all[name], ...(name === "digit" && { strokes: STROKES }) };
    assert.deepEqual(decode(encode(before)).changes[name], all[name], name);
  }
});

test("the first state has no fragment, and no fragment changes nothing", () => {
  assert.equal(encode(first), "");
  for (const empty of ["", "#"]) assert.deepEqual(decode(empty), { changes: {}, problem: null });
  const other = { retrain: { settings: {}, moment: 3, compared: [[1, "mlp"]] }, verdict: {}, training: "shipped" };
  assert.equal(encode({ ...first, ...other }), "");
});

test("what a link leaves out is as it is to begin with, but the drawing stays", () => {
  const { changes } = decode("#1&tab=about");
  const { inside, steps, hidden, theme, presenting } = first;
  const beginning = { inside, steps, hidden, theme, presenting, compare: {}, retrain: { form: null } };
  assert.deepEqual(changes, { ...beginning, tab: "about", training: "shipped", lesson: null });
});

test("pictures and networks of the author's own are not in it, and that is said", () => {
  const picture = { image: "", digits: [], address: "data:" };
  const networks = (source) => ({ readers: { mlp: { source: "shipped" }, cnn: { source } } });
  const of = (changes) => decode(encode({ ...first, strokes: STROKES, ...changes }));
  assert.equal(of({ networks: networks("shipped") }).problem, null);
  assert.equal(of({ networks: networks("run") }).problem, "link.without.own");
  assert.equal(of({ networks: networks("loaded"), picture }).problem, "link.without.picture_own");
  assert.equal(of({ picture }).problem, "link.without.picture");
  assert.equal(of({ picture }).changes.strokes, undefined);
  assert.deepEqual(of({ networks: networks("run") }).changes.strokes, STROKES);
});

test("strokes that nobody drew are in no link", () => {
  assert.equal(encode({ ...first, strokes: STROKES, lent: STROKES }), "");
});

test("a drawing comes back as it was to half a pad unit and the line's tolerance", () => {
  for (const { strokes, pen } of gallery.drawings) {
    const text = pack(strokes);
    assert.ok(text.length < 400, `${text.length} characters`);
    const back = decode(encode({ ...first, strokes, pen })).changes;
    assert.equal(back.pen, pen);
    assert.equal(back.strokes.length, strokes.length);
    for (const [i, stroke] of strokes.entries()) {
      assert.ok(near(stroke, back.strokes[i], 0.5 + Math.SQRT1_2 / 2 + 1e-9));
      assert.ok(near(back.strokes[i], stroke, 0.5));
    }
  }
});

test("what is long is thinned further, and still the same shape", () => {
  const spiral = Array.from({ length: 9000 }, (_, i) => [
    140 + (i / 80) * Math.cos(i / 90),
    140 + (i / 80) * Math.sin(i / 90),
  ]);
  const text = pack([spiral]);
  assert.ok(text.length <= 2000, `${text.length} characters`);
  assert.ok(near(unpack(text)[0], spiral, 2));
  const random = dice(3);
  const wild = Array.from({ length: 256 }, () =>
    Array.from({ length: 40 }, () => [random.below(280), random.below(280)]),
  );
  assert.equal(pack(wild), null);
  assert.equal(encode({ ...first, strokes: wild }), "");
});

test("a line keeps its ends and corners alone", () => {
  const line = Array.from({ length: 101 }, (_, i) => [i, i < 50 ? 0 : i - 50]);
  assert.deepEqual(shaped(line, 0.5), [line[0], line[50], line[100]]);
  assert.deepEqual(shaped([[3, 4]], 0.5), [[3, 4]]);
});

test("values of a form come back as they were typed", () => {
  const values = [
    0,
    -1,
    0.0045,
    1e-7,
    true,
    false,
    "adam",
    "",
    "12a",
    "7",
    "true",
    "'",
    "1,2,",
    [],
    [32],
    [1, "x"],
    "a&b=c#%",
    "ü",
  ];
  for (const value of values) {
    if (Array.isArray(value) && !value.length) continue; // as an empty text, which is the same in a field
    assert.deepEqual(typed.from(typed.to(value)), value, JSON.stringify(value));
    if (value === "") continue;
    const form = { ...FORM, changed: { mlp: { dropout: value }, cnn: {} } };
    assert.deepEqual(decode(encode({ ...first, retrain: { form } })).changes.retrain.form, form);
  }
});

test("links of another version, and what is no link, change nothing and say so", () => {
  assert.deepEqual(decode("#2&anything"), { changes: {}, problem: "link.newer" });
  const wrong = [
    "tabs", "1&", "1&&tab=about", "0&tab=about", "1&tab", "1&tab=", "1&=about", "1&tab=about&tab=inside", "1&tab=constructor",
    "1&tab=__proto__", "1&__proto__=1", "1&bets=__proto__:x", "1&inside-off=__proto__.1", "1&retrain-mlp-__proto__=1",
    "1&retrain-mlp-constructor=1", "1&toString=1", "1&pen=0", "1&pen=NaN", "1&pen=1e3", "1&pen=Infinity", "1&pen=-5",
    "1&d=", "1&d=AA!", "1&d=A", "1&d=////", "1&d=/w", "1&digit=6", "1&inside-map=99999999999999999999", "1&inside-view=none",
    "1&inside-cell=conv1", "1&inside-cell=conv1.1.2.3.4", "1&compare-move=15,0", "1&compare-move=1", "1&compare-down=1",
    "1&lesson=7", "1&lesson=a.-1", "1&lesson=a.1.2", "1&theme=%3Cscript%3E", "1&tab=%E0%A4%A", "1&hide=a,,b", "1&present=2",
    `1&${"hide=a".padEnd(9000, "a")}`, "x".repeat(1_000_000), `1&d=${"A".repeat(1_000_000)}`, "[".repeat(100_000),
  ]; // prettier-ignore
  for (const link of wrong)
    assert.deepEqual(decode(`#${link}`), { changes: {}, problem: "link.broken" }, link.slice(0, 60));
});

test("whatever is done to a link, what comes of it is harmless, and quickly there", () => {
  const random = dice(17);
  const link = encode({ ...first, ...all });
  const marks = [
    ...'&=.,:/%#-_0123456789AZaz[]{}"\\<\u0000é',
    "__proto__",
    "constructor",
    "%00",
    "1e999",
    "NaN",
    "&d=",
  ];
  const parts = [...link.split("&"), ...gallery.drawings.map(({ strokes }) => `d=${pack(strokes)}`)];
  const known = new Set([...Object.keys(all), "picture"]);
  const began = performance.now();
  let taken = 0;
  for (let i = 0; i < 5000; i++) {
    let text = random.uniform() < 0.3 ? `1&${Array.from({ length: 4 }, () => random.of(parts)).join("&")}` : link;
    for (let times = random.below(4); times > 0; times--) {
      const at = random.below(text.length);
      const cut = random.below(3);
      text = text.slice(0, at) + random.of(marks) + text.slice(at + cut);
    }
    const { changes, problem } = decode(`#${text}`);
    if (problem === "link.broken" || problem === "link.newer") {
      assert.deepEqual(changes, {});
      continue;
    }
    taken++;
    for (const name of Object.keys(changes)) assert.ok(known.has(name), `${name} of ${text}`);
    for (const [x, y] of (changes.strokes ?? []).flat()) assert.ok(x >= 0 && x <= 280 && y >= 0 && y <= 280, text);
    assert.ok(!(changes.pen > 80) && !(changes.pen < 1), text);
    assert.equal(Object.getPrototypeOf(changes.inside), Object.prototype);
    const again = decode(encode({ ...first, ...changes })).changes;
    const { strokes = [], ...rest } = changes;
    const { strokes: back = [], ...others } = again;
    assert.deepEqual({ picture: null, ...others }, { picture: null, ...rest }, text);
    assert.equal(back.length, strokes.length, text); // thinned once more
  }
  assert.ok(taken > 500, `${taken} were links`);
  assert.equal({}.polluted, undefined);
  assert.ok(performance.now() - began < 20_000);
});

test("what lessons tell of the networks' readings is hidden with them", () => {
  const sheet = readFileSync(new URL("../../demo/link/link.css", import.meta.url), "utf8");
  const hidden = (part) => {
    const [, steps] = sheet.match(`~="${part}"\\] #lesson:is\\((.*)\\) \\.told`);
    return [...steps.matchAll(/"(\w+)"/g)].map(([, step]) => step).sort();
  };
  const steps = Object.values(catalogue.lesson).flatMap((lesson) => Object.entries(lesson));
  const telling = (what) => steps.filter(([, { why }]) => what.test(JSON.stringify(why))).map(([step]) => step);
  assert.deepEqual(hidden("answers"), telling(/\{(mlp|cnn|home)\}/).sort());
  assert.deepEqual(hidden("bars"), telling(/_sure:/).sort());
});
