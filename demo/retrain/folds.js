// What is folded to begin with: on a phone all that is long, elsewhere what is looked at seldom.

import { within } from "../page/dom.js";

const ROOM = 700; // pixels of width from which on a part is open that asks for room

export function folds(element) {
  const { every } = within(element);
  for (const fold of every("details.roomy")) fold.open ||= window.innerWidth >= ROOM; // or a quick visitor has
}
