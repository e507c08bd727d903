// Values of options, as they are read.

import { words } from "../page/catalogue.js";

/** A value in words; a dash where there is none. */
export function listed(value) {
  if (value === undefined) return words.say("retrain.unknown");
  if (typeof value === "boolean") return words.say(`retrain.form.${value ? "on" : "off"}`);
  return Array.isArray(value) ? value.join(", ") : String(value);
}
