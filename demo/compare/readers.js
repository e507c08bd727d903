// The four readers that are compared: the two networks on the cards, and the shipped two of the other training.

/**
 * { key: { network, training, source } }, in the order in which they are shown. `now` says which networks read on the cards,
 * by name: shipped, tutorial, loaded or run; `trained` which networks lie beside the page, by training and name.
 */
export function contestants(now, trained) {
  const all = Object.entries(now).map(([network, { source }]) => [network, { network, training: source }]);
  for (const [network, { source }] of Object.entries(now)) {
    const other = source === "tutorial" ? "shipped" : "tutorial";
    if (trained[other][network]) all.push([`other-${network}`, { network, training: other }]);
  }
  return Object.fromEntries(all);
}

/** Whether two readings are of the same digit; of a network without numbers nothing is the same. */
export const agree = (one, other) => Boolean(one && other) && one.digit === other.digit;
