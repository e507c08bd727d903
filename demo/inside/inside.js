// The tab Look inside: asks the server for the view that is seen, when it has to, and has the answer shown.
// What is looked at is page.inside in the page's state; controls change it, and follow it.

import { words } from "./words.js";
import { early, within, write } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { tables } from "../figures/pictures.js";
import { drawn } from "../page/drawing.js";
import { hear, page, tell } from "../page/state.js";
import { aloud } from "./aloud.js";
import { asked } from "./asked.js";
import { learnt } from "./learnt.js";
import { maps } from "./maps.js";
import { mlp } from "./mlp.js";
import { pixels } from "./pixels.js";
import { pooling } from "./pooling.js";
import { saving } from "./saving.js";
import { summary } from "./summary.js";
import { lightParts } from "./prose.js";

const REST = 150; // milliseconds that the pen rests before what is slow is asked for
const PACE = 150; // milliseconds between two updates that follow the pen, at least

export function start({ element, server, props }) {
  const { find, every, css } = within(element);
  const choose = (changes) => page.set({ inside: { ...page.get().inside, ...changes } });
  const tab = { element, server, find, every, css, choose, aloud: aloud(find("[aria-live]")) };
  const views = {
    maps: maps(tab),
    mlp: mlp(tab),
    pixels: pixels(tab),
    pooling: pooling(tab, props.example),
    weights: learnt(tab),
  };
  asked(tab);
  lightParts(element);

  // ---- asking

  let stale = true; // what is shown is of another drawing, other networks or another choice
  const ask = latest(
    async () => {
      const { inside: asked } = page.get();
      const time = performance.now();
      const answer = await server.look({ ...asked, drawing: drawn() });
      return answer && { ...answer, asked, time };
    },
    (answer) => {
      if (answer.networks) hear(answer.networks);
      if (answer.asked === page.get().inside) show(answer); // or the answer to what is chosen now is on its way
    },
    () => write(find(".problem"), words.say("inside.lost")),
  );

  function refresh() {
    stale = !element.checkVisibility() || document.hidden;
    if (!stale) ask();
  }

  // The maps follow the pen, but not so often that the verdicts above would come later; what is slow waits for it to rest.
  let timer = null;
  let began = 0;
  function follow() {
    const slow = page.get().inside.view === "pixels";
    if (timer && !slow) return;
    clearTimeout(timer);
    const pause = slow ? REST : Math.max(0, began + PACE - performance.now());
    timer = setTimeout(() => {
      timer = null;
      began = performance.now();
      refresh();
    }, pause);
  }

  page.subscribe(["verdict", "networks"], follow);
  page.subscribe(["inside"], refresh);
  document.addEventListener("visibilitychange", () => stale && refresh());
  new IntersectionObserver(() => stale && refresh()).observe(element);

  // ---- showing

  let shown = null; // the newest answer
  function show(answer) {
    shown = answer;
    const problem = words.tell(answer.problem);
    if (problem && problem !== find(".problem").textContent) tab.aloud(problem);
    write(find(".problem"), problem);
    element.classList.add("answered");
    element.classList.toggle("told", !answer.problem);
    find(".learnt").hidden = answer.shown?.view !== "weights";
    if (answer.shown) views[answer.shown.view](answer.shown, tables(element));
    if (answer.shown) tell("inside", summary(answer.shown));
    const detail = { asked: answer.time };
    element.dispatchEvent(new CustomEvent("digit-duel:inside", { bubbles: true, detail })); // for measuring
  }

  saving(tab, () => shown.shown);

  let width = 0;
  new ResizeObserver(() => {
    if (element.clientWidth && element.clientWidth !== width && shown) show(shown);
    width = element.clientWidth;
  }).observe(element);

  // ---- the view

  function showView() {
    const { view } = page.get().inside;
    for (const section of every("[data-view]")) section.hidden = section.dataset.view !== view;
    find(`.choice.view [value=${view}]`).checked = true;
  }
  page.subscribe(["inside"], showView);
  const chosen = early(every(".choice.view input"));
  if (chosen) choose({ view: chosen });
  showView();
  find(".choice.view").addEventListener("change", ({ target }) => choose({ view: target.value }));
}
