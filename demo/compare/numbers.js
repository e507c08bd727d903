// Values as tables show them, and files of tables have them.

/** A value as text: of a number seven digits. */
export const cell = (value, _column = 0) =>
  typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value ?? "");
