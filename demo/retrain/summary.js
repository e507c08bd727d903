// How a run stands in few numbers, for the lessons.

const ENOUGH = 0.9; // share of training digits

/**
 * The run's number and state, and of each network: batches done and in all, the share of training digits read now and the
 * loss, and the batch at which that share first was 90 %, or null.
 */
export function summary(state, { run, data, tracks }) {
  const each = Object.entries(tracks).map(([network, { step, steps, accuracy, loss, learning_rate, curves }]) => {
    const at = curves.accuracy.findIndex((share) => share >= ENOUGH);
    const reached = at < 0 ? null : curves.step[at];
    return [network, { step, steps, accuracy, loss, rate: learning_rate, reached, diverged: Boolean(curves.diverged) }];
  });
  return { state, run, data, networks: Object.fromEntries(each) };
}
