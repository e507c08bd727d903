// Digits of the test set and made-up drawings on which two readers part, by true digit, out of one picture.

import { words } from "./words.js";
import { make, within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { who } from "./names.js";
import { putOnPaper } from "./paper.js";
import { tilesOf } from "./results.js";

const LARGE = 2; // times as large as in the picture

export function gallery(element, content, address) {
  const { find } = within(element);
  const picture = new Image();
  let shown = null;

  function show() {
    const asked = page.get().compare.pair ?? ""; // a link may name one that there is not
    const pair = Object.hasOwn(content.pairs, asked) ? asked : Object.keys(content.pairs)[0];
    if (pair === shown) return;
    shown = pair;
    const [first, second] = pair.split("/");
    const share = content.share[pair];
    const names = { first: who(first), second: who(second) };
    write(find(".shares"), words.say("compare.gallery.share", { ...names, ...share, made_up: content.made_up }));
    find(".tiles").replaceChildren(...tilesOf(content, pair).map((tile) => button(tile, first, second)));
  }

  function button({ place, kind, entry }, first, second) {
    const { columns, side } = content;
    const canvas = make("canvas", { width: side, height: side });
    const [x, y] = [(place % columns) * side, Math.floor(place / columns) * side];
    canvas.getContext("2d").drawImage(picture, x, y, side, side, 0, 0, side, side);
    const says = (key) =>
      words.say("compare.gallery.says", { who: who(key), digit: entry.read[key], share: entry.sure[key] });
    const values = { label: entry.label, first: says(first), second: says(second) };
    const text = words.say(`compare.gallery.${kind}`, values);
    const node = make(
      "button",
      { type: "button", title: text, "aria-label": text, style: `width: ${LARGE * side}px` },
      canvas,
    );
    node.addEventListener("click", () => {
      write(find(".chosen"), text);
      if (kind === "drawings") page.set({ strokes: entry.strokes, pen: entry.pen, picture: null, digit: null });
      else putOnPaper(canvas);
    });
    return node;
  }

  picture.onload = () => {
    page.subscribe(["compare"], show);
    show();
  };
  picture.src = new URL(address, document.baseURI).href;
}
