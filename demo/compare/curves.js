// The readers' curves over eight changes of the drawing, a slider each, and the smallest change on which two of them part.

import { words } from "./words.js";
import { make, pixels, within, write } from "../page/dom.js";
import { apply, firstFailure, smallest, values } from "./changes.js";
import { curveFigures } from "./eight.js";
import { figured } from "./figures.js";
import { amount, called } from "./names.js";
import { putOnPaper } from "./paper.js";
import { plot, showKey } from "./plot.js";
import { agree } from "./readers.js";
import { slider } from "./slider.js";
import { change, follow } from "./watch.js";

/**
 * Start the section in its element; `kinds` are { kind: { low, high, step, none, unit } }. `begin` takes an image and the
 * readers, and says which images are to be read.
 */
export function curves(element, kinds) {
  const { find } = within(element);
  const parting = find(".parting");
  const panels = Object.fromEntries(Object.entries(kinds).map(([kind, bounds]) => [kind, panel(kind, bounds)]));
  find(".curves").append(...Object.values(panels).map(({ node }) => node));
  let subject = null;
  let readers = {};
  let cards = {}; // by kind, value, reader

  const choose = (kind, value) => change({ [kind]: value });

  function panel(kind, bounds) {
    const { low, step } = bounds;
    const { head, input, show } = slider(kind, bounds);
    const chart = plot();
    const picture = make("canvas", { width: 28, height: 28, role: "img" });
    picture.setAttribute("aria-label", words.say("compare.changes.image_label"));
    const told = make("ul", { class: "told" });
    const node = make("section", { "data-kind": kind }, head, make("div", {}, chart.node, picture), input, told);
    chart.node.addEventListener("pointerdown", (event) => {
      const nearest = Math.round((chart.valueAt(event) - low) / step);
      choose(kind, Number((low + nearest * step).toFixed(6)));
    });
    return { node, chart, picture, show, told };
  }

  /** The readers' probabilities over a change, of the digit that the first of them reads without it. */
  function curve(kind) {
    const bounds = kinds[kind];
    const read = (key, place) => cards[kind]?.[place]?.[key];
    const home = read(Object.keys(readers)[0], bounds.none)?.digit ?? 0; // nothing is drawn before it is known
    const all = values(bounds);
    const lines = Object.entries(readers).map(([key, reader]) => ({
      name: called(reader),
      network: reader.network,
      dashed: key.startsWith("other"),
      points: all.filter((one) => read(key, one)).map((one) => [one, read(key, one).probabilities[home]]),
    }));
    const { low, none, high } = bounds;
    const ticks = [...new Set([low, none, high])].map((one) => [one, amount(kind, one)]);
    const title = words.say("compare.changes.curve", { change: words.say(`compare.change.${kind}`), digit: home });
    return { title, low, high, ticks, lines, percent: words.format.share };
  }

  const figures = () =>
    subject ? curveFigures(kinds, curve, { name: "curves", title: words.say("compare.changes.title"), note: "" }) : [];

  const tabulate = figured(element, figures, () => figures().slice(1));

  function show() {
    if (!subject) return;
    for (const kind of Object.keys(kinds)) showKind(kind);
    showKey(find(".key"), curve("rotation").lines);
    tabulate();
  }

  function showKind(kind) {
    if (!subject) return;
    const bounds = kinds[kind];
    const { chart, picture, show: showSlider, told } = panels[kind];
    const at = showSlider();
    pixels(
      picture,
      Uint8Array.from(apply[kind](subject, at), (share) => Math.round(255 * share)),
    );
    chart.draw({ ...curve(kind), at });
    const read = (key, place) => cards[kind]?.[place]?.[key];
    const all = values(bounds);
    const said = Object.entries(readers).map(([key, reader]) => {
      const who = make("b", {}, called(reader));
      const card = read(key, at);
      if (!card) return make("li", { "data-network": reader.network }, who, " …");
      const now = words.say("compare.reads", { digit: card.digit, share: card.probabilities[card.digit] });
      const failure = firstFailure(all, (one) => read(key, one)?.digit, bounds.none);
      const fails = failure
        ? words.say("compare.changes.fails", { amount: amount(kind, failure[0]), digit: failure[1] })
        : words.say("compare.changes.never");
      const reads = make("span", { class: "reads" }, now);
      return make("li", { "data-network": reader.network }, who, " ", reads, " ", make("span", {}, fails));
    });
    told.replaceChildren(...said);
  }

  /** The smallest change on which the two networks on the cards part, in words, with a way to put it on the paper. */
  function showParting() {
    const [one, other] = Object.keys(readers);
    const found = smallest(kinds, (kind, value) => {
      const read = cards[kind]?.[value];
      return read && read[one] && read[other] && !agree(read[one], read[other]);
    });
    find("button", parting).hidden = !found || !found.share;
    if (!found) return write(find("p", parting), words.say("compare.parting.none"));
    const read = cards[found.kind][found.value];
    const values = { mlp: read[one].digit, cnn: read[other].digit };
    if (!found.share) return write(find("p", parting), words.say("compare.parting.already", values));
    const far = amount(found.kind, found.value);
    write(
      find("p", parting),
      words.say("compare.parting.found", { ...values, amount: far, change: words.say(`compare.change.${found.kind}`) }),
    );
    find("button", parting).onclick = () => {
      choose(found.kind, found.value);
      panels[found.kind].node.scrollIntoView({ block: "center" });
      putOnPaper(panels[found.kind].picture);
    };
  }

  for (const kind of Object.keys(kinds))
    follow(
      (compare) => compare[kind],
      () => showKind(kind),
    );
  return {
    begin(image, all) {
      subject = image;
      readers = all;
      const fresh = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, {}]));
      const wanted = Object.entries(kinds).flatMap(([kind, bounds]) => values(bounds).map((value) => [kind, value]));
      cards = fresh;
      write(find("p", parting), "");
      find("button", parting).hidden = true;
      show();
      return {
        images: wanted.map(
          ([kind, value]) =>
            () =>
              apply[kind](image, value),
        ),
        arrived(i, read) {
          const [kind, value] = wanted[i];
          fresh[kind][value] = read;
        },
        show,
        done() {
          show();
          showParting();
        },
      };
    },
  };
}
