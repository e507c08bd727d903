// Reads drawings in the page itself: in a worker, so that the pen is never held up, or where there are none beside it.

import { worker as inPage } from "./work.js";

const atWork = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

/** A reader: `use` gives it networks, `read` gives what they read. Both return promises. */
export function reader(start = atWork) {
  const waiting = new Map(); // what was asked and is not answered, by number
  let number = 0;
  let given = null;
  let helper = null;
  let work = null;

  // A worker that cannot be had, or that breaks, is replaced by the page; nothing that was asked is lost.
  function instead() {
    helper?.terminate();
    helper = null;
    work = inPage();
    if (given) work({ use: given });
    for (const [one, { asked }] of [...waiting]) settle(one, asked);
  }

  function settle(one, asked) {
    const { resolve, reject } = waiting.get(one);
    waiting.delete(one);
    try {
      resolve(work(asked));
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
      waiting.set(++number, { resolve, reject, asked });
      if (helper) helper.postMessage({ number, ...asked });
      else settle(number, asked);
    });

  return {
    /** Read with these networks from now on: { name: { layers, weights } }. */
    use: (networks) => ask({ use: (given = networks) }),
    /** What they read in a drawing, and what they would read after each step of its preparation: see work.js. */
    read: (drawing, steps) => ask({ drawing, steps }),
    stages: (drawing, steps) => ask({ drawing, steps, stages: true }),
  };
}
