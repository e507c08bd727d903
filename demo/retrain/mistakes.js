// How often each digit was read as which.

import { words } from "../page/catalogue.js";
import { within, write } from "../page/dom.js";
import { depths } from "./depths.js";
import { told } from "./told.js";

export function mistakes(element) {
  const { find, every } = within(element);

  function show(network, { counts, digits }) {
    const cells = every(`.confusion[data-network=${network}] tbody td`);
    const shares = depths(counts).flat();
    counts.flat().forEach((count, i) => {
      const cell = cells[i];
      const share = shares[i].toFixed(2);
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
