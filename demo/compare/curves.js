// The readers' curves over eight changes of the drawing, a slider each, and the smallest change on which two of them part.

import { words } from "../page/catalogue.js";
import { make, pixels, within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { apply, firstFailure, settled, smallest, values } from "./changes.js";
import { amount } from "./names.js";
import { putOnPaper } from "./paper.js";
import { plot } from "./plot.js";
import { agree } from "./readers.js";

/**
 * Start the section in its element; `kinds` are { kind: { low, high, step, none, unit } }. `begin` takes an image and the
 * readers, and says which images are to be read.
 */
export function curves(element, kinds) {
  const { find } = within(element);
  const panels = Object.fromEntries(Object.entries(kinds).map(([kind, change]) => [kind, panel(kind, change)]));
  find(".curves").append(...Object.values(panels).map(({ node }) => node));
  let subject = null;
  let readers = {};
  let cards = {}; // by kind, value, reader

  const chosen = (kind) => settled(kinds[kind], page.get().compare[kind]);
  const choose = (kind, value) => page.set({ compare: { ...page.get().compare, [kind]: value } });

  function panel(kind, { low, high, step }) {
    const chart = plot();
    const picture = make("canvas", { width: 28, height: 28, role: "img" });
    picture.setAttribute("aria-label", words.say("compare.changes.image_label"));
    const input = make("input", {
      type: "range",
      min: low,
      max: high,
      step,
      "aria-label": words.say(`compare.change.${kind}`),
    });
    const value = make("output", {});
    const told = make("ul", { class: "told" });
    const head = make("h4", {}, words.say(`compare.change.${kind}`), " ", value);
    const node = make("section", { "data-kind": kind }, head, make("div", {}, chart.node, picture), input, told);
    input.addEventListener("input", () => choose(kind, Number(input.value)));
    chart.node.addEventListener("pointerdown", (event) => {
      const nearest = Math.round((chart.valueAt(event) - low) / step);
      choose(kind, Number((low + nearest * step).toFixed(6)));
    });
    return { node, chart, picture, input, value, told };
  }

  function show() {
    if (!subject) return;
    for (const [kind, change] of Object.entries(kinds)) {
      const { chart, picture, input, value, told } = panels[kind];
      const at = chosen(kind);
      if (Number(input.value) !== at) input.value = String(at);
      input.setAttribute("aria-valuetext", amount(kind, at));
      write(value, amount(kind, at));
      pixels(
        picture,
        Uint8Array.from(apply[kind](subject, at), (share) => Math.round(255 * share)),
      );
      const read = (key, place) => cards[kind]?.[place]?.[key];
      const home = read(Object.keys(readers)[0], change.none)?.digit ?? 0; // nothing is drawn before it is known
      const all = values(change);
      const lines = Object.entries(readers).map(([key, { network }]) => ({
        network,
        dashed: key.startsWith("other"),
        points: all.filter((one) => read(key, one)).map((one) => [one, read(key, one).probabilities[home]]),
      }));
      const ticks = [change.low, change.none, change.high].filter((one, i, list) => list.indexOf(one) === i);
      chart.draw({
        low: change.low,
        high: change.high,
        ticks: ticks.map((one) => [one, amount(kind, one)]),
        lines,
        at,
        percent: words.format.share,
      });
      told.replaceChildren(
        ...Object.entries(readers).map(([key, { network, training }]) => {
          const card = read(key, at);
          const failure = firstFailure(all, (one) => read(key, one)?.digit, change.none);
          const who = words.say(`compare.short.${training}`, { network: words.say(`network.${network}`) });
          const now = card
            ? words.say("compare.reads", { digit: card.digit, share: card.probabilities[card.digit] })
            : "…";
          const fails = failure
            ? words.say("compare.changes.fails", { amount: amount(kind, failure[0]), digit: failure[1] })
            : words.say("compare.changes.never");
          return make("li", { "data-network": network }, make("b", {}, who), ` ${now} `, make("span", {}, fails));
        }),
      );
    }
  }

  /** The smallest change on which the two networks on the cards part, in words, with a way to put it on the paper. */
  function showParting() {
    const [one, other] = Object.keys(readers);
    const found = smallest(kinds, (kind, value) => {
      const read = cards[kind]?.[value];
      return read && read[one] && read[other] && !agree(read[one], read[other]);
    });
    const node = find(".parting");
    find("button", node).hidden = !found || !found.share;
    if (!found) return write(find("p", node), words.say("compare.parting.none"));
    const read = cards[found.kind][found.value];
    const values = { mlp: read[one].digit, cnn: read[other].digit };
    if (!found.share) return write(find("p", node), words.say("compare.parting.already", values));
    const far = amount(found.kind, found.value);
    write(
      find("p", node),
      words.say("compare.parting.found", { ...values, amount: far, change: words.say(`compare.change.${found.kind}`) }),
    );
    find("button", node).onclick = () => {
      choose(found.kind, found.value);
      panels[found.kind].node.scrollIntoView({ block: "center" });
      putOnPaper(panels[found.kind].picture);
    };
  }

  page.subscribe(["compare"], show);
  return {
    begin(image, all) {
      subject = image;
      readers = all;
      const fresh = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, {}]));
      const wanted = Object.entries(kinds).flatMap(([kind, change]) => values(change).map((value) => [kind, value]));
      cards = fresh;
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
