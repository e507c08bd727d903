// Tables as files for spreadsheets.

/** Lines of values as RFC 4180 has them: what holds a comma, a quote or a line's end is quoted, and quotes doubled. */
export function csv(lines) {
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

function cell(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
