// What the buttons may do, by the state of the training.

const ALIVE = ["waiting", "loading", "running", "stepping", "evaluating"];
const PAUSABLE = ["running", "stepping"];

/** Whether something goes on by itself in this state. */
export const alive = (state) => ALIVE.includes(state);

/** Whether there is a run that has not ended. */
export const live = (state) => state === "paused" || alive(state);

/** Each button's part: what the first one does, and whether it may; and which of the others may be pressed. */
export function buttons(state, readers) {
  const going = alive(state);
  const running = live(state);
  return {
    primary: PAUSABLE.includes(state) ? "pause" : state === "paused" ? "resume" : "start",
    waits: going && !PAUSABLE.includes(state),
    step: !going,
    stop: running,
    shipped: !running && Object.values(readers ?? {}).some(({ source }) => source !== "shipped"),
    load: !running,
  };
}
