// A step worked out: asks for the newest step of a network while it is seen, and has its parts show it.
// What is looked at is page.retrain.step: open, network, parameter, index, and the digit that was meant.

import { words } from "./step_words.js";
import { make, within, write } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { page } from "../page/state.js";
import { explain } from "../page/terms.js";
import { alive } from "./buttons.js";
import { sentence } from "./problem.js";
import { batch } from "./step_batch.js";
import { loss } from "./step_loss.js";
import { paragraph } from "./step_parts.js";
import { sizes } from "./step_sizes.js";
import { way } from "./step_way.js";
import { changeStep, kept, told } from "./told.js";

const PACE = 1000; // milliseconds between two questions while a run goes on
const REST = 500; // milliseconds without another change of the form

/** Wire the fold, once it is opened for the first time. */
export function step(fold, server, training) {
  const { find, every } = within(fold);
  const body = find(".body");
  document.head.append(make("link", { rel: "stylesheet", href: new URL("./step.css", import.meta.url).href }));

  const again = make("button", { type: "button" }, words.say("retrain.controls.batch"));
  const heading = make("p", { class: "about" });
  const reduced = paragraph("worked.reduced", { class: "reduced", hidden: "" });
  const problem = make("p", { class: "problem", role: "status" });
  const networks = make("fieldset", { class: "choice" });
  const head = make("div", { class: "whose" }, heading, again);
  const parts = make("div", { class: "parts" });
  body.replaceChildren(paragraph("worked.lead", { class: "help" }), networks, head, reduced, problem, parts);

  const view = () => ({ network: null, parameter: null, index: null, digit: null, ...kept().step });
  const tab = { server, view, choose: changeStep, question, network };
  const shows = { loss: loss(tab), batch: batch((image) => shows.loss.look(image)), way: way(tab), sizes: sizes() };
  parts.append(...Object.values(shows).map(({ node }) => node));

  /** The networks there are: of the run, or else of the form. */
  function available() {
    const tracks = Object.keys(told.get().details?.tracks ?? {});
    return tracks.length ? tracks : (kept().settings?.networks ?? ["mlp"]);
  }

  function network() {
    const { network: chosen } = view();
    return available().includes(chosen) ? chosen : available()[0];
  }

  function question() {
    return { network: network(), settings: kept().settings };
  }

  function showNetworks() {
    const names = available();
    networks.hidden = names.length < 2;
    if (networks.dataset.names === names.join()) return;
    networks.dataset.names = names.join();
    const radio = (name) =>
      make("input", {
        type: "radio",
        name: "retrain-worked",
        value: name,
        checked: name === network() ? "" : undefined,
      });
    const labels = names.map((name) => make("label", {}, radio(name), make("span", {}, words.say(`network.${name}`))));
    networks.replaceChildren(make("legend", {}, words.say("worked.network")), make("div", {}, ...labels));
  }

  function show({ problem: why, about, batch: found, asked }) {
    if (asked.network !== network()) return; // another one was chosen meanwhile, and is asked for
    const going = alive(told.get().state);
    write(problem, why ? sentence(why) : going && about?.key === "worked.about.run" ? words.say("worked.moving") : "");
    if (about) explain(heading, words.marked(about.key, about.values));
    else write(heading, "");
    parts.hidden = !found;
    fold.dataset.network = asked.network;
    fold.dataset.step = found ? found.step : "";
    reduced.hidden = !found?.reduced;
    if (!found) return;
    for (const part of Object.values(shows)) part.show(found);
    if (!going || about.key !== "worked.about.run") shows.way.ask();
  }

  const ask = latest(
    async () => {
      const asked = question();
      const answer = await server.step(asked);
      return answer && { ...answer, asked };
    },
    show,
    () => write(problem, words.say("retrain.lost")),
  );

  // ---- when

  let heard = ""; // of what the step is that was asked for
  let began = -Infinity;
  let timer;

  const seen = () => fold.open && fold.checkVisibility() && !document.hidden;

  function follow() {
    showNetworks();
    const { state, details } = told.get();
    again.disabled = alive(state);
    if (!seen()) return;
    const done = Object.entries(details?.tracks ?? {}).map(([name, { step }]) => [name, step]);
    const now = JSON.stringify([details?.run, done, alive(state), network(), done.length ? null : kept().settings]);
    if (now === heard) return;
    clearTimeout(timer);
    const pause = alive(state) ? began + PACE - performance.now() : done.length || !heard ? 0 : REST;
    timer = setTimeout(
      () => {
        heard = now;
        began = performance.now();
        ask();
        follow();
      },
      Math.max(0, pause),
    );
  }

  networks.addEventListener("change", ({ target }) =>
    changeStep({ network: target.value, parameter: null, index: null }),
  );
  again.addEventListener("click", () => training.command("batch"));
  told.subscribe(["details", "state"], follow);
  page.subscribe(["retrain"], () => {
    for (const radio of every("[name=retrain-worked]")) radio.checked = radio.value === network();
    follow();
  });
  document.addEventListener("visibilitychange", follow);
  fold.addEventListener("toggle", follow);
  follow();
}
