// The menus that save what the tab shows.

import { words } from "./words.js";
import { drawn } from "../page/drawing.js";
import { saves } from "../figures/saves.js";
import { page } from "../page/state.js";
import {
  evidenceOffers,
  hiddenOffers,
  kernelOffers,
  layerOffers,
  mapOffers,
  methodOffers,
  shiftOffers,
  unitOffers,
} from "./offers.js";

const METHODS = ["gradient", "occlusion", "parts"];

/** Fill the tab's menus; shown() gives what the newest answer shows. */
export function saving({ find, server }, shown) {
  function menu(picture, offers, forms = (asked) => ({})) {
    const told = ({ what, asked }) => ({
      what: words.tell(what),
      question: () => question(asked),
      forms: forms(asked),
    });
    saves(find(`.saves[data-picture=${picture}]`), server, () => offers(shown()).map(told));
  }

  // All numbers of a layer, for NumPy.
  const numbers = ({ kind, layer }) =>
    kind === "layer" && {
      npz: async () => {
        const file = await server.keep({ drawing: drawn(), layer, off: page.get().inside.off });
        return file?.content ? { ...file, type: "application/octet-stream" } : file;
      },
    };

  menu("layer", layerOffers, numbers);
  menu("map", mapOffers);
  menu("evidence", evidenceOffers);
  menu("strips", hiddenOffers);
  menu("weights", ({ first }) => unitOffers(first));
  for (const method of METHODS) menu(method, () => methodOffers(method));
  menu("shift", shiftOffers);
  menu("kernels", ({ kernels }) => kernelOffers(kernels));
  menu("units", ({ units }) => unitOffers(units));
}

// What the server is asked: of the drawing as it is now, with the digit, the scale and the maps off that are chosen.
function question(asked) {
  const { off, own, digit } = page.get().inside;
  const { kind, network } = asked;
  if (kind === "weights") return asked;
  const chosen = { layer: { off: network === "cnn" ? off : {}, own }, pixels: { digit } }[kind];
  return { ...asked, ...chosen, drawing: drawn() };
}
