// The tab Preparation: the steps of the drawing on the pad, or of a picture, and switches for each.

import { words } from "../page/catalogue.js";
import { chooser, make, pixels, within, write } from "../page/dom.js";
import { drawn } from "../page/drawing.js";
import { latest } from "../page/latest.js";
import { isOnItsWay, prepared, putPicture } from "../page/picture.js";
import { hear, page } from "../page/state.js";
import { here } from "../reader/own.js";

// Only a tab that is seen costs anything, and all its stages cost ten times a verdict: it waits for the pen to rest. A
// picture is not sent again before the networks rest too.
const REST = 150;
const LONG_REST = 2000; // milliseconds

/** Start the component: `server.prepare` and `server.prepare_file` answer, `props` are the values given in layout.py. */
export function start({ element, server, props: { largest, side } }) {
  const { find, every } = within(element);
  const [choose, back] = every(".button");
  const switches = every("[role=switch]");
  let version = null; // of the networks whose readings are shown
  let file; // of the picture on the paper
  let changes = 0; // of what is to be shown
  let stale = true;
  let rest;

  function explain(problem) {
    find(".problem").textContent = problem;
    find(".steps").hidden = problem !== "";
  }

  function show(answer) {
    explain(words.tell(answer.problem));
    const shown = new Set(answer.stages?.map(({ name }) => name));
    const photo = shown.has("picture");
    find(".steps").classList.toggle("photo", photo);
    for (const row of every("[data-step]")) row.hidden = !shown.has(row.dataset.step);
    for (const name of ["ink", "pen"]) describe(name, photo);
    for (const { name, picture, height, width, image, reads } of answer.stages ?? []) {
      const row = find(`[data-step=${name}]`);
      row.classList.toggle("small", Math.max(height, width) <= side);
      find("img", row).src = typeof picture === "string" ? picture : png(picture, width, height);
      find("figcaption", row).textContent = words.say("preparation.size", { width, height });
      pixels(find("canvas", row), image);
      for (const [network, read] of Object.entries(reads)) {
        const line = find(`[data-network=${network}]`, row);
        find("b", line).textContent = read ? read.digit : "–";
        line.lastChild.textContent = read ? words.format.percent(read.confidence) : "";
      }
    }
    const { steps } = page.get();
    for (const { name } of switches) find(`[data-step=${name}]`).classList.toggle("off", steps[name] === false);
    if (!answer.networks) return;
    version = answer.networks.version;
    hear(answer.networks);
  }

  /** A step's words, which differ where a picture takes it instead of a drawing. */
  function describe(name, photo) {
    const row = find(`[data-step=${name}]`);
    const group = name === "ink" ? "preparation" : "step";
    const from = photo ? "preparation.photo" : group;
    write(find(".help", row), words.say(`${from}.${name}.help`));
    if (name === "ink") write(find("h3", row), words.say(`${from}.${name}.label`));
  }

  const refresh = latest(
    async () => {
      const { picture } = page.get();
      const of = changes;
      const asked = picture ? prepared(server, picture.file) : (here.stages(drawn()) ?? server.prepare(drawn()));
      const answer = await asked;
      return answer && { answer, of };
    },
    ({ answer, of }) => {
      show(answer);
      element.classList.toggle("stale", of !== changes);
    },
    () => {
      if (isOnItsWay(file)) return; // a large picture over a slow line
      explain(`${words.say("verdict.lost.lead")} ${words.say("verdict.lost.rest")}`);
      element.classList.remove("stale");
    },
  );

  function changed() {
    stale = !element.checkVisibility();
    if (!stale) refresh();
  }

  /** What stands there is of something else by now, which is asked about after a pause. */
  function soon(pause) {
    changes++;
    element.classList.add("stale");
    clearTimeout(rest);
    if (pause) rest = setTimeout(changed, pause);
    else changed();
  }

  chooser(choose.lastChild, async (file) => {
    const problem = await putPicture(server, file, largest);
    if (problem) write(find(".problem"), words.tell(problem));
  });
  back.addEventListener("click", () => page.set({ picture: null, digit: null }));
  for (const box of switches)
    box.addEventListener("change", () => page.set({ steps: { ...page.get().steps, [box.name]: box.checked } }));

  page.subscribe(["steps"], ({ steps }) => {
    for (const box of switches) box.checked = steps[box.name] !== false;
    soon(0);
  });
  page.subscribe(["picture"], ({ picture }) => {
    back.hidden = !picture;
  });
  page.subscribe(["verdict", "networks", "picture"], ({ picture, networks }, news) => {
    const other = picture?.file !== file;
    file = picture?.file;
    if (!other && (picture || !news.has("verdict")) && networks?.version === version) return;
    soon(!picture ? REST : other ? 0 : LONG_REST);
  });
  new IntersectionObserver(() => stale && changed()).observe(element);
}

/** The address of a picture of ink, a byte a pixel. */
function png(ink, width, height) {
  const canvas = make("canvas", { width, height });
  pixels(canvas, ink);
  return canvas.toDataURL();
}
