// Pieces of which the parts of the worked step are made.

import { words } from "./step_words.js";
import { make } from "../page/dom.js";
import { explained } from "../page/terms.js";

/** A paragraph that says a sentence of the catalogue, its terms explained. */
export const paragraph = (key, attributes = {}) => make("p", attributes, ...explained(words.marked(key)));

/** A part of the worked step with its title. */
export const section = (name, title, ...content) =>
  make("section", { class: name, "aria-label": words.say(title) }, make("h3", {}, words.say(title)), ...content);
