// The ledger: what each contestant costs and how well it reads, a table that can be sorted by any column.

import { words } from "./words.js";
import { make, within, write } from "../page/dom.js";
import { report } from "../page/latest.js";
import { page } from "../page/state.js";
import { explained } from "../page/terms.js";
import { saving } from "./figures.js";
import { results, sorted } from "./results.js";
import { change, follow } from "./watch.js";

const { format } = words;
const mean = (of) => of?.mean;

/** A mean with its spread over the seeds. */
const spread = (written) => (of) =>
  of?.mean === undefined
    ? words.say("compare.ledger.unknown")
    : of.deviation
      ? `${written(of.mean)} ± ${written(of.deviation)}`
      : written(of.mean);

const level = (name) => ({
  of: (row) => row.epochs_to[name],
  value: (row) => mean(row.epochs_to[name]),
  text: (of) => {
    if (!of) return words.say("compare.ledger.unknown");
    if (of.mean === undefined) return words.say("compare.ledger.reached", { reached: of.reached, of: of.of });
    return spread(format.decimal1)(of);
  },
});

const number = (name, written) => ({
  of: (row) => row[name],
  value: (row) => row[name],
  text: (of) => (of === null ? words.say("compare.ledger.unknown") : written(of)),
});
const measured = (name, written) => ({
  of: (row) => row[name],
  value: (row) => mean(row[name]),
  text: spread(written),
});
const drawn = (name) => ({
  of: (row) => row.drawn[name],
  value: (row) => mean(row.drawn[name]),
  text: spread(format.share1),
});

export const COLUMNS = {
  accuracy: measured("accuracy", format.share2),
  far: measured("far", format.share1),
  parameters: number("parameters", format.count),
  multiply_adds: number("multiply_adds", format.count),
  bytes: number("bytes", (bytes) => words.say("compare.ledger.kilobytes", { kilobytes: bytes / 1000 })),
  milliseconds: number("milliseconds", format.decimal2),
  seconds_an_epoch: number("seconds_an_epoch", format.decimal1),
  to97: level("0.97"),
  to98: level("0.98"),
  to99: level("0.99"),
  dev: drawn("dev"),
  pendigits: drawn("pendigits"),
};

/** Start the view in its element, when it is first seen. */
export function start(element, { files }) {
  const { find } = within(element);
  let rows = null;

  async function begin() {
    try {
      const ledger = await results(files, "ledger");
      if (rows) return;
      rows = ledger.rows;
      const { device, versions } = ledger;
      write(find(".measured"), words.say("compare.ledger.measured", { device, torch: versions.torch }));
      find("dl").replaceChildren(...Object.keys(COLUMNS).flatMap(defined));
      saving(find(".saves"), () => [figure()]);
      follow(({ sort, down }) => [sort, down], show);
      show();
      write(find(".problem"), "");
    } catch (error) {
      report(error);
      write(find(".problem"), words.say("compare.no_results"));
    }
  }

  function show() {
    const { sort: asked = "", down = true } = page.get().compare;
    const sort = Object.hasOwn(COLUMNS, asked) ? asked : "accuracy"; // a link may name one that there is not
    const heads = Object.keys(COLUMNS).map((name) => head(name, sort, down));
    const first = make("th", { scope: "col" }, words.say("compare.ledger.column.contestant"));
    find("thead").replaceChildren(make("tr", {}, first, ...heads));
    find("tbody").replaceChildren(...sorted(rows, COLUMNS[sort].value, down).map(line));
  }

  function head(name, sort, down) {
    const label = words.say(`compare.ledger.column.${name}`);
    const button = make("button", { type: "button", title: words.say(`compare.ledger.help.${name}`) }, label);
    button.addEventListener("click", () => {
      change({ sort: name, down: sort === name ? !down : true });
      find(`[data-column=${name}] button`).focus();
    });
    const order = sort === name ? (down ? "descending" : "ascending") : "none";
    return make("th", { scope: "col", "data-column": name, "aria-sort": order }, button);
  }

  /** What a column is, in a line. */
  const defined = (name) => [
    make("dt", {}, words.say(`compare.ledger.column.${name}`)),
    make("dd", {}, ...explained(words.marked(`compare.ledger.help.${name}`))),
  ];

  /** The rows as numbers: means, and the spread of what has one. */
  function figure() {
    const head = Object.entries(COLUMNS).flatMap(([name, { of }]) => {
      const label = words.say(`compare.ledger.column.${name}`);
      return rows.some((row) => of(row)?.mean !== undefined) ? [label, words.say("compare.column.spread", { name: label })] : [label]; // prettier-ignore
    });
    const numbers = (row) =>
      Object.values(COLUMNS).flatMap(({ of, value }) =>
        rows.some((one) => of(one)?.mean !== undefined) ? [value(row), of(row)?.deviation ?? undefined] : [value(row)],
      );
    return {
      name: "ledger",
      title: words.say("compare.view.ledger"),
      head: [...["contestant", "epochs", "seeds"].map((name) => words.say(`compare.ledger.column.${name}`)), ...head],
      rows: rows.map((row) => [
        words.say(`compare.contestant.${row.contestant}.name`),
        row.epochs,
        row.seeds.length,
        ...numbers(row),
      ]),
    };
  }

  function line(row) {
    const cells = Object.values(COLUMNS).map(({ of, text }) => {
      const value = of(row);
      return make("td", {}, (value ?? null) === null ? words.say("compare.ledger.unknown") : text(value));
    });
    const about = make(
      "small",
      {},
      words.say("compare.ledger.stands", {
        help: words.say(`compare.contestant.${row.contestant}.help`),
        epochs: row.epochs,
        count: row.seeds.length,
      }),
    );
    const name = make("th", { scope: "row" }, words.say(`compare.contestant.${row.contestant}.name`), about);
    return make("tr", { "data-network": row.network }, name, ...cells);
  }

  new IntersectionObserver(() => !rows && element.checkVisibility() && begin()).observe(element);
}
