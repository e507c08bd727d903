// The visitor's own networks on the same digits: measured piece by piece where it is asked for, and ended at will.

import { words } from "./words.js";
import { within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { pieces, together } from "./pieces.js";

/** Start the section; `found` is called with what was measured of each of the visitor's networks, { "run-mlp": … }. */
export function mine(element, kinds, server, found) {
  const { find } = within(element);
  const start = find("[data-do=measure]");
  const stop = find("[data-do=cancel]");
  let job = 0;
  let shown = null; // the version of the networks whose results stand there

  const networks = () =>
    Object.entries(page.get().networks?.readers ?? {}).filter(([, { source }]) => ["run", "loaded"].includes(source));

  function toggle(busy, text) {
    start.hidden = busy;
    stop.hidden = !busy;
    write(find(".progress"), text);
  }

  async function measure() {
    const now = ++job;
    const { version } = page.get().networks;
    const each = networks().map(([network, { source }]) => {
      return {
        network,
        key: `${source}-${network}`,
        asked: pieces(network, kinds),
        answers: /** @type {any[]} */ ([]),
      };
    });
    const all = each.reduce((sum, { asked }) => sum + asked.length, 0);
    let done = 0;
    for (const { asked, answers } of each)
      for (const piece of asked) {
        toggle(true, words.say("compare.mine.progress", { done: done++, all }));
        const answer = await server.measure(piece);
        if (now !== job) return;
        if (!answer) return toggle(false, words.say("verdict.lost.lead"));
        if (answer.version !== version)
          return toggle(false, answer.problem ? words.tell(answer.problem) : words.say("compare.mine.changed"));
        answers.push(answer);
      }
    const measured = each.map(({ network, key, asked, answers }) => ({ network, key, of: together(asked, answers) }));
    const told = measured.map(({ network, of: { test, shift } }) =>
      words.say("compare.mine.told", {
        network: words.say(`network.${network}`),
        accuracy: test.right / test.digits,
        digits: test.digits,
        sample: shift.digits,
      }),
    );
    toggle(false, told.join(" "));
    found(Object.fromEntries(measured.map(({ key, of }) => [key, of])));
    shown = version;
  }

  function show() {
    element.hidden = networks().length === 0;
    if (shown === null || shown === page.get().networks?.version) return;
    shown = null;
    write(find(".progress"), "");
    found({});
  }

  start.addEventListener("click", measure);
  stop.addEventListener("click", () => {
    job++;
    toggle(false, words.say("compare.mine.cancelled"));
  });
  page.subscribe(["networks"], show);
  show();
  found({});
}
