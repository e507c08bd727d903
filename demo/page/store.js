// A state that others may watch.

import { report } from "./latest.js";

/**
 * A state of named values, all of them plain data, so that the whole can be written as JSON.
 *
 * `set` replaces values and then tells the listeners of those that are others now, in the order in which they
 * subscribed; what a listener sets is told after that. A listener that throws is reported and holds nobody up.
 */
export function store(initial) {
  let state = Object.freeze({ ...initial });
  const listeners = new Set();
  const waiting = [];
  let telling = false;

  function tellAll() {
    telling = true;
    for (let changed; (changed = waiting.shift());)
      for (const [names, listener] of [...listeners])
        if (names.some((name) => changed.has(name)))
          try {
            listener(state, changed);
          } catch (error) {
            report(error);
          }
    telling = false;
  }

  return {
    get: () => state,
    set(changes) {
      const unknown = Object.keys(changes).find((name) => !(name in state));
      if (unknown) throw new Error(`The state has no ${unknown}`);
      const changed = Object.keys(changes).filter((name) => !Object.is(changes[name], state[name]));
      if (!changed.length) return;
      state = Object.freeze({ ...state, ...changes });
      waiting.push(new Set(changed));
      if (!telling) tellAll();
    },
    /** Call the listener with the state, and with the names of what changed, whenever one of these does. */
    subscribe(names, listener) {
      const entry = [names, listener];
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
