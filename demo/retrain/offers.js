// What of this tab can be saved, as the server is asked for it.

const CHARTS = ["loss", "accuracy", "rate"];

/**
 * What a menu offers, [{ what, asked }]: `what` names the menu (a chart, examples, first or confusion), `network` is
 * the one beside whose table or pictures it stands, and `kept` what the tab keeps: the axis and the runs compared.
 */
export function offers(what, network, { axis, compared }) {
  if (CHARTS.includes(what)) {
    const runs = compared.map(([run, network]) => ({ run, network }));
    return [{ what: "curves", asked: { kind: "curves", chart: what, axis, compared: runs } }];
  }
  if (what === "confusion")
    return [
      { what: "percents", asked: { kind: "confusion", network, percent: true } },
      { what: "counts", asked: { kind: "confusion", network, percent: false } },
    ];
  return [{ what, asked: network ? { kind: what, network } : { kind: what } }];
}
