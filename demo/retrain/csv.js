// The table of runs as lines of a file.

/** The lines of a table of runs: a head, then for each run these columns and every setting that any of them has. */
export function exported(rows, columns) {
  const settings = [...new Set(rows.flatMap((row) => Object.keys(row.settings)))];
  const head = [...columns, ...settings.map((name) => `setting ${name}`)];
  return [
    head,
    ...rows.map((row) => [...columns.map((name) => row[name]), ...settings.map((name) => row.settings[name])]),
  ];
}
