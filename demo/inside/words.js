// The catalogue with the words of this part, which are fetched with it.

import { withSection } from "../page/catalogue.js";

export const words = await withSection("inside");
