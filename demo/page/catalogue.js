// The catalogue of the page's language: what is said from the start, and section by section what parts say that are
// opened later. Their modules take `words` from a words.js of their own, which waits for the section.

import { json } from "./files.js";
import { untilFetched } from "./starting.js";
import { speaker } from "./words.js";

// A module whose own await rejected would never run again, so this waits for as long as it takes.
const read = (name) => untilFetched(() => json(new URL(`../words/${name}.json`, import.meta.url).href));
const catalogue = await read("en");

/** Says sentences by key: words.say("pad.undo"), words.tell(answer.message), words.format.count(1234). */
export const words = speaker(catalogue, "en");

/** The same words, once those of a section are among them: words/en/<section>.json. */
export async function withSection(section) {
  catalogue[section] = await read(`en/${section}`);
  return words;
}
