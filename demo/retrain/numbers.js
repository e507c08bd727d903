// A run in numbers, each with the batch at which it was measured, and how well its networks read the test set.

import { words } from "../page/catalogue.js";
import { make, within, write } from "../page/dom.js";
import { told } from "./told.js";

const { format } = words;
const or = (written) => (value) => (value === null ? words.say("retrain.unknown") : written(value));
const of = (done, all) => words.say("retrain.number.of", { done, all });

// What each row says of a track, and when that was measured.
const over = ({ window: [from, to] }) =>
  to === undefined ? "" : from === to ? after(to) : words.say("retrain.number.window", { from, to });
const after = (batch) => words.say("retrain.number.after", { batch });
const now = ({ step }) => (step ? after(step) : "");
const keptBack = ({ validation }) =>
  validation ? words.say("retrain.number.kept_back", { batch: validation.step, digits: validation.digits }) : "";

const NUMBERS = {
  epoch: [({ epoch, epochs }) => of(epoch, epochs)],
  step: [({ step, steps }) => of(step, steps)],
  seconds: [({ seconds }) => format.decimal1(seconds)],
  objective: [
    ({ smoothing }) =>
      smoothing ? words.say("retrain.number.smoothed", { smoothing }) : words.say("retrain.number.plain"),
  ],
  loss: [({ loss }) => or(format.nats)(loss), over],
  validation_loss: [({ validation }) => or(format.nats)(validation?.loss ?? null), keptBack],
  accuracy: [({ accuracy }) => or(format.share2)(accuracy), over],
  validation: [({ validation }) => or(format.share2)(validation?.accuracy ?? null), keptBack],
  learning_rate: [({ learning_rate }) => or(format.short)(learning_rate), now],
  speed: [({ speed }) => or(format.count)(speed), ({ step }) => (step ? words.say("retrain.number.since_start") : "")],
};

export function numbers(element) {
  const { find, every } = within(element);
  const networks = every(".numbers thead th").map(({ dataset }) => dataset.network);

  function showNumbers() {
    const { tracks } = told.get().shown;
    const running = Object.entries(tracks);
    const live = find(".live");
    for (const network of networks) live.classList.toggle(network, network in tracks);
    live.classList.toggle("shown", running.length > 0);
    for (const [network, track] of running)
      for (const [name, [written, age]] of Object.entries(NUMBERS)) {
        const cell = find(`[data-number=${name}] [data-network=${network}]`);
        write(find("span", cell), written(track));
        write(find("small", cell), age ? age(track) : "");
      }
  }

  function showResults() {
    const { run, tracks } = told.get().details;
    const ended = Object.entries(tracks).filter(([, { result }]) => result);
    find(".result").hidden = ended.length === 0;
    if (ended.length) write(find(".result .run"), words.say("retrain.result.run", { run }));
    find(".result tbody").replaceChildren(...ended.map(([network, { result }]) => line(network, result)));
  }

  told.subscribe(["shown"], showNumbers);
  told.subscribe(["details"], showResults);
}

function line(network, { test, shipped, promise }) {
  const scores = ({ accuracy, loss }) => [format.share2(accuracy), words.say("retrain.result.loss", { loss })];
  const none = [words.say("retrain.result.mnist_only")];
  const cells = [scores(test), shipped ? scores(shipped) : none, promise ? [words.tell(promise)] : none];
  const cell = (parts) => make("td", {}, ...parts.map((part) => make("span", {}, part)));
  const head = make("th", { scope: "row" }, words.say(`network.${network}`));
  return make("tr", { "data-network": network }, head, ...cells.map(cell));
}
