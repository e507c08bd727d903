// The first layer's weights as pictures.

import { words } from "../page/catalogue.js";
import { decode, within, write } from "../page/dom.js";
import { small, tables } from "../figures/pictures.js";
import { alive } from "./buttons.js";
import { sparing } from "./sparing.js";
import { told } from "./told.js";

export function weights(element) {
  const { find, every } = within(element);

  const paint = sparing(every(".first"), (figure) => {
    const { network } = figure.dataset;
    const track = told.get().shown?.tracks[network];
    if (track) show(figure, network, track);
  });

  function show(figure, network, { first: { count, side, of, largest, weights }, shown: batch }) {
    const values = decode(weights);
    const size = side * side;
    const colours = tables(element);
    every("canvas", figure).forEach((canvas, i) => {
      canvas.hidden = i >= count;
      if (i >= count) return;
      const bytes = values.subarray(i * size, (i + 1) * size);
      small(canvas, { width: side, height: side, signed: true, bytes }, colours);
    });
    const what = words.say(`retrain.first.${network}`, { shown: count, all: of, weights: size, side });
    const scale = words.say("retrain.first.scale", { largest, batch });
    write(find("figcaption", figure), `${what} ${scale}`);
  }

  told.subscribe(["shown"], () => paint(!alive(told.get().state)));
}
