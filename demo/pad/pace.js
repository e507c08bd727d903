// How long a network takes for a drawing: single readings scatter by half, so the median of the last ones is told.

const LAST = 20; // readings

/** The middle of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** A memory of readings by network; `told` adds one and says the median, anew with other networks and another place. */
export function pace() {
  const known = {}; // { of, cards } by network

  return {
    /** `by` is "page" where the page has read by itself. */
    told(words, network, card, version, by) {
      const of = `${version} ${by}`;
      if (known[network]?.of !== of) known[network] = { of, cards: [] };
      const { cards } = known[network];
      if (cards.at(-1) !== card) cards.push(card); // of several digits, those that stay are not read again
      if (cards.length > LAST) cards.shift();
      const values = { count: cards.length, milliseconds: median(cards.map(({ milliseconds }) => milliseconds)) };
      return by === "page" ? words.say("verdict.time.page", values) : words.say("verdict.time.server", values);
    },
  };
}
