// The images of a batch with their losses, largest first; one of them can be looked at logit by logit.

import { words } from "./step_words.js";
import { make, pixels, write } from "../page/dom.js";
import { explain } from "../page/terms.js";
import { section } from "./step_parts.js";
import { fine } from "./step_sums.js";

const SIDE = 28;

/** `look` is given an image that the visitor has chosen: { image, label, logits }. */
export function batch(look) {
  const mean = make("p", { class: "mean" });
  const smoothed = make("p", { class: "smoothed" });
  const shown = make("p", { class: "help" });
  const grid = make("div", { class: "images" });
  const divided = make("p", { class: "help" });
  const node = section("batch", "worked.batch.title", mean, smoothed, shown, grid, divided);

  function tile(image) {
    const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    pixels(canvas, image.image);
    const value = image.loss === null ? words.say("worked.none") : words.format.decimal2(image.loss);
    const said = words.say("worked.batch.one", { label: image.label, digit: image.digit, loss: value });
    const told = make("span", {}, make("b", {}, String(image.label)), ` ${value}`);
    const button = make("button", { type: "button", "aria-label": said, title: said }, canvas, told);
    button.addEventListener("click", () => look(image));
    return button;
  }

  return {
    node,
    show({ count, mean: value, plain, smoothing, images, rest }) {
      const none = words.say("worked.none");
      explain(mean, words.marked("worked.batch.mean", { count, mean: fine(value, none) }));
      smoothed.hidden = !smoothing;
      const targets = { right: fine(1 - 0.9 * smoothing), wrong: fine(smoothing / 10) };
      if (smoothing)
        explain(smoothed, words.marked("worked.batch.smoothed", { smoothing, ...targets, plain: fine(plain, none) }));
      const others = { count: rest.count, sum: fine(rest.sum, none) };
      write(shown, rest.count ? words.say("worked.batch.shown", others) : words.say("worked.batch.all"));
      grid.replaceChildren(...images.map(tile));
      write(divided, words.say("worked.batch.divided", { count }));
    },
  };
}
