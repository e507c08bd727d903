// Two readers beside each other: what each takes for what, where they differ, and the digits behind every number.

import { words } from "./words.js";
import { make, pixels, within, write } from "../page/dom.js";
import { page } from "../page/state.js";
import { explain } from "../page/terms.js";
import { saving } from "./figures.js";
import { who } from "./names.js";
import { chance, difference, readerOf } from "./results.js";
import { matrixOf } from "./slides.js";
import { change, follow } from "./watch.js";

const SIDE = 28;
const MOST = 24; // digits that are shown of a cell
const KINDS = ["first", "second", "both_wrong_alike", "both_wrong_apart"];

/** Start the section; `readers` are what was measured of each, `pairs` where each two part. */
export function matrices(element, readers, { pairs }, server) {
  const { find } = within(element);
  const choice = find("select");
  choice.replaceChildren(
    ...Object.keys(pairs).map((pair) => {
      const [first, second] = pair.split("/");
      return make(
        "option",
        { value: pair },
        words.say("compare.pair.name", { first: who(first), second: who(second) }),
      );
    }),
  );
  const chosen = () => {
    const { pair } = page.get().compare;
    return Object.hasOwn(pairs, pair ?? "") ? pair : choice.value; // a link may name another
  };
  choice.addEventListener("change", () => change({ pair: choice.value }));
  let shown = null;

  function show() {
    const pair = chosen();
    if (pair === shown) return;
    shown = pair;
    choice.value = pair;
    const [first, second] = pair.split("/");
    const [one, other] = [readers[first].test, readers[second].test];
    const { counts, digits, p, apart, indices } = pairs[pair];
    const names = { first: who(first), second: who(second) };
    const chanceOf = chance(p);
    const told = words.say("compare.pair.told", { ...names, ...counts, digits, apart });
    explain(find(".verdict"), `${told} ${words.marked(chanceOf.key, chanceOf.values)}`);
    const kinds = KINDS.map((kind) => {
      const all = indices[kind].flat();
      const text = words.say(`compare.pair.${kind}`, { ...names, count: counts[kind] });
      return button(text, all, all.length === 0);
    });
    find(".kinds").replaceChildren(...kinds);
    find(".tables").replaceChildren(
      matrix(first, who(first), one.confusion, (label, digit) => one.cells[label][digit]),
      matrix(second, who(second), other.confusion, (label, digit) => other.cells[label][digit]),
      matrix(null, words.say("compare.matrix.difference", names), difference(one.confusion, other.confusion)),
    );
    open("", []);
  }

  function button(text, indices, disabled) {
    const node = make("button", { type: "button", class: "button", disabled: disabled ? "" : undefined }, text);
    node.addEventListener("click", () => open(text, indices));
    return node;
  }

  /** A table: rows are true digits, columns what was read. Without a reader it is a difference, with signs. */
  function matrix(key, caption, counts, digitsOf) {
    const digits = [...counts.keys()];
    const strength = strengths(counts, key);
    const cell = (label, digit) => {
      const count = counts[label][digit];
      const told = key ? String(count) : words.format.signed(count); // no room for a separator
      const share = strength(label, digit);
      const side = key ? "" : count > 0 ? "more" : count < 0 ? "less" : "";
      const node = make("td", {
        class: label === digit ? `right ${side}` : side,
        style: `--share: ${share.toFixed(2)}`,
      });
      const list = count && digitsOf?.(label, digit);
      if (!list) node.append(count ? told : "");
      else {
        const text = words.say("compare.matrix.cell", { who: caption, label, digit, count });
        const opens = button(text, list);
        opens.className = "";
        opens.setAttribute("aria-label", text);
        write(opens, told);
        node.append(opens);
      }
      return node;
    };
    const head = make("tr", {}, make("td", {}), ...digits.map((digit) => make("th", { scope: "col" }, String(digit))));
    const lines = digits.map((label) =>
      make("tr", {}, make("th", { scope: "row" }, String(label)), ...digits.map((digit) => cell(label, digit))),
    );
    const table = make("table", { class: "matrix" });
    table.classList.toggle("signed", !key);
    table.append(make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...lines));
    return make("div", { "data-network": key ? readerOf(key).network : "", tabindex: 0 }, table);
  }

  let opened = 0;

  /** Show the digits behind a number. */
  async function open(text, indices) {
    const mine = ++opened;
    const place = find(".opened");
    const more = indices.length > MOST ? words.say("compare.matrix.more", { most: MOST, count: indices.length }) : "";
    place.replaceChildren(make("p", {}, `${text} ${more}`));
    if (!indices.length) return;
    const some = indices.slice(0, MOST);
    const answer = await server.show_digits({ indices: some });
    if (mine !== opened) return;
    if (!answer?.images)
      return void place.append(make("p", {}, answer ? words.tell(answer.problem) : words.say("verdict.lost.lead")));
    const tiles = answer.images.map((image, i) => {
      const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img" });
      canvas.setAttribute("aria-label", words.say("compare.matrix.digit", { index: some[i], label: answer.labels[i] }));
      canvas.title = canvas.getAttribute("aria-label");
      pixels(canvas, image);
      return canvas;
    });
    place.append(make("div", { class: "tiles" }, ...tiles));
  }

  /** The three tables: counts of each reader, and their difference. */
  function figures() {
    const pair = chosen();
    const [first, second] = pair.split("/");
    const [one, other] = [first, second].map((key) => readers[key].test.confusion);
    const names = { first: who(first), second: who(second) };
    const note = words.say("compare.matrix.note", { digits: pairs[pair].digits });
    const table = (name, title, key, counts) => {
      const network = key ? readerOf(key).network : "";
      const text = (count) => (key ? String(count) : words.format.signed(count));
      const strength = (label, digit) => 0.45 * strengths(counts, key)(label, digit);
      const digits = [...counts.keys()];
      const body = () => matrixOf({ network, counts, text, strength });
      const head = [words.say("compare.column.true"), ...digits.map(String)];
      return { name, title, note, body, head, rows: counts.map((row, label) => [label, ...row]) };
    };
    return [
      table(`confusion-${first}`, names.first, first, one),
      table(`confusion-${second}`, names.second, second, other),
      table("confusion-difference", words.say("compare.matrix.difference", names), null, difference(one, other)),
    ];
  }

  saving(find(".saves"), figures);
  follow(({ pair }) => pair, show);
  show();
}

/** How strong each cell of a reader's counts is, or of a difference, beside the largest of those that are wrong. */
function strengths(counts, key) {
  const largest = Math.max(...counts.flatMap((row, i) => row.filter((_, j) => i !== j).map(Math.abs)), 1);
  return (label, digit) => (label === digit && key ? 0 : Math.min(1, Math.abs(counts[label][digit]) / largest));
}
