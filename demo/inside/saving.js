// The menus that save what the tab shows.

import { words } from "../page/catalogue.js";
import { drawn } from "../page/drawing.js";
import { saves } from "../page/saves.js";
import { page } from "../page/state.js";
import { hiddenOffers, kernelOffers, layerOffers, mapOffers, unitOffers } from "./offers.js";

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
  menu("strips", hiddenOffers);
  menu("weights", ({ first }) => unitOffers(first));
  menu("kernels", ({ kernels }) => kernelOffers(kernels));
  menu("units", ({ units }) => unitOffers(units));
}

// What the server is asked: of the drawing as it is now, with the maps that are off and the scale that is chosen.
function question(asked) {
  if (asked.kind !== "layer") return asked;
  const { off, own } = page.get().inside;
  return { ...asked, drawing: drawn(), off: asked.network === "cnn" ? off : {}, own };
}
