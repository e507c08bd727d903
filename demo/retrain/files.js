// Trained networks as files, there and back.

import { words } from "../page/catalogue.js";
import { chooser, decode, save, within, write } from "../page/dom.js";
import { sentence } from "./problem.js";
import { LOST, told } from "./told.js";

/** `largest`: bytes of a file; `aloud` says a text on a topic, after a rest. */
export function files(element, server, training, largest, aloud) {
  const { find, every } = within(element.querySelector(".keep"));
  const buttons = every("[data-download]");
  const refused = (why) => (name ? words.say("retrain.files.refused", { name, why }) : why);
  let name = ""; // of the file that was chosen last; empty where the word is on a download

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
      name = "";
      told.set({ file: answer ? answer.problem : LOST });
      if (answer?.problem) training.ask(); // there is none after all: the server was started again
      if (answer?.content) save(answer.name, decode(answer.content), "application/zip");
    });

  chooser(find("input"), (file) => {
    name = file.name;
    if (file.size <= largest) return training.load(file);
    told.set({ file: { key: "retrain.files.too_large", values: { most: largest / 2 ** 20 } } });
  });

  told.subscribe(["downloads"], showButtons);
  // What came of a file stands beside the button that it was chosen with.
  told.subscribe(["file"], ({ file }) => {
    const good = file?.key === "retrain.files.loaded";
    const text = !file ? "" : good ? words.say(file.key, { name }) : refused(sentence(file));
    write(find(".problem"), text);
    find(".problem").classList.toggle("good", good);
    aloud("file", text);
    if (text) find(".problem").scrollIntoView({ block: "nearest" });
  });
}
