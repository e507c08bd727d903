// A measurement of a visitor's network in pieces, each of which the server makes in a second or so.

import { ACROSS, REACH } from "./shift.js";

const STEP = 2; // pixels between two places of the map
const BLOCKS = 5; // of the test set

/** What is asked, piece by piece, of one network: its share of the test set, its rows of the map, its curves. */
export function pieces(network, kinds) {
  const blocks = Array.from({ length: BLOCKS }, (_, at) => ({ network, part: "test", at }));
  const rows = Array.from({ length: (2 * REACH) / STEP + 1 }, (_, i) => ({
    network,
    part: "shift",
    at: STEP * i - REACH,
  }));
  return [...blocks, ...rows, ...Object.keys(kinds).map((kind) => ({ network, part: kind, at: 0 }))];
}

/** Pieces and their answers, in order, as what is measured of a reader; places between two of the map take the nearer. */
export function together(asked, answers) {
  const of = (part) => answers.filter((_, i) => asked[i].part === part);
  const rows = of("shift").map(({ shares }) => shares);
  const near = (i) => Math.min(rows.length - 1, Math.round(i / STEP));
  const sum = (name) => of("test").reduce((total, answer) => total + answer[name], 0);
  const across = [...Array(ACROSS).keys()];
  const kinds = new Set(asked.map(({ part }) => part).filter((part) => part !== "shift" && part !== "test"));
  return {
    shift: { accuracy: across.map((y) => across.map((x) => rows[near(y)][near(x)])), digits: of("shift")[0].digits },
    curves: Object.fromEntries(
      [...kinds].map((kind) => [kind, { accuracy: of(kind)[0].shares, digits: of(kind)[0].digits }]),
    ),
    test: { right: sum("right"), digits: sum("digits") },
  };
}
