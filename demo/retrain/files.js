// Trained networks as files, there and back.

import { words } from "../page/catalogue.js";
import { decode, save, within, write } from "../page/dom.js";
import { sentence } from "./problem.js";
import { LOST, told } from "./told.js";

export function files(element, server, training, largest) {
  const { find, every } = within(element.querySelector(".keep"));
  const buttons = every("[data-download]");

  // Each says which network it gives: the newest that was trained or loaded, whatever reads now.
  function showButtons() {
    for (const button of buttons) {
      const given = told.get().downloads[button.dataset.download];
      button.disabled = !given;
      write(find("small", button), given ? words.say(`retrain.files.of.${given.source}`, given) : "");
    }
  }

  for (const button of buttons)
    button.addEventListener("click", async () => {
      const answer = await server.archive({ network: button.dataset.download });
      told.set({ file: answer ? answer.problem : LOST });
      if (answer?.problem) training.ask(); // there is none after all: the server was started again
      if (answer?.content) save(answer.name, decode(answer.content), "application/zip");
    });

  find("input").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    target.value = ""; // so that the same file can be chosen again
    if (!file) return;
    if (file.size <= largest) return training.load(file);
    told.set({ file: { key: "retrain.files.too_large", values: { most: largest / 2 ** 20 } } });
  });

  told.subscribe(["downloads"], showButtons);
  told.subscribe(["file"], ({ file }) => write(find(".problem"), sentence(file)));
}
