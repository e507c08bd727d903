// The tab Preparation: the steps of the drawing on the pad, or of a picture, and switches for each.

import { words } from "../page/catalogue.js";
import { make, pixels, within } from "../page/dom.js";
import { drawn } from "../page/drawing.js";
import { latest } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { here } from "../reader/own.js";

// Only a tab that is seen costs anything, and all its stages cost ten times a verdict: it waits for the pen to rest. A
// picture stays while only the networks are others, and is not sent again before these rest too.
const REST = 150;
const LONG_REST = 2000; // milliseconds

/** Start the component: `server.prepare` and `server.prepare_file` answer, `props` are the values given in layout.py. */
export function start({ element, server, props: { largest, side } }) {
  const { find, every } = within(element);
  const [chooser, back] = every(".button");
  const switches = every("[role=switch]");
  let picture = null; // a file, or none: the drawing on the pad
  let before = null; // the drawing that lay on the pad when the picture was chosen
  let version = null; // of the networks whose readings are shown
  let stale = true;
  let rest;

  function explain(problem) {
    find(".problem").textContent = problem;
    find(".steps").hidden = problem !== "";
  }

  function show(answer) {
    explain(words.tell(answer.problem));
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

  const refresh = latest(
    () => {
      if (!picture) return here.stages(drawn()) ?? server.prepare(drawn());
      const steps = JSON.stringify(page.get().steps);
      return server.prepare_file({ binary: true, data: { picture, steps } });
    },
    show,
    () => explain(`${words.say("verdict.lost.lead")} ${words.say("verdict.lost.rest")}`),
  );

  function changed() {
    stale = !element.checkVisibility();
    if (!stale) refresh();
  }

  function use(file) {
    clearTimeout(rest);
    picture = file;
    before = page.get().strokes;
    back.hidden = !file;
    switches.find(({ name }) => name === "pen").disabled = Boolean(file); // a picture's pen is as it is
    changed();
  }

  chooser.lastChild.addEventListener("change", ({ target }) => {
    const [file] = target.files;
    target.value = ""; // so that the same file can be chosen again
    const megabytes = largest / 2 ** 20;
    if (file?.size > largest) explain(words.say("preparation.too_large", { megabytes }));
    else if (file) use(file);
  });
  back.addEventListener("click", () => use(null));
  for (const box of switches)
    box.addEventListener("change", () => page.set({ steps: { ...page.get().steps, [box.name]: box.checked } }));

  page.subscribe(["steps"], ({ steps }) => {
    for (const box of switches) box.checked = steps[box.name] !== false;
    changed();
  });
  page.subscribe(["verdict", "networks"], ({ strokes, networks }, news) => {
    if (!news.has("verdict") && networks.version === version) return;
    const file = strokes === before ? picture : null;
    clearTimeout(rest);
    rest = setTimeout(use, file ? LONG_REST : REST, file);
  });
  new IntersectionObserver(() => stale && changed()).observe(element);
}

/** The address of a picture of ink, a byte a pixel. */
function png(ink, width, height) {
  const canvas = make("canvas", { width, height });
  pixels(canvas, ink);
  return canvas.toDataURL();
}
