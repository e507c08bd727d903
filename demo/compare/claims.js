// The tutorials' claims, a row each: what they say, what was measured, and whether it is so.

import { words } from "../page/catalogue.js";
import { make, within, write } from "../page/dom.js";
import { report } from "../page/latest.js";
import { results } from "./results.js";

/** Start the view in its element, when it is first seen. */
export function start(element, { files }) {
  const { find } = within(element);
  let begun = false;

  async function begin() {
    begun = true;
    try {
      const { rows } = await results(files, "claims");
      find(".rows").replaceChildren(...rows.map(line));
    } catch (error) {
      begun = false;
      report(error);
      write(find(".problem"), words.say("compare.no_results"));
    }
  }

  new IntersectionObserver(() => !begun && element.checkVisibility() && begin()).observe(element);
}

function line({ key, texts, verdict, values, spread, digits, seeds, command }) {
  const measured = [words.say(`compare.claim.${key}.measured`, values)];
  const depends = `compare.claim.${key}.depends`;
  if (verdict === "depends" && words.has(depends)) measured.push(words.say(depends, values));
  const largest = Math.max(0, ...Object.values(spread).map((value) => value ?? 0));
  const sample = [
    digits && words.say("compare.claims.digits", { digits }),
    seeds && words.say("compare.claims.seeds", { count: seeds }),
    largest && words.say("compare.claims.spread", { spread: Number(largest.toPrecision(2)) }),
  ];
  const said = make("p", { class: "claim" }, words.say(`compare.claim.${key}.claim`, values));
  const of = make("span", { class: "of" }, texts.map((text) => words.say(`compare.claims.text.${text}`)).join(" "));
  return make(
    "li",
    { "data-verdict": verdict },
    make("div", {}, of, said),
    make("b", { class: "verdict" }, words.say(`compare.verdict.${verdict}`)),
    make(
      "div",
      {},
      make("p", {}, measured.join(" ")),
      make("p", { class: "sample" }, sample.filter(Boolean).join(" ")),
    ),
    make("code", {}, command),
  );
}
