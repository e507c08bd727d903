// What stands in the card's place while the lessons cannot be fetched.

import { words } from "../page/catalogue.js";
import { make, write } from "../page/dom.js";

/** A function that shows it, or takes it away again; `leave` is what its button does. */
export function waiting(leave) {
  const told = make("b", { role: "status" });
  const close = make("button", { type: "button", "aria-label": words.say("link.close") }, "×");
  const tools = make("div", { class: "tools" }, close);
  const node = make("section", { id: "lesson" }, make("header", {}, make("h2", {}, told), tools));
  close.addEventListener("click", leave);
  return function wait(on) {
    if (!on) return node.remove();
    if (!node.isConnected) document.querySelector("#tabs")?.prepend(node);
    write(told, words.say("retrain.lost"));
  };
}
