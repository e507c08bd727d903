// What is hidden for a class, as the page's state has it, and the way to see all of it.

import { words } from "../page/catalogue.js";
import { make } from "../page/dom.js";
import { page } from "../page/state.js";

/** Hide it from now on. Parts are named in the attribute data-hidden of the document, where link.css finds them. */
export function followHidden() {
  const tabs = document.head.appendChild(make("style", {}));
  const button = make("button", { type: "button" }, words.say("link.show_all"));
  const note = make("aside", { id: "less", "aria-label": words.say("link.less"), hidden: "" }, button);
  document.body.append(note);

  function show() {
    const { hidden } = page.get();
    document.documentElement.dataset.hidden = hidden.join(" ");
    tabs.textContent = hidden.map((name) => `#tab-${CSS.escape(name)}-button { display: none !important; }`).join("\n");
    note.hidden = hidden.length === 0;
  }

  button.addEventListener("click", () => {
    page.set({ hidden: [] });
    const [first] = document.querySelectorAll('#pad canvas, #tabs [role="tab"]');
    /** @type {HTMLElement} */ (first)?.focus({ preventScroll: true }); // or the keyboard would be nowhere
  });
  page.subscribe(["hidden"], show);
  show();
}
