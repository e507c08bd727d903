// The catalogue, with the words of this part, which are fetched with it.

import { add, words } from "../page/catalogue.js";

await add("inside");

export { words };
