// The chain of layers: each in small, with its figures, to be chosen.

import { words } from "./words.js";
import { make } from "../page/dom.js";
import { bars, small } from "../figures/pictures.js";
import { explained } from "../page/terms.js";
import { isBars } from "./geometry.js";
import { option } from "./option.js";

const HEADS = 112; // pixels that the names of the figures take, and the edges
const LEAST = 60; // pixels that a layer takes, where all of them are in one row
const FIGURES = ["parameters", "multiply_adds", "receptive_field"];

/** A function that shows the chain of an answer. */
export function chain({ find, every, choose }) {
  const box = find(".chain");

  function build(rows) {
    const figure = (value) => make("span", { class: "figure" }, value ? words.format.count(value) : "");
    const heads = ["shape", ...FIGURES].map((name) => {
      return make("span", {}, ...explained(words.marked(`inside.chain.${name}`)));
    });
    const options = rows.map((row) =>
      option(
        "layer",
        row.name,
        () => choose({ layer: row.name, channels: null }),
        make("canvas", { role: "img" }),
        make("b", {}, row.name),
        make("span", {}, row.shape.join("×")),
        ...FIGURES.map((name) => figure(row[name])),
      ),
    );
    const measures = make("div", { class: "measures" }, make("span", {}), make("span", {}));
    measures.append(...heads);
    box.replaceChildren(measures, ...options);
    box.style.setProperty("--layers", rows.length);
  }

  return ({ chain: rows, layer, colours }) => {
    box.classList.toggle("wrapped", box.clientWidth < HEADS + rows.length * LEAST);
    const key = rows.map(({ name, shape }) => `${name} ${shape}`).join();
    if (box.dataset.key !== key) build(rows);
    box.dataset.key = key;
    every("label", box).forEach((label, i) => {
      const row = rows[i];
      const canvas = find("canvas", label);
      const [maps, height, width] = row.shape;
      if (isBars({ ...row, vector: row.shape.length === 1 })) bars(canvas, row, colours);
      else small(canvas, row, colours);
      const values = { layer: row.name, maps, height, width, units: maps, largest: row.largest };
      canvas.ariaLabel = words.say(height ? "inside.chain.small_maps" : "inside.chain.small_units", values);
      find("input", label).checked = row.name === layer.name;
    });
  };
}
