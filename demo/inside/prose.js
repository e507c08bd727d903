// Prose whose words light what they name: [word] lights the part of that name, [word|part] another.

import { make } from "../page/dom.js";

/** The pieces of such a text: plain strings, and { word, part }. */
export function parse(text) {
  const pieces = text.split(/\[([^\]]+)\]/).map((piece, i) => {
    if (i % 2 === 0) return piece;
    const [word, part = word] = piece.split("|");
    return { word, part };
  });
  return pieces.filter((piece) => piece !== "");
}

/** Write such a text; what stays keeps its nodes, and so the word under the pointer. */
export function writeProse(node, text) {
  if (node.dataset.text === text) return;
  node.dataset.text = text;
  const nodes = parse(text).map((piece) =>
    typeof piece === "string"
      ? piece
      : make("span", { class: "word", tabindex: 0, "data-lights": piece.part }, piece.word),
  );
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
