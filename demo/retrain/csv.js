// The table of runs as a file.

/** Lines of values as RFC 4180 has them: what holds a comma, a quote or a line's end is quoted, and quotes doubled. */
export function csv(lines) {
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

function cell(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The lines of a table of runs: a head, then for each run these columns and every setting that any of them has. */
export function exported(rows, columns) {
  const settings = [...new Set(rows.flatMap((row) => Object.keys(row.settings)))];
  const head = [...columns, ...settings.map((name) => `setting ${name}`)];
  return [
    head,
    ...rows.map((row) => [...columns.map((name) => row[name]), ...settings.map((name) => row.settings[name])]),
  ];
}
