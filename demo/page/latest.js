// The loop in which a part calls the server: one call in flight, and the newest state next.

const PATIENCE = 10_000;
const LONG_PATIENCE = 300_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 4_000; // milliseconds

const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Report an error as one that nobody caught, and go on. */
export function report(error) {
  if (globalThis.reportError) globalThis.reportError(error);
  else console.error(error);
}

function attempt(action, ...values) {
  try {
    action(...values);
  } catch (error) {
    report(error);
  }
}

/**
 * Make a function that asks the server for an answer to what is true when the call is made. However fast it is called,
 * a slow server slows the updates and never piles up work.
 *
 * `call` sends the question and resolves to the answer, or to undefined where the server does not answer. Then `lost`
 * is called, and the question is asked again after a pause that grows. An answer goes to `arrived`. Whatever throws is
 * reported, and the loop goes on: a call that throws counts as one that was not answered.
 */
export function latest(call, arrived, lost) {
  let wanted = false;
  let busy = false;
  return async function ask() {
    wanted = true;
    if (busy) return;
    busy = true;
    try {
      for (let pause = FIRST_PAUSE; wanted;) {
        wanted = false;
        const answer = await answered(call);
        if (answer !== undefined) {
          pause = FIRST_PAUSE;
          attempt(arrived, answer);
        } else {
          wanted = true;
          attempt(lost);
          await wait(pause);
          pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
      }
    } finally {
      busy = false;
    }
  };
}

/**
 * A call that carries much: while it is on its way with a question, whoever asks the same waits for its answer, and it is
 * not made again. So it ends over a slow line too, however often `latest` counts it as lost meanwhile; `asks` tells whether
 * a call is on its way whose question holds something.
 */
export function unrepeated(call) {
  let last = null; // the call on its way: { question, answer }
  function ask(...question) {
    if (last && question.every((part, i) => part === last.question[i])) return last.answer;
    const mine = { question };
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, LONG_PATIENCE)));
    mine.answer = Promise.race([call(...question), late]).finally(() => {
      clearTimeout(timer);
      if (last === mine) last = null;
    });
    last = mine;
    return mine.answer;
  }
  ask.asks = (part) => Boolean(last?.question.includes(part));
  return ask;
}

async function answered(call) {
  try {
    return await Promise.race([call(), wait(PATIENCE)]);
  } catch (error) {
    report(error);
    return undefined;
  }
}
