// What the networks have learnt, as there is nothing else to show on blank paper: kernels and units as pictures.

import { words } from "./words.js";
import { decode, make, write } from "../page/dom.js";
import { small } from "../figures/pictures.js";
import { page } from "../page/state.js";
import { SIDE } from "./geometry.js";
import { showLegend } from "./legend.js";
import { fill, picture } from "./overlay.js";

/** A function that shows the networks' weights in the colours of bytes. */
export function learnt({ find }) {
  function show(box, name, { bytes, largest, ...of }, numbers, { width, height }, colours) {
    const weights = decode(bytes);
    const size = width * height;
    const values = { layer: of.name, count: numbers.length };
    write(find("h3", box), words.say(`inside.learnt.${name}`, values));
    const tile = () => make("figure", {}, picture(), make("figcaption", {}));
    fill(find(".tiles", box), numbers.length, tile, (figure, i) => {
      const canvas = find("canvas", figure);
      small(canvas, { width, height, signed: true, bytes: weights.subarray(i * size, (i + 1) * size) }, colours);
      canvas.ariaLabel = words.say(`inside.learnt.${name}_label`, { number: numbers[i] });
      write(find("figcaption", figure), numbers[i]);
    });
    showLegend(find(".legend", box), { signed: true, largest, unit: "weight", hatched: false }, colours);
  }

  return ({ kernels, units }, colours) => {
    const { view } = page.get().inside;
    const [ofCnn, ofMlp] = ["kernels", "units"].map((name) => find(`.learnt .${name}`));
    ofCnn.hidden = view === "mlp" || !kernels;
    ofMlp.hidden = view === "maps";
    if (!ofCnn.hidden) {
      const count = decode(kernels.bytes).length / (kernels.width * kernels.height);
      show(ofCnn, "kernels", kernels, [...Array(count).keys()], kernels, colours);
    }
    if (!ofMlp.hidden) show(ofMlp, "units", units, units.units, { width: SIDE, height: SIDE }, colours);
  };
}
