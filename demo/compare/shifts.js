// The shift maps of the four readers, the image at the place that is looked at, and the readings along its row.

import { words } from "./words.js";
import { make, pixels, within, write } from "../page/dom.js";
import { page, tell } from "../page/state.js";
import { onTheme } from "../page/theme.js";
import { shiftMap } from "./map.js";
import { walked } from "./heat.js";
import { figured, written } from "./figures.js";
import { called, whereTo } from "./names.js";
import { plot, showKey } from "./plot.js";
import { REACH, SIDE, at, coarseToFine, moved, nearestOther, summary } from "./shift.js";
import { byMove, chartOf, shiftMapsOf } from "./slides.js";
import { chooseMove, chosenMove, follow } from "./watch.js";

const MOVES = coarseToFine();
const ANNOUNCE_AFTER = 600; // milliseconds

/** Start the section in its element: `begin` takes an image and the readers, and says which images are to be read. */
export function shifts(element) {
  const { find, every } = within(element);
  const trace = plot(640);
  find(".trace").append(trace.node);
  let subject = null;
  let readers = {};
  let cards = {}; // of each reader by place
  let panels = {}; // of each reader
  let announcement;

  function panel(key, { network, training }) {
    const canvas = make("canvas", { tabindex: 0, role: "img", "data-key": key });
    canvas.setAttribute("aria-label", words.say("compare.shift.waiting", { network: words.say(`network.${network}`) }));
    const draw = shiftMap(canvas);
    walked(canvas, chooseMove, chosenMove);
    const name = make("h4", {}, words.say(`compare.reader.${network}`));
    const how = make("p", { class: "training" }, words.say(`compare.training.${training}`));
    const reading = make("p", { class: "says" });
    const told = make("p", { class: "told" });
    const node = make("section", { "data-network": network }, name, how, canvas, reading, told);
    return { node, canvas, draw, reading, told };
  }

  function begin(image, all) {
    subject = image;
    if (Object.entries(all).some(([key, { training }]) => readers[key]?.training !== training)) {
      panels = Object.fromEntries(Object.entries(all).map(([key, reader]) => [key, panel(key, reader)]));
      find(".maps").replaceChildren(...Object.values(panels).map(({ node }) => node));
    }
    readers = all;
    /** @type {Record<string, any[]>} */
    const fresh = Object.fromEntries(Object.keys(all).map((key) => [key, []]));
    /** @type {number[]} */
    let steps = [];
    return {
      images: MOVES.map(
        ([dx, dy]) =>
          () =>
            moved(image, dx, dy),
      ),
      arrived(i, read) {
        const [dx, dy, step] = MOVES[i];
        if (steps.at(-1) !== step) steps = [...steps, step];
        for (const key of Object.keys(all)) fresh[key][at(dx, dy)] = read[key];
      },
      show() {
        cards = fresh;
        show(steps);
      },
    };
  }

  let shownSteps = [];

  function show(steps = shownSteps) {
    shownSteps = steps;
    /** @type {[number, number]} */
    const [dx, dy] = chosenMove();
    if (!subject) return;
    for (const [key, { canvas, draw, reading, told }] of Object.entries(panels)) {
      // Fine to coarse, so that a place takes the nearest reading there is.
      draw({ cards: cards[key] ?? [], steps: [...steps].reverse(), image: subject, chosen: [dx, dy] });
      const here = cards[key]?.[at(dx, dy)];
      write(
        reading,
        here ? words.say("compare.reads", { digit: here.digit, share: here.probabilities[here.digit] }) : "…",
      );
      const sum = summary((place) => cards[key]?.[place]?.digit, subject);
      const whole = cards[key]?.filter(Boolean).length === MOVES.length;
      write(told, whole ? words.say("compare.shift.told", sum) : "");
      canvas.setAttribute(
        "aria-label",
        words.say("compare.shift.map_label", { network: words.say(`network.${readers[key].network}`), ...sum }),
      );
    }
    pixels(
      find(".moved canvas"),
      Uint8Array.from(moved(subject, dx, dy), (ink) => Math.round(255 * ink)),
    );
    write(find(".moved figcaption"), whereTo(dx, dy));
    drawTrace(dx, dy);
    tabulate();
    tellOthers([dx, dy]);
    clearTimeout(announcement);
    announcement = setTimeout(
      () => document.activeElement?.closest?.(".maps") && write(find("[aria-live]"), spoken()),
      ANNOUNCE_AFTER,
    );
  }

  /**
   * What each reader reads at this place and in the middle, once all have read both; `least` is how far the nearest place
   * is at which it reads another digit, of those that are read so far.
   */
  function tellOthers(move) {
    /** @type {Record<string, any>} */
    const each = {};
    for (const [key, { network, training }] of Object.entries(readers)) {
      const [home, here] = [cards[key]?.[at(0, 0)], cards[key]?.[at(move[0], move[1])]];
      if (!home || !here) return;
      const least = nearestOther((place) => cards[key][place]?.digit);
      each[key] = { network, training, home: home.digit, digit: here.digit, least };
    }
    if (Object.keys(each).length) tell("compare", { move, readers: each });
  }

  function spoken() {
    const [dx, dy] = chosenMove();
    const said = Object.entries(readers).map(([key, { network, training }]) => {
      const card = cards[key]?.[at(dx, dy)];
      return (
        card &&
        words.say("compare.shift.spoken", {
          network: words.say(`compare.reader.${network}`),
          training: words.say(`compare.training.${training}`),
          digit: card.digit,
          share: card.probabilities[card.digit],
        })
      );
    });
    return [whereTo(dx, dy), ...said.filter(Boolean)].join(" ");
  }

  /** The readings along a row as a chart; null before the first. */
  function along(dy) {
    const keys = Object.keys(readers);
    const digit = cards[keys[0]]?.[at(0, 0)]?.digit;
    if (digit === undefined) return null; // its first readings are on their way
    const places = Array.from({ length: 2 * REACH + 1 }, (_, i) => i - REACH);
    const lines = keys.map((key) => ({
      name: called(readers[key]),
      network: readers[key].network,
      dashed: key.startsWith("other"),
      points: places
        .map((x) => /** @type {[number, number]} */ ([x, cards[key]?.[at(x, dy)]?.probabilities[digit]]))
        .filter(([, share]) => share !== undefined),
    }));
    const title = words.say("compare.shift.trace", { digit });
    const ticks = [-14, -8, -4, 0, 4, 8, 14].map((x) => [x, words.format.signed(x)]);
    return { digit, title, low: -REACH, high: REACH, ticks, lines, percent: words.format.share };
  }

  function drawTrace(dx, dy) {
    const chart = along(dy);
    if (!chart) return;
    write(find(".trace-title"), chart.title);
    showKey(find(".key"), chart.lines);
    trace.draw({ ...chart, at: dx });
  }

  /** What can be saved: the maps, and the readings along the row. */
  function figures() {
    const [, dy] = chosenMove();
    const chart = along(dy);
    if (!chart) return [];
    const { digit, title, lines } = chart;
    const shown = Object.entries(readers).map(([key, reader]) => {
      return { name: called(reader), network: reader.network, cards: cards[key] };
    });
    const read = ({ cards: all }, dx, down) => {
      const card = all[at(dx, down)];
      return card ? [card.digit, card.probabilities[card.digit]] : [undefined, undefined];
    };
    const named = shown.flatMap(({ name }) => [
      words.say("compare.column.digit", { name }),
      words.say("compare.column.probability", { name }),
    ]);
    const maps = {
      name: `shift-maps-of-a-${digit}`,
      what: words.say("compare.figure.maps"),
      title: words.say("compare.shift.slide", { digit }),
      note: words.say("compare.shift.note"),
      body: () => shiftMapsOf(shown, subject, [...shownSteps].reverse()),
      head: [words.say("compare.column.right"), words.say("compare.column.down"), ...named],
      rows: byMove(shown, read),
    };
    const row = lines.map(({ points }) => new Map(points));
    const trace = {
      name: `shift-row-of-a-${digit}`,
      title,
      note: dy ? whereTo(0, dy) : words.say("compare.shift.nowhere"),
      body: () => chartOf(chart),
      head: [words.say("compare.column.right"), ...lines.map(({ name }) => name)],
      rows: Array.from({ length: 2 * REACH + 1 }, (_, i) => [i - REACH, ...row.map((of) => of.get(i - REACH))]),
      written,
    };
    return [maps, trace];
  }

  const tabulate = figured(element, figures, () => figures().slice(1));

  const alongRow = (event) => chooseMove([Math.round(trace.valueAt(event)), chosenMove()[1]]);
  for (const kind of ["pointermove", "pointerdown"]) trace.node.addEventListener(kind, alongRow);
  follow(
    ({ move }) => move,
    () => show(),
  );
  onTheme(show);
  return { begin };
}
