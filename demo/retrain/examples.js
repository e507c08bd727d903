// Ten test digits, and what the networks read in them.

import { words } from "../page/catalogue.js";
import { pixels, within, write } from "../page/dom.js";
import { told } from "./told.js";

export function examples(element) {
  const { find, every } = within(element.querySelector(".examples"));
  const canvases = every("canvas");
  const truths = every(".labels td");

  function showDigits() {
    told.get().examples.images.forEach((image, i) => pixels(canvases[i], image));
  }

  function showReadings() {
    const tracks = Object.entries(told.get().shown.tracks);
    for (const [network, { examples }] of tracks) {
      const cells = every(`[data-network=${network}] td`);
      examples.forEach(({ label, digit }, i) => {
        const right = digit === label;
        write(truths[i], label);
        write(cells[i], right ? digit : words.say("retrain.examples.wrong", { digit }));
        cells[i].classList.toggle("wrong", !right);
      });
      const count = examples.filter(({ label, digit }) => label === digit).length;
      write(find(`[data-network=${network}] .sum`), words.say("retrain.examples.right", { count }));
    }
    const ages = tracks.map(([network, { shown }]) =>
      words.say("retrain.examples.age", { network: words.say(`network.${network}`), batch: shown }),
    );
    write(find(".age"), ages.join(" "));
  }

  told.subscribe(["examples"], showDigits);
  told.subscribe(["shown"], showReadings);
}
