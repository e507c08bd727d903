// What is compared on the visitor's own drawing: the four readers, their shift maps, and their curves.

import { decode, within } from "../page/dom.js";
import { drawn } from "../page/drawing.js";
import { report } from "../page/latest.js";
import { page } from "../page/state.js";
import { lookedAt } from "../reader/digits.js";
import { prepare } from "../reader/ink.js";
import { here, lying } from "../reader/own.js";
import { crew } from "./crew.js";
import { curves } from "./curves.js";
import { contestants } from "./readers.js";
import { sharing } from "./sharing.js";
import { shifts } from "./shifts.js";

const EVERY = 150; // milliseconds between two drawings of what has arrived so far
const REST = 200; // milliseconds without another drawing or other networks, after which all is computed anew

/**
 * Start the view in its element; `trained` is { training: { network: { layers, address } } }, of the networks that lie beside
 * the page, `kinds` are the changes, and `files` the addresses of results.
 */
export function start(element, { trained, kinds, files }) {
  const { find } = within(element);
  const reads = crew();
  const maps = shifts(find(".shifts"));
  const changes = curves(find(".changes"), kinds);
  const shared = sharing(find(".sharing"), files);
  let used = null; // the version of the networks that the crew reads with
  let stale = true;
  let rest;

  const image = () => {
    const { image: read, ...drawing } = drawn();
    return read ? Float32Array.from(decode(read), (byte) => byte / 255) : prepare(lookedAt(drawing), drawing.steps);
  };

  /** Give the crew the four networks; whether that was done: not while the page does not have those on the cards. */
  async function use(readers) {
    const { networks } = page.get();
    if (used === networks.version) return true;
    const now = here.networks();
    if (!now) return false;
    const made = Object.entries(readers).map(async ([key, { network, training }]) => {
      return [key, now[key] ?? (await lying(trained[training][network]))];
    });
    await reads.use(Object.fromEntries(await Promise.all(made)));
    used = networks.version;
    return true;
  }

  async function refresh() {
    const { networks } = page.get();
    const subject = image();
    element.classList.toggle("blank", !subject);
    if (!subject || !networks) return reads.stop();
    const readers = contestants(networks.readers, trained);
    if (!(await use(readers))) return void later();
    const shifted = maps.begin(subject, readers);
    const changed = changes.begin(subject, readers);
    shared(subject, here.networks()?.cnn);
    let shown = 0; // when anything was drawn last
    reads.run(
      [...shifted.images, ...changed.images],
      (first, answers) => {
        answers.forEach((cards, i) => {
          const at = first + i;
          if (at < shifted.images.length) shifted.arrived(at, cards);
          else changed.arrived(at - shifted.images.length, cards);
        });
        if (performance.now() - shown < EVERY) return;
        if (first < shifted.images.length) shifted.show();
        else changed.show();
        shown = performance.now();
      },
      () => {
        shifted.show();
        changed.done();
        element.dataset.done = ""; // all there is to see of this drawing
      },
    );
  }

  function later() {
    clearTimeout(rest);
    reads.stop(); // of a drawing that is no more nothing need be known
    delete element.dataset.done;
    stale = !element.checkVisibility();
    if (!stale) rest = setTimeout(() => refresh().catch(report), REST);
  }

  page.subscribe(["verdict", "networks", "steps"], later);
  new IntersectionObserver(() => stale && later()).observe(element);
  later();
}
