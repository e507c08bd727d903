// The sample digits, as the buttons under the paper show them.

/** The strokes of a sample. */
export function sample(digit) {
  const lines = [...document.querySelectorAll(`[data-sample="${digit}"] polyline`)];
  return lines.map((line) =>
    (line.getAttribute("points") ?? "").split(" ").map((point) => point.split(",").map(Number)),
  );
}
