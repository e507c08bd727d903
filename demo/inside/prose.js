// Prose whose words light what they name, and whose terms are explained.

import { make } from "../page/dom.js";
import { explained } from "../page/terms.js";
import { parse } from "./lights.js";

/** Write such a text; what stays keeps its nodes, and so the word under the pointer. */
export function writeProse(node, text) {
  if (node.dataset.text === text) return;
  node.dataset.text = text;
  const nodes = parse(text).map((piece) => {
    if (typeof piece === "string") return piece;
    if (piece.term) return explained(`[[${piece.term}|${piece.text}]]`)[0];
    return make("span", { class: "word", tabindex: 0, "data-lights": piece.part }, piece.word);
  });
  node.replaceChildren(...nodes);
}

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
