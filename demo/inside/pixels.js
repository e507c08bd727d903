// The view of which pixels matter: a picture for each method and network.

import { words } from "./words.js";
import { write } from "../page/dom.js";
import { explain } from "../page/terms.js";
import { showLegend } from "./legend.js";
import { overlay } from "./overlay.js";
import { logitsOf, partsOf } from "./sentences.js";

const UNITS = { gradient: "slope", occlusion: "logit", parts: { mlp: "logit_pixel", cnn: "logit_cell" } };

/** A function that shows an answer of this view in the colours of bytes. */
export function pixels({ find, every, css }) {
  function told(network, method, { pictures }) {
    const picture = pictures[method];
    if (!picture.largest) return words.say(`inside.method.${method}.empty`);
    if (method !== "parts") return "";
    return words.tell(partsOf(network, picture));
  }

  function showFigure(figure, network, method, answer, colours) {
    const { read, digit, image, pictures } = answer;
    const canvas = find("canvas", figure);
    const picture = pictures[method];
    const values = { network: words.say(`network.${network}`), digit };
    write(find("b", figure), words.say(digit === read ? "inside.pixels.reads" : "inside.pixels.asked", values));
    write(find("span", find("figcaption", figure)), told(network, method, answer));
    const label = words.say("inside.pixels.label", {
      ...values,
      method: words.say(`inside.method.${method}.name`),
      largest: picture.largest,
    });
    overlay(canvas, picture, { colours, image, label, css });
    const unit = UNITS[method][network] ?? UNITS[method];
    showLegend(find(".legend", figure), { signed: true, largest: picture.largest, unit }, colours);
  }

  return ({ by_network: answers }, colours) => {
    const told = Object.entries(answers).map(([name, answer]) => logitsOf(words.say(`network.${name}`), answer));
    explain(find(".logits"), told.map(({ key, values }) => words.marked(key, values)).join(" "));
    for (const column of every("[data-method]"))
      for (const figure of every("[data-network]", column)) {
        const { network } = figure.dataset;
        showFigure(figure, network, column.dataset.method, answers[network], colours);
      }
  };
}
