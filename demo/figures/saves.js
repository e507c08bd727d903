// A button that saves what stands beside it, with a menu of forms: PNG, SVG, CSV. Files come from the server, or from the page itself.

import { words } from "../page/catalogue.js";
import { decode, make, save, write } from "../page/dom.js";
import { report } from "../page/latest.js";
import { beside } from "../page/place.js";

const FORMS = ["png", "svg", "csv"];
const KEYS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

let menus = 0;

// The entry of a menu of so many that a key leads to from another one; null where the key leads nowhere.
function reached(key, from, count) {
  if (key in KEYS) return (from + KEYS[key] + count) % count;
  return key === "Home" ? 0 : key === "End" ? count - 1 : null;
}

/**
 * Fill an element with the button and its menu.
 *
 * offers() gives what can be saved now, [{ what, question, forms }]: what it is called; a function that gives what the
 * server is asked besides its form, if it is asked; and ways to get a file elsewhere, by form. A file is an answer
 * { name, type, content, problem }; `server` is what Gradio gives the part.
 */
export function saves(node, server, offers) {
  const id = `saves-${++menus}`;
  const menu = make("div", {
    id,
    role: "menu",
    popover: "auto",
    class: "saving",
    "aria-label": words.say("figure.save"),
  });
  const attributes = { type: "button", popovertarget: id, "aria-haspopup": "menu", "aria-expanded": "false" };
  const button = make("button", attributes, words.say("figure.save"));
  const told = make("span", { role: "status" });
  node.replaceChildren(button, told, menu);
  const entries = () => /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("button")]);

  function entry(what, form, get) {
    const label = words.say("figure.as", { what, format: words.say(`figure.format.${form}`) });
    const told = { type: "button", role: "menuitem", tabindex: -1, "data-form": form, "aria-label": label };
    const node = make("button", told, words.say(`figure.format.${form}`));
    node.addEventListener("click", () => choose(get));
    return node;
  }

  function fill() {
    const groups = offers().map(({ what, question, forms = {} }) => {
      const asked = question ? FORMS : [];
      const ways = asked.map((form) => [form, () => server.figure({ ...question(), format: form })]);
      const buttons = [...ways, ...Object.entries(forms)].map(([form, get]) => entry(what, form, get));
      return make("div", { role: "group", "aria-label": what }, make("span", {}, what), ...buttons);
    });
    menu.replaceChildren(...groups);
  }

  // Browsers show what they save, so all but a problem is told those alone who do not see that.
  function tell(text, problem = false) {
    told.classList.toggle("problem", problem);
    write(told, text);
  }

  async function choose(get) {
    menu.hidePopover();
    button.focus();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    tell(words.say("figure.busy"));
    try {
      const file = await get();
      if (file?.content) save(file.name, decode(file.content), file.type);
      const { name, problem } = file ?? {};
      if (name) tell(words.say("figure.saved", { name }));
      else tell(problem ? words.tell(problem) : words.say("figure.lost"), true);
    } catch (error) {
      report(error);
      tell(words.say("figure.lost"), true);
    } finally {
      button.ariaBusy = "false";
    }
  }

  function place() {
    const { offsetWidth: width, offsetHeight: height } = menu;
    const view = { width: document.documentElement.clientWidth, height: innerHeight };
    const { left, top } = beside(button.getBoundingClientRect(), { width, height }, view);
    menu.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
  }

  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") fill();
  });
  menu.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    button.ariaExpanded = String(open);
    if (!open) return;
    place();
    entries()[0]?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    const all = entries();
    const next = reached(event.key, all.indexOf(/** @type {HTMLElement} */ (document.activeElement)), all.length);
    if (event.key === "Tab") menu.hidePopover();
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    all[next]?.focus();
  });
  const follow = () => menu.matches(":popover-open") && place();
  addEventListener("scroll", follow, { capture: true, passive: true });
  addEventListener("resize", follow);
}
