// Prose whose words light what they name: [word] lights the part of that name, [word|part] another. Terms may be marked in
// it as in any sentence.

import { parser } from "../page/marks.js";

/** The pieces of such a text: plain strings, { word, part }, and { term, text }. */
export const parse = parser(/\[([^\]]+)\]/, (word, part = word) => ({ word, part }));
