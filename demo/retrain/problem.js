// Why something cannot be done.

import { words } from "../page/catalogue.js";

/** A problem that an answer carries, as a sentence; nothing for none. An option is named by its label. */
export function sentence(message) {
  const option = message?.values.option;
  if (!option) return words.tell(message);
  return words.say(message.key, { ...message.values, option: words.say(`option.${option}.label`) });
}
