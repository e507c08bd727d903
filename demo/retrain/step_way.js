// The gradients of a layer as pictures, one unit or map at a time; and the way of the weight that is chosen among them.

import { words } from "./step_words.js";
import { decode, make, pixels, write } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { small, tables } from "../figures/pictures.js";
import { explain, explained } from "../page/terms.js";
import { paragraph, section } from "./step_parts.js";
import { sentence } from "./problem.js";
import { bracketed, fine, indexAt, lines, moved, placeOf, placeUnder, powerOf, raised, tiling } from "./step_sums.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const none = words.say("worked.none");
const short = (value) => fine(value === null ? null : Number(value.toPrecision(3)), none);
const layerOf = (parameter) => parameter.split(".")[0];

export function way({ server, view, choose, question, network }) {
  const layers = make("select", { "aria-label": words.say("worked.layer.label") });
  const unit = make("input", { type: "range", min: "0", step: "1", "aria-label": words.say("worked.layer.label") });
  const called = make("output", {});
  const strip = make("canvas", { class: "strip", "aria-hidden": "true" });
  const canvas = make("canvas", { "aria-hidden": "true" });
  const mark = make("i", {});
  const picture = make("div", {
    ...{ class: "cells", role: "slider", tabindex: "0", "aria-valuemin": "0", "aria-valuenow": "0" },
    "aria-label": words.say("worked.layer.picture"),
  });
  picture.append(canvas, mark);
  const help = make("p", { class: "help" });
  const largest = make("button", { type: "button" }, words.say("worked.layer.largest"));
  const place = make("p", { class: "place", role: "status" });
  const label = make("label", {}, words.say("worked.layer.label"), " ", layers);
  const chosen = make("div", { class: "chosen" }, label, largest);
  const units = make("div", { class: "units" }, unit, called, strip);
  const shares = make("div", { class: "images" });
  const adds = make("p", { class: "help" });
  const rest = make("p", { class: "help" });
  const rule = make("p", { class: "rule" });
  const matrix = make("p", { class: "matrix" });
  const table = make("tbody", {});
  const problem = make("p", { class: "problem" });
  const node = make("div", { class: "weight" });
  node.append(
    section(
      "gradients",
      "worked.layer.title",
      chosen,
      units,
      picture,
      help,
      paragraph("worked.layer.choose", { class: "help" }),
    ),
    section(
      ...["way", "worked.way.title", place, problem, adds, shares, rest, rule],
      make("table", { "aria-label": words.say("worked.way.table") }, table),
      matrix,
    ),
  );

  let batch = null;
  let shown = null; // the newest answer, with its parameter

  const shapeOf = (parameter) => batch.layers.find((layer) => layer.parameter === parameter)?.shape;

  /** The layer that is looked at: the first, where another network has been chosen. */
  function parameter() {
    const { parameter: wanted } = view();
    return wanted && shapeOf(wanted) ? wanted : batch.layers[0].parameter;
  }

  const ask = latest(
    async () => {
      if (!batch) return { problem: null };
      const asked = { ...question(), parameter: parameter(), index: view().index };
      const answer = await server.way(asked);
      return answer && { ...answer, parameter: asked.parameter, network: asked.network };
    },
    show,
    () => write(problem, words.say("retrain.lost")),
  );

  function show(answer) {
    write(problem, answer.problem ? sentence(answer.problem) : "");
    if (answer.problem && view().index) return pick(null); // of another architecture
    if (!answer.lines || !batch) return;
    shown = answer;
    showUnits();
    showCells();
    showPlace();
    showShares();
    showLines();
  }

  function showUnits() {
    const { index, gradients, parameter } = shown;
    const units = gradients.shape[0];
    unit.max = String(units - 1);
    unit.value = String(index[0]);
    const kind = gradients.shape.length === 4 ? "map" : layerOf(parameter) === "out" ? "digit" : "unit";
    const said = words.say(`worked.layer.${kind}`, { unit: index[0], units: units - 1 });
    write(called, said);
    unit.setAttribute("aria-label", said);
    small(strip, { width: units, height: 1, signed: false, bytes: gradients.units }, tables(node));
  }

  function showCells() {
    const { gradients, index } = shown;
    const { wide, high, at } = tiling(gradients);
    const colours = tables(node)[1];
    canvas.width = wide;
    canvas.height = high;
    const image = new ImageData(wide, high); // gaps stay transparent
    decode(gradients.bytes).forEach((byte, i) => {
      const [x, y] = at(i);
      image.data.set([...colours[byte], 255], 4 * (y * wide + x));
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
    const [x, y] = at(placeOf(index, gradients.shape));
    Object.assign(mark.style, { left: `${(100 * x) / wide}%`, top: `${(100 * y) / high}%` });
    Object.assign(mark.style, { width: `${100 / wide}%`, height: `${100 / high}%` });
    picture.style.setProperty("--wide", String(wide));
    explain(help, words.marked("worked.layer.help", { largest: fine(gradients.largest, none) }));
  }

  function placeName() {
    const { index, gradients, parameter } = shown;
    const layer = layerOf(parameter);
    const [unit, ...rest] = index;
    if (gradients.shape.length === 4) {
      const [from, row, column] = rest;
      const values = { layer, unit, row, column };
      return gradients.shape[1] === 1
        ? words.say("worked.layer.place.image", values)
        : words.say("worked.layer.place.kernel", { ...values, from });
    }
    const { tiles, height, width } = gradients;
    const [row, column] = [Math.floor((rest[0] % (height * width)) / width), rest[0] % width];
    if (parameter === batch.layers[0].parameter)
      return words.say("worked.layer.place.pixel", { layer, unit, row, column });
    if (tiles > 1)
      return words.say("worked.layer.place.cell", {
        layer,
        unit,
        row,
        column,
        from: Math.floor(rest[0] / (height * width)),
      });
    const last = layer === "out";
    return last
      ? words.say("worked.layer.place.last", { layer, unit, from: rest[0] })
      : words.say("worked.layer.place.line", { layer, unit, from: rest[0] });
  }

  function showPlace() {
    const { index, gradients, lines } = shown;
    const name = placeName();
    write(place, name);
    const said = words.say("worked.layer.at", { place: name, gradient: fine(lines.gradient, none) });
    picture.setAttribute("aria-valuemax", String(gradients.shape.slice(1).reduce((all, n) => all * n, 1) - 1));
    picture.setAttribute("aria-valuenow", String(placeOf(index, gradients.shape)));
    picture.setAttribute("aria-valuetext", said);
  }

  function showShares() {
    const { images, rest: others } = shown.shares;
    const power = powerOf(images.map(({ share }) => share));
    write(adds, words.say("worked.way.shares", { unit: `10${raised(power)}` }));
    shares.replaceChildren(
      ...images.map(({ image, label, share }) => {
        const said = words.say("worked.way.share", { label, share: short(share) });
        const canvas = make("canvas", { width: 28, height: 28, role: "img", "aria-label": said });
        pixels(canvas, image);
        const value = share === null ? none : words.format.signed2(share / 10 ** power);
        return make("figure", { title: said }, canvas, make("span", { "aria-hidden": "true" }, value));
      }),
    );
    const more = { count: others.count, sum: fine(others.sum, none) };
    write(rest, others.count ? words.say("worked.way.rest", more) : "");
  }

  function showLines() {
    const { lines: way, shares, step } = shown;
    table.replaceChildren(
      ...lines(way, shares, batch.reduced).map(({ key, values }) => {
        const written = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fine(value, none)]));
        const head = make("th", { scope: "row" }, ...explained(words.marked(`worked.line.${key}.label`)));
        return make(
          "tr",
          { "data-line": key },
          head,
          make("td", {}, bracketed(words.say(`worked.line.${key}.formula`, written))),
        );
      }),
    );
    explain(rule, words.marked(way.beside_muon ? "worked.way.beside" : `worked.way.rule.${way.optimizer}`));
    matrix.hidden = !way.matrix;
    if (way.matrix) {
      const { rows, columns, singular } = way.matrix;
      explain(matrix, words.marked("worked.way.matrix", { rows, columns, high: short(singular[1]) }));
    }
    node.dataset.step = step;
    node.dataset.index = shown.index.join();
  }

  // ---- choosing

  function pick(index, of = parameter()) {
    choose({ parameter: of, index });
    ask();
  }

  const count = () => shown.gradients.shape.slice(1).reduce((all, n) => all * n, 1);

  layers.addEventListener("change", () => pick(null, layers.value));
  largest.addEventListener("click", () => pick(null));
  unit.addEventListener("input", () => pick([unit.valueAsNumber]));
  picture.addEventListener("click", ({ clientX, clientY }) => {
    if (!shown) return;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const cell = [((clientX - left) / width) * canvas.width, ((clientY - top) / height) * canvas.height].map(
      Math.floor,
    );
    const found = placeUnder([cell[0], cell[1]], shown.gradients, count());
    if (found >= 0) pick(indexAt(shown.index[0], found, shown.gradients.shape));
  });
  picture.addEventListener("keydown", (event) => {
    if (!shown || !(event.key in MOVES)) return;
    event.preventDefault();
    event.stopPropagation();
    const { index, gradients } = shown;
    const to = moved(placeOf(index, gradients.shape), MOVES[event.key], gradients, count());
    shown.index = indexAt(index[0], to, gradients.shape); // keys may be quicker than answers
    pick(shown.index);
  });

  return {
    node,
    ask,
    show(found) {
      batch = found;
      const names = batch.layers.map(({ parameter }) => parameter);
      if (layers.dataset.names !== names.join()) {
        layers.dataset.names = names.join();
        layers.replaceChildren(...names.map((name) => make("option", { value: name }, layerOf(name))));
      }
      layers.value = parameter();
      node.dataset.network = network();
      if (shown && shown.network !== network()) ask(); // even while a run goes on
    },
  };
}
