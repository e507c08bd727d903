// What an answer says in few numbers, for the lessons.

/** Of the maps: the layer, the map with the highest value and the cell; of pooling: how much a move by one pixel changes. */
export function summary({ view, chain, layer, cell, digit, shift }) {
  if (view === "maps") {
    const highest = layer.high.indexOf(Math.max(...layer.high));
    const { at, value, field } = cell ?? {};
    const { parameters, shape } = chain.find(({ name }) => name === layer.name);
    const of = { layer: layer.name, map: layer.map, maps: shape[0], parameters, highest };
    return { view, ...of, cell: cell ? { at, value, field } : null };
  }
  if (view === "mlp") return { view, digit };
  if (view === "pooling" && shift) {
    const shares = Object.fromEntries(shift.rows.map(({ layer, share }) => [layer, share]));
    return { view, direction: shift.direction, shares, layers: shift.rows.map(({ layer }) => layer) };
  }
  return { view };
}
