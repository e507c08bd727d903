// The catalogue with the words of the worked step, which are fetched with it.

import { withSection } from "../page/catalogue.js";

export const words = await withSection("worked");
