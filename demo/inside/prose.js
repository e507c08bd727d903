// Prose whose words light what they name, and whose terms are explained.

import { make } from "../page/dom.js";
import { writer } from "../page/terms.js";
import { parse } from "./lights.js";

/** Write such a text; what stays keeps its nodes, and so the word under the pointer. */
export const writeProse = writer(parse, ({ word, part }) =>
  make("span", { class: "word", tabindex: 0, "data-lights": part }, word),
);

/** Light the parts in an element that the word under the pointer, or the one in focus, names. */
export function lightParts(element) {
  for (const kind of ["pointerover", "focusin"])
    element.addEventListener(kind, ({ target }) => {
      const part = target.closest?.("[data-lights]")?.dataset.lights ?? "";
      if (element.dataset.lit === part) return;
      element.dataset.lit = part;
      for (const node of element.querySelectorAll("[data-part]"))
        node.classList.toggle("lit", part !== "" && node.dataset.part === part);
    });
}
