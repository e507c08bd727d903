// Which lines each chart gets, from the curves of a run and of earlier ones; as figures/chart.js draws them.

const DOTS = 24; // at most, on a line

/** Of so many values every n-th, so that few are left and the last among them. */
export function thinned(values, most = DOTS) {
  const apart = Math.ceil(values.length / most);
  return values.filter((_, i) => (values.length - 1 - i) % apart === 0);
}

/** Where points stand on an axis: seconds, batches or epochs. */
export function across({ x, step }, perEpoch, axis) {
  if (axis === "seconds") return x;
  return axis === "batches" ? step : step.map((batches) => batches / perEpoch);
}

/**
 * The lines of all charts: { loss, accuracy, rate }, each a list of
 * { key, kind, measure, network, run, tint, x, y, step, seconds, perEpoch, name, label, over }.
 *
 * `current`: curves by network, of the run with this number. `earlier`: [{ run, network, tint, curves }], where tint
 * gives each dashes of its own. Kinds: strong for digits kept back, dots on it, thin for means over training batches, raw for single
 * batches, earlier. `measure`: kept_back, mean, batch or rate. `over`: where a run diverged, on the axis. `said` names
 * a network, `run` a run, and `format` has nats, share1 and significant.
 */
export function lines(current, earlier, axis, said, run = null) {
  const charts = { loss: [], accuracy: [], rate: [] };
  const written = {
    loss: said.format.nats,
    accuracy: said.format.share1,
    rate: (value) => said.format.significant(value, 2),
  };

  function add(chart, kind, measure, { run, network, curves, tint, name }, points, y, labelled) {
    const seconds = points.x;
    const x = across(points, curves.per_epoch, axis);
    const label = labelled && y.length ? `${name} ${written[chart](y.at(-1))}` : "";
    charts[chart].push({
      key: `${run} ${network} ${kind} ${measure}`,
      ...{
        kind,
        measure,
        network,
        run,
        tint,
        x,
        y,
        step: points.step,
        seconds,
        perEpoch: curves.per_epoch,
        name,
        label,
      },
      over: null,
    });
  }

  for (const one of earlier) {
    const told = { ...one, name: said.run(one) };
    const { validation } = one.curves;
    add("loss", "earlier", "kept_back", told, validation, validation.loss, true);
    mark(charts.loss.at(-1), one.curves);
    add("accuracy", "earlier", "kept_back", told, validation, validation.accuracy, true);
    add("rate", "earlier", "rate", told, one.curves, one.curves.rate, true);
  }

  for (const [network, curves] of Object.entries(current)) {
    const told = { run, network, curves, tint: null, name: said.name(network) };
    const { validation } = curves;
    const read = validation.step.length > 0; // before that training's means are all there is
    const dots = Object.fromEntries(Object.entries(validation).map(([name, column]) => [name, thinned(column)]));
    add("loss", "raw", "batch", told, curves, curves.loss, false);
    add("loss", "thin", "mean", told, curves, curves.smooth, !read);
    mark(charts.loss.at(-1), curves);
    add("loss", "strong", "kept_back", told, validation, validation.loss, true);
    add("loss", "dots", "kept_back", told, dots, dots.loss, false);
    add("accuracy", "thin", "mean", told, curves, curves.accuracy, !read);
    add("accuracy", "strong", "kept_back", told, validation, validation.accuracy, true);
    add("accuracy", "dots", "kept_back", told, dots, dots.accuracy, false);
    add("rate", "strong", "rate", told, curves, curves.rate, true);
  }
  return charts;

  // A run that diverged: where on the axis.
  function mark(line, { diverged, per_epoch }) {
    if (!diverged) return;
    const [x] = across({ x: [diverged.x], step: [diverged.step] }, per_epoch, axis);
    line.over = { x, step: diverged.step, loss: diverged.loss };
  }
}

/**
 * A chart's curves as data, for a table or a file: { chart, columns, rows }, a row for each point, with run, network,
 * measure (kept_back, mean, batch or rate), batch, epoch, seconds and value. Values are nats, shares of 1 or rates.
 */
export function curve(chart, some) {
  const columns = ["run", "network", "measure", "batch", "epoch", "seconds", "value"];
  const whole = some.filter(({ kind }) => kind !== "dots");
  const rows = whole.flatMap(({ run, network, measure, step, seconds, perEpoch, y }) =>
    y.map((value, i) => [run, network, measure, step[i], step[i] / perEpoch, seconds[i], value]),
  );
  return { chart, columns, rows };
}

/** What a line's text says: the first value, the last one, the best one and after which batch that was; null of none. */
export function summary({ y, step }, lowest) {
  if (!y.length) return null;
  const best = y.reduce((at, value, i) => ((lowest ? value < y[at] : value > y[at]) ? i : at), 0);
  return { first: y[0], last: y.at(-1), batch: step.at(-1), best: y[best], best_batch: step[best] };
}
