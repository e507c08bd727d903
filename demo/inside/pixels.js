// The view of which pixels matter: a picture for each method and network.

import { words } from "../page/catalogue.js";
import { write } from "../page/dom.js";
import { overlay } from "./overlay.js";

/** A function that shows an answer of this view in the colours of bytes. */
export function pixels({ find, every, css }) {
  function showFigure(figure, network, method, { digit, image, pictures }, colours) {
    const canvas = find("canvas", figure);
    const picture = pictures[method];
    const name = words.say(`network.${network}`);
    canvas.hidden = !picture;
    write(find("b", figure), words.say("inside.pixels.reads", { network: name, digit }));
    const missing = picture ? words.say("inside.pixels.nothing") : words.say("inside.pixels.no_maps");
    write(find("span", figure), picture?.largest ? "" : missing);
    if (!picture) return;
    const values = { network: name, digit, method: words.say(`inside.method.${method}.name`), ...picture };
    const label = words.say("inside.pixels.label", values);
    overlay(canvas, { ...picture, signed: method !== "cam" }, { colours, image, label, css });
  }

  return ({ by_network: answers }, colours) => {
    for (const column of every("[data-method]"))
      for (const figure of every("[data-network]", column)) {
        const { network } = figure.dataset;
        showFigure(figure, network, column.dataset.method, answers[network], colours);
      }
  };
}
