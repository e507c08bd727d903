// The slider through the moments of the run.

import { words } from "../page/catalogue.js";
import { within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { kept, told } from "./told.js";

export function travel(element, training) {
  const { find } = within(element);
  const slider = find(".travel input");

  function show() {
    const moments = told.get().shown?.moments ?? [];
    const { moment } = kept();
    const place = moments.findIndex(({ id }) => id === moment);
    const { length } = moments;
    slider.max = Math.max(0, length - 1);
    slider.value = place < 0 ? slider.max : place;
    slider.disabled = length < 2;
    const when = place < 0 ? words.say("retrain.travel.now") : words.format.duration(moments[place].seconds);
    write(find(".travel output"), when);
    slider.setAttribute("aria-valuetext", when);
  }

  slider.addEventListener("input", () => {
    const wanted = told.get().shown.moments[slider.valueAsNumber];
    training.travel(!wanted || slider.value === slider.max ? null : wanted.id);
  });
  told.subscribe(["shown"], show);
  page.subscribe(["retrain"], show);
}
