// What stands around the parts of the page.

import { start as startTerms } from "./terms.js";

/** Start the component with the page's title. */
export function start() {
  startTerms();
}
