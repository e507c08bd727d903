// The menus that save charts, mistakes, test digits and the first layer.

import { words } from "../page/catalogue.js";
import { within } from "../page/dom.js";
import { saves } from "../figures/saves.js";
import { offers } from "./offers.js";
import { kept } from "./told.js";

export function saving(element, server) {
  for (const node of within(element).every(".saves")) {
    const { saves: what } = node.dataset;
    const { network } = node.closest("[data-network]")?.dataset ?? {};
    const told = ({ what, asked }) => ({ what: words.say(`figure.what.${what}`), question: () => asked });
    saves(node, server, () => offers(what, network, kept()).map(told));
  }
}
