// What a sweep of learning rates found, as a line of a chart.

/** An experiment's arms as a line over the logarithm of the rate, with the spread over the seeds. */
export function rateLine(network, arms) {
  const known = Object.entries(arms)
    .map(([rate, { accuracy }]) => ({ rate: Number(rate), ...accuracy }))
    .sort((a, b) => a.rate - b.rate);
  return {
    network,
    rates: known.map(({ rate }) => rate),
    seeds: Math.max(...known.map(({ values }) => values.length)),
    points: known.map(({ rate, mean }) => [Math.log10(rate), mean]),
    spread: known.flatMap(({ rate, mean, deviation }) =>
      deviation ? [[Math.log10(rate), Math.max(0, mean - deviation), Math.min(1, mean + deviation)]] : [],
    ),
    dots: true,
  };
}
