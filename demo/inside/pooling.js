// The view of pooling: sixteen numbers that can be changed, and a map before and after the drawing moves by one pixel.

import { words } from "./words.js";
import { make, write } from "../page/dom.js";
import { small } from "../figures/pictures.js";
import { page } from "../page/state.js";
import { legend, showLegend } from "./legend.js";
import { fill, picture } from "./overlay.js";
import { writeProse } from "./prose.js";
import { shiftOf } from "./sentences.js";

const PICTURES = ["before", "after", "difference"];
const digitIn = (input) => Math.round(Math.min(9, Math.max(0, input.valueAsNumber || 0)));

/** A function that shows an answer of this view in the colours of bytes; `usual` are the numbers to begin with. */
export function pooling({ find, every, choose }, usual) {
  const inputs = every(".cells input");
  writeProse(find("[data-view=pooling] .intro"), words.marked("inside.pooling.intro"));

  function showExample({ winners, largest, average }) {
    inputs.forEach((input, i) => {
      const isWinner = winners.includes(i);
      input.classList.toggle("winner", isWinner);
      if (isWinner) input.dataset.part = "winner";
      else delete input.dataset.part;
    });
    every(".example .max b").forEach((output, i) => write(output, largest[i]));
    every(".example .average b").forEach((output, i) => write(output, words.format.short(average[i])));
  }

  function showShift(shift, colours) {
    write(find(".shift > .help"), shiftOf(shift).map(words.tell).join(" "));
    fill(find(".shift .rows"), shift.rows.length, row, (box, i) => showRow(box, shift.map, shift.rows[i], colours));
  }

  function row() {
    const head = make("h3", {}, make("span", {}), make("b", {}));
    const figures = PICTURES.map((what) => {
      const caption = make("figcaption", { class: "help" }, words.say(`inside.shift.${what}`));
      return make("figure", {}, picture(), caption);
    });
    return make("div", {}, head, ...figures, legend(), legend());
  }

  function showRow(box, map, shown, colours) {
    const { layer, share, width, height, signed, largest } = shown;
    const canvases = every("[role=img]", box);
    const [ofMaps, ofDifference] = every(".legend", box);
    showLegend(ofMaps, { signed, largest, unit: "output", hatched: false }, colours);
    showLegend(ofDifference, { signed: true, largest, unit: "change", hatched: false }, colours);
    write(find("h3 span", box), words.say("inside.shift.map", { layer, map }));
    write(find("h3 b", box), words.say("inside.shift.changed", { share }));
    PICTURES.forEach((what, i) => {
      small(canvases[i], { width, height, signed: signed || what === "difference", bytes: shown[what] }, colours);
      canvases[i].ariaLabel = words.say("inside.shift.label", { layer, map, what: words.say(`inside.shift.${what}`) });
    });
  }

  // ---- what can be changed

  for (const input of inputs) {
    input.addEventListener("input", () => {
      if (input.value !== "") input.value = digitIn(input);
      choose({ example: inputs.map(digitIn) });
    });
    input.addEventListener("change", () => (input.value = digitIn(input)));
  }
  find(".choice.shift").addEventListener("change", ({ target }) => choose({ shift: target.value }));

  // A field that is being emptied stays empty.
  function showChosen({ inside: { example: chosen, shift } }) {
    const example = chosen ?? usual;
    inputs.forEach((input, i) => {
      if (digitIn(input) !== example[i]) input.value = example[i];
    });
    find(`.choice.shift [value=${shift}]`).checked = true;
  }
  page.subscribe(["inside"], showChosen);
  showChosen(page.get());

  return ({ example, shift }, colours) => {
    showExample(example);
    if (shift) showShift(shift, colours);
  };
}
