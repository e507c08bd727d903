// The view of the MLP: evidence for and against its digit, hidden layers, the first layer's weights.

import { words } from "./words.js";
import { decode, make, write } from "../page/dom.js";
import { bars, small } from "../figures/pictures.js";
import { explain } from "../page/terms.js";
import { SIDE } from "./geometry.js";
import { showLegend } from "./legend.js";
import { fill, overlay, picture } from "./overlay.js";
import { signed } from "./sentences.js";

const SIZE = SIDE * SIDE;

/** A function that shows an answer of this view in the colours of bytes. */
export function mlp({ find, css }) {
  function showEvidence({ image, evidence, digit }, colours) {
    write(find(".evidence h3"), words.say("inside.mlp.evidence", { digit }));
    explain(find(".evidence .help"), words.marked("inside.mlp.evidence_help", evidence));
    const label = words.say("inside.mlp.evidence_label", { digit, largest: evidence.largest });
    overlay(find(".evidence canvas"), evidence, { colours, image, label, css });
    showLegend(find(".evidence .legend"), { signed: true, largest: evidence.largest, unit: "logit_pixel" }, colours);
  }

  // The last row of units may be shorter than the others.
  function blank(canvas, { width, height, units }) {
    const short = width * height - units;
    canvas.getContext("2d").clearRect(width - short, height - 1, short, 1);
  }

  function showHidden({ hidden }, colours) {
    const anySigned = hidden.slice(0, -1).some((row) => row.signed);
    write(find(".strips .help"), words.say(anySigned ? "inside.mlp.rows_signed" : "inside.mlp.rows"));
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
      else blank(small(node, row, colours), row);
      node.ariaLabel = words.say("inside.mlp.hidden_label", values);
    });
  }

  function showWeights({ first, digit }, colours) {
    const { name, units, importance, largest } = first;
    const weights = decode(first.bytes);
    write(find(".weights h3"), words.say("inside.mlp.first", { layer: name, count: units.length, digit }));
    explain(find(".weights .help"), words.marked("inside.mlp.first_help", { weights: SIZE, digit }));
    showLegend(find(".weights .legend"), { signed: true, largest, unit: "weight", hatched: false }, colours);
    const tile = () => make("figure", {}, picture(), make("figcaption", {}, make("small", {}), make("b", {})));
    fill(find(".weights > div"), units.length, tile, (figure, i) => {
      const node = find("canvas", figure);
      const bytes = weights.subarray(i * SIZE, (i + 1) * SIZE);
      small(node, { width: SIDE, height: SIDE, signed: true, bytes }, colours);
      node.ariaLabel = words.say("inside.mlp.first_label", { unit: units[i], importance: importance[i] });
      write(find("small", figure), units[i]);
      write(find("b", figure), signed(importance[i]));
    });
  }

  return (answer, colours) => {
    const values = { ...answer.reading, units: answer.units };
    explain(find("[data-view=mlp] .intro"), words.marked("inside.mlp.intro", values));
    showEvidence(answer, colours);
    showHidden(answer, colours);
    showWeights(answer, colours);
  };
}
