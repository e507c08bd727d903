// The first thing that a visitor sees: a sample that draws itself, until somebody touches the paper.

const SPEED = 45; // points a second
const BETWEEN = 12; // points' time between two strokes

/** So many points of a drawing, as far as they are drawn by then; the time between strokes counts as points. */
export function begun(strokes, count) {
  const drawn = [];
  for (const stroke of strokes) {
    if (count < 1) break;
    drawn.push(count >= stroke.length ? stroke : stroke.slice(0, Math.floor(count)));
    count -= stroke.length + BETWEEN;
  }
  return drawn;
}

/** Let a sample draw itself on the sheet as long as nothing else lies there; whole at once where motion is not wanted. */
export function greet(sheet, sample, untouched) {
  if (matchMedia("(prefers-reduced-motion)").matches) {
    if (untouched()) sheet.lend(sample);
    return;
  }
  let began = null;
  let points = 0;
  requestAnimationFrame(function step(now) {
    if (!untouched()) return;
    began ??= now;
    const drawn = begun(sample, ((now - began) / 1000) * SPEED);
    const count = drawn.reduce((sum, stroke) => sum + stroke.length, 0);
    if (count > points) sheet.lend(drawn);
    points = count;
    if (points < sample.reduce((sum, stroke) => sum + stroke.length, 0)) requestAnimationFrame(step);
  });
}
