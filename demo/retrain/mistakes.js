// How often each digit was read as which.

import { words } from "../page/catalogue.js";
import { within, write } from "../page/dom.js";
import { told } from "./told.js";

/** How deep a cell's colour is, from 0 to 1: rows of counts, the true digit a row; right ones have no colour. */
export function depths(counts) {
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  return counts.map((row, i) => row.map((count, j) => (i === j || !count ? 0 : 0.25 + (0.75 * count) / most)));
}

export function mistakes(element) {
  const { find, every } = within(element);

  function show(network, { counts, digits }) {
    const cells = every(`.confusion[data-network=${network}] tbody td`),
      shares = depths(counts).flat();
    counts.flat().forEach((count, i) => {
      const cell = cells[i],
        share = shares[i].toFixed(2);
      write(cell, count || "");
      cell.classList.toggle("right", i % 11 === 0); // on the diagonal
      if (cell.style.getPropertyValue("--share") !== share) cell.style.setProperty("--share", share);
    });
    const help = words.say("retrain.confusion.help", { digits });
    write(find(`.confusion[data-network=${network}] figcaption`), help);
  }

  told.subscribe(["shown"], ({ shown }) => {
    for (const [network, { confusion }] of Object.entries(shown.tracks)) if (confusion) show(network, confusion);
  });
}
