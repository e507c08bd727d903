// A choice with a picture.

import { make } from "../page/dom.js";

/** A radio button of a group with what it shows; `change` is called when it is chosen. */
export function option(group, value, change, ...content) {
  const radio = make("input", { type: "radio", name: `inside-${group}`, value });
  radio.addEventListener("change", change);
  return make("label", { "data-value": value }, radio, ...content);
}
