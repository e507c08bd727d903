// The tutorials' claims, a row each: what they say, what was measured, and whether it is so.

import { words } from "./words.js";
import { make, within, write } from "../page/dom.js";
import { report } from "../page/latest.js";
import { page } from "../page/state.js";
import { explained } from "../page/terms.js";
import { saving } from "./figures.js";
import { rates } from "./rates.js";
import { results } from "./results.js";

/**
 * Start the view in its element, when it is first seen; `waiting` are the claims that take trainings to be measured, and
 * `again` has Retrain's form for the arms of the experiments that it can run.
 */
export function start(element, { files, waiting, again }) {
  const { find } = within(element);
  let begun = false;

  async function begin() {
    begun = true;
    try {
      const found = await results(files, "claims");
      const rows = inOrder(found.rows, waiting);
      find(".rows").replaceChildren(...rows.map((row) => line(row, found.experiments, again[row.experiment] ?? {})));
      saving(find(".saves"), () => [figure(rows)]);
      write(find(".problem"), "");
    } catch (error) {
      begun = false;
      report(error);
      write(find(".problem"), words.say("compare.no_results"));
    }
  }

  new IntersectionObserver(() => !begun && element.checkVisibility() && begin()).observe(element);
}

/** Measured claims, and behind them those that are not measured yet; each text's own stand together. */
export function inOrder(rows, waiting) {
  const known = new Set(rows.map(({ key }) => key));
  const all = [...rows, ...waiting.filter(({ key }) => !known.has(key))];
  return ["mlp", "cnn"].flatMap((text) => all.filter(({ texts }) => texts[0] === text));
}

/** What was measured, in sentences. */
function measured({ key, verdict, values }, say = words.say) {
  if (!verdict) return [say("compare.claims.waiting")];
  const depends = `compare.claim.${key}.depends`;
  const on =
    verdict === "depends" && words.has(depends)
      ? [say("compare.claims.depends", { on: words.say(depends, values) })]
      : [];
  return [say(`compare.claim.${key}.measured`, values), ...on];
}

/** How much a row stands on, in sentences. */
export function sample({ verdict, spread, digits, seeds }, say = words.say) {
  if (!verdict) return [];
  const known = Object.entries(spread).filter(([, value]) => value !== null);
  const [name, largest] = known.sort((a, b) => b[1] - a[1])[0] ?? [];
  const unit = !digits ? "loss" : name === "epochs" ? "epochs" : "points"; // of nats and of ratios, the ratios' is larger
  return [
    digits ? say("compare.claims.digits", { digits }) : "",
    seeds ? say("compare.claims.seeds", { count: seeds }) : "",
    largest ? say(`compare.claims.spread.${unit}`, { spread: unit === "points" ? 100 * largest : largest }) : "",
  ].filter(Boolean);
}

/** Buttons that set Retrain up for one arm of an experiment each, and open it; null without any. */
function arms(forms) {
  const buttons = Object.entries(forms).map(([arm, form]) => {
    const named = `compare.arm.${arm}`; // the others are learning rates
    const button = make("button", { type: "button", class: "button" }, words.has(named) ? words.say(named) : arm);
    button.addEventListener("click", () => page.set({ tab: "retrain", retrain: { ...page.get().retrain, form } }));
    return button;
  });
  return buttons.length ? make("p", { class: "arms" }, words.say("compare.claims.retrain"), " ", ...buttons) : null;
}

function line(row, experiments, forms) {
  const { key, texts, verdict = "waiting", values, command } = row;
  const said = make("p", { class: "claim" }, ...explained(words.marked(`compare.claim.${key}.claim`, values)));
  const of = make("span", { class: "of" }, texts.map((text) => words.say(`compare.claims.text.${text}`)).join(" "));
  const chart = rates(key, experiments);
  const buttons = arms(forms);
  return make(
    "li",
    { "data-verdict": verdict, "data-claim": key },
    make("div", {}, of, said),
    make("b", { class: "verdict" }, words.say(`compare.verdict.${verdict}`)),
    make(
      "div",
      {},
      make("p", {}, ...explained(measured(row, words.marked).join(" "))),
      make("p", { class: "sample" }, ...explained(sample(row, words.marked).join(" "))),
      ...(chart ? [chart] : []),
      make(
        "p",
        { class: "again" },
        words.say(`compare.claims.${row.verdict ? "again" : "first"}`),
        " ",
        make("code", {}, command),
      ),
      ...(buttons ? [buttons] : []),
    ),
  );
}

/** All rows as numbers. */
function figure(rows) {
  const columns = ["text", "claim", "measured", "verdict", "digits", "seeds", "again"];
  return {
    name: "claims",
    title: words.say("compare.view.claims"),
    head: columns.map((name) => words.say(`compare.claims.column.${name}`)),
    rows: rows.map((row) => [
      row.texts.map((text) => words.say(`compare.claims.text.${text}`)).join(" "),
      words.say(`compare.claim.${row.key}.claim`, row.values),
      [...measured(row), ...sample(row)].join(" "),
      words.say(`compare.verdict.${row.verdict ?? "waiting"}`),
      row.digits,
      row.seeds,
      row.command,
    ]),
  };
}
