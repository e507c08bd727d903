// The buttons, and the line that says what is going on.

import { words } from "../page/catalogue.js";
import { within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { buttons, live } from "./buttons.js";
import { sentence } from "./problem.js";
import { status } from "./status.js";
import { told } from "./told.js";

const all = (messages) => messages.map(words.tell).join(" ");
const BEGIN = ["start", "batch", "epoch"]; // these need settings, where no run is under way

/** `wrong` leads to a field that holds what it may not, if there is one; `aloud` says a text on a topic, after a rest. */
export function controls(element, training, wrong, aloud) {
  const { find, every } = within(element);
  const primary = find(".primary");
  let said; // aloud

  function press(button, { detail }) {
    const { dataset, ariaDisabled } = button;
    if (ariaDisabled === "true") return;
    if (button === primary && detail > 1) return; // of a double click: the first has made another button of it
    const problem = BEGIN.includes(dataset.do) && !live(told.get().state) ? wrong() : null;
    if (problem) told.set({ problem });
    else training.command(dataset.do);
  }

  for (const button of every("[data-do]")) button.addEventListener("click", (event) => press(button, event));

  function showButtons() {
    const { state } = told.get();
    const focused = /** @type {HTMLButtonElement} */ (document.activeElement);
    const may = buttons(state, page.get().networks?.readers);
    primary.dataset.do = may.primary;
    write(primary, words.say(`retrain.controls.${may.primary}`));
    primary.ariaDisabled = may.waits; // never disabled, so that the keyboard can stay on it
    find("[data-do=batch]").disabled = find("[data-do=epoch]").disabled = !may.step;
    find("[data-do=stop]").disabled = !may.stop;
    find("[data-do=shipped]").disabled = !may.shipped;
    find(".keep input").disabled = !may.load;
    if (focused?.disabled) primary.focus({ preventScroll: true }); // or the keyboard would be nowhere
    if (!live(state)) write(find(".next"), "");
    find(".controls").dataset.state = state;
  }

  // The status is said aloud when it begins to say something else, and not whenever a number in it changes.
  function showStatus() {
    const { state, notes, problem } = told.get();
    const { run, readers } = status(told.get());
    const what = [state, ...run, ...readers].map(({ key }) => key).join();
    write(find(".controls .run"), all(run));
    write(find(".controls .readers"), all(readers));
    if (said !== undefined && what !== said) aloud("status", all([...run, ...readers]));
    said = what;
    write(find(".controls .note"), all(notes));
    const why = sentence(problem);
    if (why !== find(".controls .problem").textContent) aloud("problem", why);
    write(find(".controls .problem"), why);
  }

  function showProgress() {
    const { progress, left } = told.get().details;
    find("progress").value = progress;
    write(find(".left"), left === null ? "" : words.say("retrain.controls.left", { seconds: left }));
  }

  page.subscribe(["networks"], showButtons);
  told.subscribe(["state"], showButtons);
  told.subscribe(["lost", "gone", "status", "notes", "problem", "state"], showStatus);
  told.subscribe(["details"], showProgress);
  showButtons(); // the networks may have been told of before
}
