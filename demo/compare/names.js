// What readers and places are called.

import { words } from "./words.js";
import { readerOf } from "./results.js";

/** Who a reader is, in short, by its key: "MLP, good:". */
export const who = (key) => called(readerOf(key));

/** What a reader of the drawing is called, { network, training }. */
export const called = ({ network, training }) =>
  words.say(`compare.short.${training}`, { network: words.say(`network.${network}`) });

/** Where an image stands that was moved by so many pixels. */
export function whereTo(dx, dy) {
  if (!dx && !dy) return words.say("compare.shift.nowhere");
  const across = dx && words.say(dx > 0 ? "compare.shift.right" : "compare.shift.left", { count: Math.abs(dx) });
  const down = dy && words.say(dy > 0 ? "compare.shift.down" : "compare.shift.up", { count: Math.abs(dy) });
  return across && down ? words.say("compare.shift.both", { across, down }) : across || down;
}

/** How far a change goes, with its unit. */
export const amount = (kind, value) => words.say(`compare.amount.${kind}`, { value });
