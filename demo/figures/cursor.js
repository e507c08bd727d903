// A cursor in a chart: pointer or arrow keys move it from point to point, and the values there stand beside it. It is a
// slider, so a screen reader says the values when a key moves it, and never by itself.

import { make } from "../page/dom.js";
import { besideCursor, nearest, stops } from "./plot.js";

const PAGE = 10; // points that Page up and Page down move by
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE };

/**
 * Wires a plot that holds a slider, .cursor, and a box for values, .values. `point` marks a place on the axis, or with
 * null none; `values` gives what is to be read there: { title, rows: [{ swatch, name, value, at }] }.
 * What it returns is to be called after each drawing, with { place, across, lines } in pixels.
 */
export function cursor(plot, point, values) {
  const slider = plot.querySelector(".cursor");
  const box = plot.querySelector(".values");
  let view = null; // of the newest drawing
  let places = []; // at which lines have points
  let at = null; // the place that is pointed at
  let frame = 0; // asked for, to follow the pointer

  const index = () => (at === null ? places.length - 1 : nearest(places, at));

  function show() {
    box.hidden = at === null || !view;
    if (box.hidden) return;
    const { title, rows } = values(at);
    box.replaceChildren(
      make("b", {}, title),
      ...rows.map(({ swatch, name, value, at }) =>
        make("p", {}, swatch, make("span", {}, name), make("strong", {}, value), make("small", {}, at)),
      ),
    );
    box.style.left = `${besideCursor(view.across(at), box.offsetWidth, view.place)}px`;
  }

  function say() {
    slider.setAttribute("aria-valuemax", Math.max(0, places.length - 1));
    slider.setAttribute("aria-valuenow", Math.max(0, index()));
    if (at === null) return slider.removeAttribute("aria-valuetext");
    const { title, rows } = values(at);
    slider.setAttribute("aria-valuetext", [title, ...rows.map(({ name, value }) => `${name} ${value}`)].join("; "));
  }

  function go(place, aloud) {
    at = place;
    point(at);
    show();
    if (aloud) say();
  }

  slider.addEventListener("keydown", (event) => {
    if (!places.length || event.altKey || event.ctrlKey || event.metaKey) return;
    const ends = { Home: 0, End: places.length - 1 };
    if (event.key === "Escape") go(null, false);
    else if (event.key in ends) go(places[ends[event.key]], true);
    else if (event.key in STEPS) go(places[Math.min(places.length - 1, Math.max(0, index() + STEPS[event.key]))], true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function follow({ clientX }) {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (!view || !places.length) return;
      const { left, width } = plot.getBoundingClientRect();
      const x = ((clientX - left) / width) * plot.clientWidth;
      const wanted = places.reduce((best, place) =>
        Math.abs(view.across(place) - x) < Math.abs(view.across(best) - x) ? place : best,
      );
      go(wanted, false);
    });
  }

  slider.addEventListener("pointermove", follow);
  slider.addEventListener("pointerdown", follow);
  slider.addEventListener("pointerleave", ({ pointerType }) => {
    cancelAnimationFrame(frame);
    if (pointerType === "mouse" && !slider.matches(":focus-visible")) go(null, false);
  });
  slider.addEventListener("focus", () => {
    if (slider.matches(":focus-visible") && places.length) go(places[index()], true);
  });
  slider.addEventListener("blur", () => go(null, false));

  return function drawn(next) {
    view = next;
    places = stops(view.lines.filter(({ told }) => told));
    if (at !== null) show();
  };
}
