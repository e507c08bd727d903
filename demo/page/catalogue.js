// The catalogue of the page's language, fetched once.

import { speaker } from "./words.js";

const answer = await fetch(new URL("../words/en.json", import.meta.url));

/** Says sentences by key: words.say("pad.undo"), words.tell(answer.message), words.format.count(1234). */
export const words = speaker(await answer.json(), "en");
