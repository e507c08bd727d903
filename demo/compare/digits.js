// The readers on the test set: moved, changed, mistaken, and how far their probabilities can be believed.

import { words } from "../page/catalogue.js";
import { make, within, write } from "../page/dom.js";
import { report } from "../page/latest.js";
import { page } from "../page/state.js";
import { calibration } from "./calibration.js";
import { settled, values } from "./changes.js";
import { gallery } from "./gallery.js";
import { heat } from "./heat.js";
import { matrices } from "./matrices.js";
import { mine } from "./mine.js";
import { amount, whereTo, who } from "./names.js";
import { plot } from "./plot.js";
import { inOrder, readerOf, results } from "./results.js";
import { REACH } from "./shift.js";

/** Start the view in its element, when it is first seen; `files` are the addresses of the results, by name. */
export function start(element, { files, kinds }, server) {
  const { find } = within(element);
  const names = Object.keys(files).filter((name) => name.startsWith("measured-"));
  let begun = false;

  async function begin() {
    begun = true;
    try {
      const measured = await Promise.all(names.map((name) => results(files, name)));
      const pairs = await results(files, "pairs");
      const readers = inOrder(Object.fromEntries(measured.map((one) => [one.reader, one])));
      const shows = [moved(find(".moved-digits"), pairs), changed(find(".changed-digits"), kinds)];
      mine(find(".mine"), kinds, server, (own) => shows.forEach((show) => show({ ...readers, ...own })));
      matrices(find(".mistakes"), readers, pairs, server);
      calibration(find(".calibration"), readers);
      gallery(find(".gallery"), await results(files, "gallery"), files["gallery.png"]);
      write(find(".problem"), "");
    } catch (error) {
      begun = false;
      report(error);
      write(find(".problem"), words.say("compare.no_results"));
    }
  }

  new IntersectionObserver(() => !begun && element.checkVisibility() && begin()).observe(element);
}

/** Mean accuracy by place, a map for each reader; gives a function that takes what was measured of the readers. */
function moved(element, { ink_kept: kept }) {
  const { find } = within(element);
  const clamp = (value) => Math.max(-REACH, Math.min(REACH, value));
  const chosen = () => page.get().compare.move ?? [0, 0];
  const choose = ([dx, dy]) => page.set({ compare: { ...page.get().compare, move: [clamp(dx), clamp(dy)] } });
  let panels = [];

  function panel([key, { shift }]) {
    const { network, training } = readerOf(key);
    const map = heat(choose, chosen);
    const told = make("p", { class: "says" });
    const label = { who: who(key), still: shift.accuracy[REACH][REACH], four: shift.accuracy[REACH][REACH + 4] };
    map.node.setAttribute("aria-label", words.say("compare.moved.map_label", label));
    const head = [
      make("h4", {}, words.say(`compare.reader.${network}`)),
      make("p", { class: "training" }, words.say(`compare.training.${training}`)),
    ];
    return { shift, map, told, node: make("section", { "data-network": network }, ...head, map.node, told) };
  }

  function show() {
    const [dx, dy] = chosen();
    write(find(".where"), whereTo(dx, dy));
    for (const { shift, map, told } of panels) {
      map.draw(shift.accuracy, kept, [dx, dy]);
      write(told, words.say("compare.moved.read", { share: shift.accuracy[dy + REACH][dx + REACH] }));
    }
  }

  page.subscribe(["compare"], show);
  return (readers) => {
    panels = Object.entries(readers).map(panel);
    find(".maps").replaceChildren(...panels.map(({ node }) => node));
    write(find(".measured"), words.say("compare.moved.of", { digits: Object.values(readers)[0].shift.digits }));
    show();
  };
}

/** Accuracy over each change, a line for each reader; gives a function that takes what was measured of the readers. */
function changed(element, kinds) {
  const { find } = within(element);
  let readers = {};
  const panels = Object.entries(kinds).map(([kind, change]) => {
    const { low, high, step } = change;
    const label = words.say(`compare.change.${kind}`);
    const parts = { chart: plot(), told: make("ul", { class: "told" }), value: make("output", {}) };
    const input = make("input", { type: "range", min: low, max: high, step, "aria-label": label });
    input.addEventListener("input", () =>
      page.set({ compare: { ...page.get().compare, [kind]: Number(input.value) } }),
    );
    const head = make("h4", {}, label, " ", parts.value);
    const node = make("section", {}, head, parts.chart.node, input, parts.told);
    return { kind, change, ...parts, input, node };
  });
  find(".curves").replaceChildren(...panels.map(({ node }) => node));

  function show() {
    for (const { kind, change, chart, told, value, input } of panels) {
      const at = settled(change, page.get().compare[kind]);
      if (Number(input.value) !== at) input.value = String(at);
      input.setAttribute("aria-valuetext", amount(kind, at));
      write(value, amount(kind, at));
      const all = values(change);
      const lines = Object.entries(readers).map(([key, { curves }]) => {
        const { network, training } = readerOf(key);
        const points = all.map((one, i) => [one, curves[kind].accuracy[i]]);
        return { network, dashed: training === "tutorial", points };
      });
      const ticks = [...new Set([change.low, change.none, change.high])].map((one) => [one, amount(kind, one)]);
      chart.draw({ low: change.low, high: change.high, ticks, lines, at, percent: words.format.share });
      const shares = Object.entries(readers).map(([key, { curves }]) => {
        const share = words.format.share1(curves[kind].accuracy[all.indexOf(at)]);
        return make("li", { "data-network": readerOf(key).network }, make("b", {}, who(key)), ` ${share}`);
      });
      told.replaceChildren(...shares);
    }
  }

  page.subscribe(["compare"], show);
  return (measured) => {
    readers = measured;
    write(
      find(".measured"),
      words.say("compare.changed.of", { digits: Object.values(readers)[0].curves.rotation.digits }),
    );
    show();
  };
}
