// What each reader reads of test digits that are moved or changed: a map and eight curves.

import { words } from "./words.js";
import { make, within, write } from "../page/dom.js";
import { onTheme } from "../page/theme.js";
import { values } from "./changes.js";
import { curveFigures } from "./eight.js";
import { figured, written } from "./figures.js";
import { heat } from "./heat.js";
import { amount, whereTo, who } from "./names.js";
import { plot, showKey } from "./plot.js";
import { readerOf } from "./results.js";
import { REACH } from "./shift.js";
import { slider } from "./slider.js";
import { byMove, heatMapsOf } from "./slides.js";
import { chooseMove, chosenMove, follow } from "./watch.js";

/** Mean accuracy by place, a map for each reader; gives a function that takes what was measured of the readers. */
export function moved(element, { ink_kept: kept }) {
  const { find } = within(element);
  let panels = [];

  function panel([key, { shift }]) {
    const { network, training } = readerOf(key);
    const map = heat(chooseMove, chosenMove);
    const told = make("p", { class: "says" });
    const label = { who: who(key), still: shift.accuracy[REACH][REACH], four: shift.accuracy[REACH][REACH + 4] };
    map.node.setAttribute("aria-label", words.say("compare.moved.map_label", label));
    const head = [
      make("h4", {}, words.say(`compare.reader.${network}`)),
      make("p", { class: "training" }, words.say(`compare.training.${training}`)),
    ];
    const node = make("section", { "data-network": network }, ...head, map.node, told);
    return { name: who(key), network, shift, map, told, node };
  }

  function show() {
    const [dx, dy] = chosenMove();
    write(find(".where"), whereTo(dx, dy));
    for (const { shift, map, told } of panels) {
      map.draw(shift.accuracy, kept, [dx, dy]);
      write(told, words.say("compare.moved.read", { share: shift.accuracy[dy + REACH][dx + REACH] }));
    }
    tabulate();
  }

  function figures() {
    if (!panels.length) return [];
    const share = ({ shift }, dx, dy) => [shift.accuracy[dy + REACH][dx + REACH]];
    return [
      {
        name: "test-digits-moved",
        what: words.say("compare.figure.maps"),
        title: words.say("compare.moved.title"),
        note: words.say("compare.moved.of", { digits: panels[0].shift.digits }),
        body: () => heatMapsOf(panels.map(({ shift, ...reader }) => ({ ...reader, rows: shift.accuracy })), kept), // prettier-ignore
        head: [words.say("compare.column.right"), words.say("compare.column.down"), ...panels.map(({ name }) => name)],
        rows: byMove(panels, share),
      },
    ];
  }

  /** Of the maps the row that is looked at. */
  function row() {
    const [, down] = chosenMove();
    return figures().map(({ rows, head }) => ({
      title: words.say("compare.moved.row", { where: whereTo(0, down) }),
      head: [head[0], ...head.slice(2)],
      rows: rows.filter(([, dy]) => dy === down).map(([dx, , ...shares]) => [dx, ...shares]),
      written,
    }));
  }

  const tabulate = figured(element, figures, row);
  follow(({ move }) => move, show);
  onTheme(show);
  return (readers) => {
    panels = Object.entries(readers).map(panel);
    find(".maps").replaceChildren(...panels.map(({ node }) => node));
    write(find(".measured"), words.say("compare.moved.of", { digits: panels[0].shift.digits }));
    show();
  };
}

/** Accuracy over each change, a line for each reader; gives a function that takes what was measured of the readers. */
export function changed(element, kinds) {
  const { find } = within(element);
  let readers = {};
  const panels = Object.fromEntries(Object.entries(kinds).map(([kind, bounds]) => [kind, panel(kind, bounds)]));
  find(".curves").replaceChildren(...Object.values(panels).map(({ node }) => node));

  function panel(kind, bounds) {
    const { head, input, show } = slider(kind, bounds);
    const parts = { chart: plot(), told: make("ul", { class: "told" }), show };
    return { ...parts, node: make("section", {}, head, parts.chart.node, input, parts.told) };
  }

  function curve(kind) {
    const { low, none, high } = kinds[kind];
    const all = values(kinds[kind]);
    const lines = Object.entries(readers).map(([key, { curves }]) => {
      const { network, training } = readerOf(key);
      const points = all.map((one, i) => [one, curves[kind].accuracy[i]]);
      return { name: who(key), network, dashed: training === "tutorial", points };
    });
    const title = words.say("compare.changed.curve", { change: words.say(`compare.change.${kind}`) });
    const ticks = [...new Set([low, none, high])].map((one) => [one, amount(kind, one)]);
    return { title, low, high, ticks, lines, percent: words.format.share };
  }

  function showKind(kind) {
    const { chart, told, show } = panels[kind];
    const at = show();
    chart.draw({ ...curve(kind), at });
    const place = values(kinds[kind]).indexOf(at);
    const shares = Object.entries(readers).map(([key, { curves }]) => {
      const share = words.format.share1(curves[kind].accuracy[place]);
      return make("li", { "data-network": readerOf(key).network }, make("b", {}, who(key)), ` ${share}`);
    });
    told.replaceChildren(...shares);
  }

  function figures() {
    if (!Object.keys(readers).length) return [];
    const [title, note] = [words.say("compare.changed.title"), words.say("compare.changed.of", { digits: digits() })];
    return curveFigures(kinds, curve, { name: "test-digits", title, note });
  }

  const digits = () => Object.values(readers)[0].curves.rotation.digits;
  const tabulate = figured(element, figures, () => figures().slice(1));
  for (const kind of Object.keys(kinds)) follow((compare) => compare[kind], () => showKind(kind)); // prettier-ignore
  return (measured) => {
    readers = measured;
    write(find(".measured"), words.say("compare.changed.of", { digits: digits() }));
    for (const kind of Object.keys(kinds)) showKind(kind);
    showKey(find(".key"), curve("rotation").lines);
    tabulate();
  };
}
