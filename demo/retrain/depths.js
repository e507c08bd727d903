// A table of mistakes: how deep its colours are, and its counts as shares of each true digit.

/** How deep a cell's colour is, from 0 to 1: rows of counts, the true digit a row; right ones have no colour. */
export function depths(counts) {
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  return counts.map((row, i) => row.map((count, j) => (i === j || !count ? 0 : 0.25 + (0.75 * count) / most)));
}

/** Rows of counts as percent of their rows; null where there is nothing. */
export function percents(counts) {
  return counts.map((row) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (count ? (100 * count) / all : null));
  });
}

/** A percentage in a narrow cell: one decimal below 10 and above 99 where it has one, and 100 only where it is all. */
export function narrow(percent) {
  if (percent === null) return "";
  const decimals = percent < 9.95 || percent > 99 ? 1 : 0;
  const text = percent < 100 && percent > 99.9 ? "99.9" : percent.toFixed(decimals);
  return text.replace(/\.0$/, "");
}
