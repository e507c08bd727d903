// Prose whose words light what they name: [the CNN|cnn] lights the CNN's card, and has its colour. Terms may be marked in
// it as in any sentence, and the two networks' names are such words too.

import { make } from "../page/dom.js";
import { writer } from "../page/terms.js";
import { parse } from "./naming.js";

const THINGS = {
  mlp: "#card-mlp",
  cnn: "#card-cnn",
  cards: ".card",
  paper: "#pad .paper",
  image: "#seen canvas",
  training: "#training",
  compare: "#tab-compare-button",
  inside: "#tab-inside-button",
  retrain: "#tab-retrain-button",
  preparation: "#tab-preparation-button",
  about: "#tab-about-button",
};

/** Write such a text into an element. */
export const write = writer(parse, ({ word, name }) =>
  make("span", { class: "named", tabindex: 0, "data-name": name }, word),
);

/** Light what a word names while it is pointed at or in focus. */
export function lightNamed(element) {
  let lit = [];
  const show = (name) => {
    for (const node of lit) node.classList.remove("named-now");
    lit = THINGS[name] ? [...document.querySelectorAll(THINGS[name])] : [];
    for (const node of lit) node.classList.add("named-now");
  };
  const nameOf = ({ target }) => {
    const word = target.closest?.("[data-name], [data-term]");
    return word?.dataset.name ?? word?.dataset.term;
  };
  for (const kind of ["pointerover", "focusin"]) element.addEventListener(kind, (event) => show(nameOf(event)));
  for (const kind of ["pointerleave", "focusout"]) element.addEventListener(kind, () => show(undefined));
}
