// What is told to those who cannot see it: once they have rested, and only the last of what there was to tell.

import { write } from "../page/dom.js";

const REST = 700; // milliseconds

/** A function that tells a text in a live region. */
export function aloud(region) {
  let timer;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => write(region, text), REST);
  };
}
