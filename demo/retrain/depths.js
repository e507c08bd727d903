// How deep the colours of a table of mistakes are.

/** How deep a cell's colour is, from 0 to 1: rows of counts, the true digit a row; right ones have no colour. */
export function depths(counts) {
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  return counts.map((row, i) => row.map((count, j) => (i === j || !count ? 0 : 0.25 + (0.75 * count) / most)));
}
