// Reads drawings in the page itself: beside the pen where that is quick, so that the cards change in the same frame, and
// otherwise in a worker, so that the pen is never held up.

import { worker as beside } from "./work.js";

const QUICK = 6; // milliseconds that a reading may take beside the pen, of the 16 that a frame has
const TRIALS = 6; // readings before it is known how long one takes: the first ones are compiled meanwhile
const SLOW = 10; // slow readings in a row after which the worker reads
const SEVEN = [
  [60, 60],
  [220, 60],
  [100, 250],
];

const atWork = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

const whenIdle = (task) => (globalThis.requestIdleCallback ?? setTimeout)(task);

/** A reader: `use` gives it networks, `read` gives what they read. Both return promises. */
export function reader(start = atWork, quick = QUICK, idle = whenIdle) {
  const work = beside();
  const waiting = new Map(); // what the worker was asked and has not answered, by number
  let number = 0;
  let helper = null;
  let slow = SLOW; // readings in a row that took the page too long; from SLOW on the worker reads

  /** Answer in the page; it is seen how long that takes. */
  function answer(asked) {
    const began = performance.now();
    const told = work(asked);
    slow = performance.now() - began > quick ? Math.min(slow + 1, SLOW) : 0;
    return told;
  }

  // A worker that cannot be had, or that breaks, is replaced by the page; nothing that was asked is lost.
  function instead() {
    helper?.terminate();
    helper = null;
    for (const [one, { asked, resolve, reject }] of [...waiting]) {
      waiting.delete(one);
      settle(asked, resolve, reject);
    }
  }

  function settle(asked, resolve, reject) {
    try {
      resolve(answer(asked));
    } catch (error) {
      reject(error);
    }
  }

  try {
    helper = start();
    helper.onmessage = ({ data: { number: one, answer, error } }) => {
      const { resolve, reject } = waiting.get(one);
      waiting.delete(one);
      if (error) reject(new Error(error));
      else resolve(answer);
    };
    helper.onerror = helper.onmessageerror = instead;
  } catch {
    instead(); // no workers here
  }

  const ask = (asked) =>
    new Promise((resolve, reject) => {
      const one = asked.drawing && !asked.stages; // one reading; all else takes longer
      if (!helper || (one && slow < SLOW)) return settle(asked, resolve, reject);
      waiting.set(++number, { resolve, reject, asked });
      helper.postMessage({ number, ...asked });
    });

  /** Whether the page reads quickly enough with these networks, found out by reading. */
  function trial() {
    let enough = false;
    for (let i = 0; i < TRIALS; i++) {
      answer({ drawing: { strokes: [SEVEN], pen: 18 }, steps: {} });
      enough ||= slow === 0;
    }
    slow = enough ? 0 : SLOW;
  }

  return {
    /** Read with these networks from now on: { name: { layers, weights } }. */
    async use(networks) {
      work({ use: networks });
      await ask({ use: networks });
      idle(trial);
    },
    /** What they read in a drawing, and what they would read after each step of its preparation: see work.js. */
    read: (drawing, steps) => ask({ drawing, steps }),
    stages: (drawing, steps) => ask({ drawing, steps, stages: true }),
    images: (images) => ask({ images }),
  };
}
