// How the network came to one number: the path of cells down to a pixel, prose, and the arithmetic.

import { words } from "./words.js";
import { make, write } from "../page/dom.js";
import { arithmetic } from "./arithmetic.js";
import { explain } from "../page/terms.js";
import { writeProse } from "./prose.js";
import { placeOf, strongestOf, workOf } from "./sentences.js";

/** A function that shows the cell of an answer; `now` even out of sight. */
export function cell({ find, every, css, choose, chooseStep, answer }) {
  const box = find(".cell");
  const source = find("[data-do=source]");
  const nameOf = ({ layer, at }) => words.tell(placeOf(answer().chain, layer, at));
  const depthOf = ({ trail, layer }) => trail.findIndex((step) => step.layer === layer.name);
  let all = false; // input maps of a convolution: all, or the strongest

  // A button named by what is seen on it, which tells the place in full, after how much of the cell before it brings.
  function step(place, i, depth) {
    const { layer, share } = place;
    const at = (layer === answer().chain[0].name ? place.at.slice(1) : place.at).join(", ");
    const carried = words.format.share(share);
    const told = { layer, at, place: nameOf(place), share };
    const attributes = {
      type: "button",
      "data-key": `step ${i}`,
      "aria-current": i === depth ? "step" : undefined,
      "aria-label": words.say(share < 1 ? "inside.cell.step_share" : "inside.cell.step", told),
    };
    const button = make("button", attributes, make("b", {}, layer), make("small", {}, at));
    button.addEventListener("click", () => chooseStep(i));
    const arrow = make(
      "span",
      { class: "way", "aria-hidden": "true" },
      make("small", {}, share < 1 ? carried : ""),
      "←",
    );
    return make("li", {}, ...(i ? [arrow] : []), button);
  }

  function showWork({ cell, layer, colours }) {
    const controls = {
      colours,
      accent: css("--cnn"),
      nameOf,
      all,
      openChannels: (channels) => choose({ channels }),
      showAll(value) {
        all = value;
        show(answer(), true);
      },
    };
    find(".work").replaceChildren(...arithmetic({ ...cell, layer: layer.name }, controls));
  }

  // The way to the next cell of the path; a keyboard on it goes back to the path where this was the last.
  function showSource(newest, depth) {
    const next = newest.trail[depth + 1];
    const strongest = strongestOf(newest, depth);
    const told = find(".cell > .strongest");
    told.hidden = !strongest;
    if (strongest) explain(told, words.marked(strongest.key, strongest.values));
    const stranded = !next && document.activeElement === source;
    source.hidden = !next;
    if (next) write(source, words.say("inside.cell.source", { place: nameOf(next) }));
    if (stranded) find(".path [aria-current]").focus({ preventScroll: true });
  }

  // While it is out of sight, as mostly when the pen moves, its tables wait until they are seen.
  let sighted = false;
  let late = false;
  new IntersectionObserver(([{ isIntersecting }]) => {
    sighted = isIntersecting;
    if (sighted && late) show(answer(), true);
  }).observe(box);

  function show(newest, now) {
    const { cell, layer, trail } = newest;
    const depth = depthOf(newest);
    box.hidden = !cell;
    late = Boolean(cell) && !sighted && !now;
    if (!cell || late) return;
    const key = find(":focus")?.dataset.key;
    find(".path").replaceChildren(...trail.map((place, i) => step(place, i, depth)));
    const value = make("span", { class: "value" }, words.format.exact(cell.value));
    find(".cell h3").replaceChildren(`${nameOf({ layer: layer.name, at: cell.at })}: `, value);
    writeProse(
      find(".cell > .prose"),
      workOf(newest)
        .map(({ key, values }) => words.marked(key, values))
        .join(" "),
    );
    showWork(newest);
    showSource(newest, depth);
    if (key) find(`[data-key="${key}"]`)?.focus({ preventScroll: true }); // the keyboard stays where it was
  }

  source.addEventListener("click", () => chooseStep(depthOf(answer()) + 1));
  find("[data-do=close]").addEventListener("click", () => {
    choose({ cell: null, map: answer().layer.map });
    find(".big canvas").focus({ preventScroll: true });
  });

  return show;
}
