// The catalogue, with the words of the worked step, which are fetched with it.

import { add, words } from "../page/catalogue.js";

await add("worked");

export { words };
