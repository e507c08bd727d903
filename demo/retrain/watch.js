// Asking for the state of the training, as often as something can have changed, and commands.

import { latest } from "../page/latest.js";
import { hear as hearOf, page, tell } from "../page/state.js";
import { alive, live } from "./buttons.js";
import { summary } from "./summary.js";
import { LOST, UNANSWERED, change, kept, told } from "./told.js";

const PAUSES = { live: 170, unseen: 1000, paused: 2000 }; // milliseconds from one question to the next

/**
 * Keep asking; what is heard goes to `told` and to the page's state. Gives what the visitor may have done: command(what),
 * travel(moment), load(file), and ask() where something else has shown that what was heard is not so.
 */
export function watching(element, server, trigger) {
  let width = 0; // of the tab: 0 while another one is open
  let stale = true; // what was heard last had no details
  let version; // of the networks that were heard of last
  let orders = 0; // commands that were answered
  let asked; // how many of them there were when the question in flight was asked
  let began = 0; // when it was
  let timer; // of the next question
  let wishes = 0; // to be taken to another moment of the past
  let sent; // how many of them there were when the one in flight was sent
  let travelling = false;
  let borrowed = null; // the run that asked for a GPU
  const unanswered = new Set(); // commands on their way
  const seen = () => width > 0 && !document.hidden;
  const question = () => ({ visible: seen(), table: told.get().table.version, examples: told.get().examples.version });

  // ---- hearing

  function hear({ state, status, notes, networks, downloads, borrow, details }) {
    stale = !details;
    version = networks.version;
    hearOf(networks);
    const before = told.get();
    const gone = state === "idle" && (before.gone || live(before.state));
    told.set({ state, status, notes, downloads, gone, lost: false });
    if (state !== before.state && before.problem === UNANSWERED) told.set({ problem: null }); // it was done after all
    if (details) look(details);
    if (borrow !== null && borrow !== borrowed) {
      borrowed = borrow;
      trigger("input"); // an event of the visitor's, at whose expense a Space lends its GPU
    }
  }

  function look(details) {
    if (!travelling) change({ moment: details.moment }); // or the visitor is on the way to another one
    if (details.table) tabulate(details.table);
    if (details.examples) told.set({ examples: details.examples });
    const something = Object.keys(details.tracks).length > 0 || !alive(told.get().state);
    told.set({ details, ...(something && { shown: details }) });
    tell("retrain", summary(told.get().state, details));
  }

  // Runs stay ticked, with their curves, while their rows are the same: another server numbers its runs anew.
  function tabulate(table) {
    const before = new Set(told.get().table.rows.map((row) => JSON.stringify(row)));
    const same = table.rows.filter((row) => before.has(JSON.stringify(row)));
    const stays = (run, network) => same.some((row) => row.run === run && (!network || row.network === network));
    const curves = Object.entries(told.get().curves).filter(([run]) => stays(Number(run)));
    told.set({ table, curves: Object.fromEntries(curves) });
    change({ compared: kept().compared.filter(([run, network]) => stays(run, network)) });
  }

  const lost = () => told.set({ lost: true });

  // ---- asking: one question in flight

  const ask = latest(
    () => {
      asked = orders;
      began = performance.now();
      return server.watch(question());
    },
    (answer) => {
      if (answer.state && asked === orders) hear(answer); // or a command was answered meanwhile, and this is older
      later();
    },
    lost,
  );

  function later() {
    clearTimeout(timer);
    const { state } = told.get();
    const pause = alive(state) ? (seen() ? PAUSES.live : PAUSES.unseen) : state === "paused" ? PAUSES.paused : null;
    if (pause) timer = setTimeout(ask, Math.max(0, began + pause - performance.now()));
  }

  // Where nothing goes on nothing is asked, so what was heard may be long ago: the server may have been started again.
  function catchUp() {
    if (seen() && (stale || !alive(told.get().state))) ask();
  }

  document.addEventListener("visibilitychange", catchUp);
  new ResizeObserver(([{ contentRect }]) => {
    const opened = width === 0;
    width = contentRect.width;
    if (opened) catchUp();
  }).observe(element);

  // Other networks read without a training that goes on: the server was started again, say.
  page.subscribe(["networks"], ({ networks }) => {
    if (networks?.version === version || alive(told.get().state)) return;
    stale = true;
    catchUp();
  });

  // ---- commands

  function obeyed(answer, place) {
    orders += 1;
    if (!answer) {
      told.set({ problem: null, file: null, [place]: place === "file" ? LOST : UNANSWERED });
      lost();
      return ask();
    }
    told.set({ problem: null, file: null, [place]: answer.problem });
    if (answer.state) hear(answer);
    later();
  }

  const order = (what, moment = null) => server.command({ ...question(), do: what, settings: kept().settings, moment });

  const go = latest(
    () => {
      sent = wishes;
      return order("travel", kept().moment);
    },
    (answer) => {
      if (sent === wishes) travelling = false;
      obeyed(answer, "problem");
    },
    lost,
  );

  return {
    ask,
    async command(what) {
      if (unanswered.has(what) || (unanswered.size && what !== "stop")) return;
      unanswered.add(what);
      borrowed = null;
      told.set({ gone: false });
      obeyed(await order(what).finally(() => unanswered.delete(what)), "problem");
    },
    travel(moment) {
      wishes += 1;
      travelling = true;
      change({ moment });
      go();
    },
    async load(file) {
      const answer = await server.load({ binary: true, data: { file } });
      obeyed(answer, "file");
      if (answer?.state && !answer.problem) told.set({ file: { key: "retrain.files.loaded", values: {} } });
    },
  };
}
