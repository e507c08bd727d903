// The readers on the test set: moved, changed, mistaken, and how far their probabilities can be believed.

import { words } from "./words.js";
import { within, write } from "../page/dom.js";
import { report } from "../page/latest.js";
import { calibration } from "./calibration.js";
import { gallery } from "./gallery.js";
import { matrices } from "./matrices.js";
import { mine } from "./mine.js";
import { inOrder, results } from "./results.js";
import { changed, moved } from "./tested.js";

/** Start the view in its element, when it is first seen; `files` are the addresses of the results, by name. */
export function start(element, { files, kinds }, server) {
  const { find } = within(element);
  const names = Object.keys(files).filter((name) => name.startsWith("measured-"));
  let begun = false;

  async function begin() {
    begun = true;
    try {
      const all = ["pairs", "gallery", ...names].map((name) => results(files, name));
      const [pairs, tiles, ...measured] = await Promise.all(all);
      const readers = inOrder(Object.fromEntries(measured.map((one) => [one.reader, one])));
      const shows = [moved(find(".moved-digits"), pairs), changed(find(".changed-digits"), kinds)];
      mine(find(".mine"), kinds, server, (own) => shows.forEach((show) => show({ ...readers, ...own })));
      matrices(find(".mistakes"), readers, pairs, server);
      calibration(find(".calibration"), readers);
      gallery(find(".gallery"), tiles, files["gallery.png"]);
      write(find(".problem"), "");
    } catch (error) {
      begun = false;
      report(error);
      write(find(".problem"), words.say("compare.no_results"));
    }
  }

  new IntersectionObserver(() => !begun && element.checkVisibility() && begin()).observe(element);
}
