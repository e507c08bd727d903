// Which lines each chart gets, from the curves of a run and of earlier ones; as page/chart.js draws them.

const DOTS = 24; // at most, on a line

/** Of so many values every n-th, so that few are left and the last among them. */
export function thinned(values, most = DOTS) {
  const apart = Math.ceil(values.length / most);
  return values.filter((_, i) => (values.length - 1 - i) % apart === 0);
}

/**
 * The lines of all charts: { loss, accuracy, rate }.
 *
 * `current`: curves by network. `earlier`: [{ run, network, curves }], drawn dashed. `name` gives a network's name,
 * `label` what a run is called, and `format` has nats, share1 and significant.
 */
export function lines(current, earlier, { name, label, format }) {
  const loss = [];
  const accuracy = [];
  const rate = [];
  for (const { run, network, curves } of earlier) {
    const line = { key: `${run} ${network}`, kind: "earlier", network, label: label(run) };
    loss.push({ ...line, x: curves.x, y: curves.smooth });
    accuracy.push({ ...line, x: curves.validation.x, y: curves.validation.y });
    rate.push({ ...line, x: curves.x, y: curves.rate });
  }
  for (const [network, curves] of Object.entries(current)) {
    const line = (kind, x, y, written) => {
      const end = written && y.length ? `${name(network)} ${written(y.at(-1))}` : "";
      return { key: `${network} ${kind}`, kind, network, x, y, label: end };
    };
    const { x, validation } = curves;
    loss.push(line("raw", x, curves.loss), line("strong", x, curves.smooth, format.nats));
    accuracy.push(line("thin", x, curves.accuracy), line("strong", validation.x, validation.y, format.share1));
    accuracy.push(line("dots", thinned(validation.x), thinned(validation.y)));
    rate.push(line("strong", x, curves.rate, (value) => format.significant(value, 2)));
  }
  return { loss, accuracy, rate };
}
