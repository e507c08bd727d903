// The view of the MLP: evidence for and against its digit, hidden layers, the first layer's weights.

import { words } from "../page/catalogue.js";
import { decode, make, write } from "../page/dom.js";
import { bars, small } from "../page/pictures.js";
import { SIDE } from "./geometry.js";
import { fill, overlay, picture } from "./overlay.js";

const SIZE = SIDE * SIDE;

/** A function that shows an answer of this view in the colours of bytes. */
export function mlp({ find, css }) {
  function showEvidence({ image, evidence, reading: { digit } }, colours) {
    write(find(".evidence h3"), words.say("inside.mlp.evidence", { digit }));
    write(find(".evidence .help"), words.say("inside.mlp.evidence_help", evidence));
    const label = words.say("inside.mlp.evidence_label", { digit, largest: evidence.largest });
    overlay(find(".evidence canvas"), { ...evidence, signed: true }, { colours, image, label, css });
  }

  function showHidden({ hidden }, colours) {
    const strip = () => make("figure", {}, make("figcaption", {}), picture());
    fill(find(".strips > div"), hidden.length, strip, (figure, i) => {
      const { name, last, ...row } = hidden[i];
      const node = find("canvas", figure);
      const isLast = i === hidden.length - 1;
      const values = { layer: name, layers: name === last ? name : `${name}, ${last}`, ...row };
      const told = isLast ? words.say("inside.mlp.logits_row", values) : words.say("inside.mlp.hidden_row", values);
      write(find("figcaption", figure), told);
      node.classList.toggle("bars", isLast);
      if (isLast) bars(node, row, colours, { ink: css("--quiet") });
      else small(node, row, colours);
      node.ariaLabel = words.say("inside.mlp.hidden_label", values);
    });
  }

  function showWeights({ first, reading: { digit } }, colours) {
    const { name, units, importance } = first;
    const weights = decode(first.bytes);
    write(find(".weights h3"), words.say("inside.mlp.first", { layer: name, count: units.length, digit }));
    write(find(".weights .help"), words.say("inside.mlp.first_help", { weights: SIZE }));
    const tile = () => make("figure", {}, picture(), make("figcaption", {}, make("small", {}), make("b", {})));
    fill(find(".weights > div"), units.length, tile, (figure, i) => {
      const node = find("canvas", figure);
      const bytes = weights.subarray(i * SIZE, (i + 1) * SIZE);
      small(node, { width: SIDE, height: SIDE, signed: true, bytes }, colours);
      node.ariaLabel = words.say("inside.mlp.first_label", { unit: units[i], importance: importance[i] });
      write(find("small", figure), units[i]);
      write(find("b", figure), words.format.exact2(importance[i]));
    });
  }

  return (answer, colours) => {
    write(find("[data-view=mlp] .intro"), words.say("inside.mlp.intro", { ...answer.reading, units: answer.units }));
    showEvidence(answer, colours);
    showHidden(answer, colours);
    showWeights(answer, colours);
  };
}
