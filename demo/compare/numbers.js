// Numbers as a file for spreadsheets.

/** A value as it stands in such a file: of numbers seven digits. */
export const cell = (value, _column = 0) => {
  const text = typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Such a file's text, of its columns' names and its rows. */
export const csv = (head, rows) => `${[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
