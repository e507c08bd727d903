// What the rows of the table of runs say of each other, and of the networks that read now.

/** The settings that are not the same in all of these rows: [name, value in each row]; undefined where it has none. */
export function differences(rows) {
  const names = [...new Set(rows.flatMap(({ settings }) => Object.keys(settings)))];
  const lines = names.map((name) => [name, ...rows.map(({ settings }) => settings[name])]);
  return lines.filter(([, ...values]) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}

/** Whether a row's network, as it was when its run ended, is the one that reads now. */
export function readsNow({ run, network }, readers) {
  const reader = readers?.[network];
  return reader?.source === "run" && reader.run === run && reader.seconds === null;
}
