// The catalogue of the page's language: what is said from the start, and section by section what parts say that are
// opened later. Their modules take `words` from a words.js of their own, which waits for the section.

import { speaker } from "./words.js";

const read = async (name) => (await fetch(new URL(`../words/${name}.json`, import.meta.url))).json();
const catalogue = await read("en");

/** Says sentences by key: words.say("pad.undo"), words.tell(answer.message), words.format.count(1234). */
export const words = speaker(catalogue, "en");

/** Fetch a section, words/en/<section>.json, and have its sentences said as all others. */
export async function add(section) {
  catalogue[section] ??= await read(`en/${section}`);
}
