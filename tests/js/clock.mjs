// A clock that a test winds on, in place of the real one; node's own mock timers are called otherwise in every version.

const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

/** Everything that can happen without the clock happens. */
export async function settle() {
  for (let i = 0; i < 20; i++) await null;
}

/** A clock in the place of setTimeout and clearTimeout until `stop` is called; `pass(milliseconds)` winds it on. */
export function clock() {
  const waiting = []; // { at, call }
  let now = 0;
  let count = 0;
  globalThis.setTimeout = (call, time = 0) => {
    waiting.push({ at: now + time, call, id: (count += 1) });
    return count;
  };
  globalThis.clearTimeout = (id) => {
    const i = waiting.findIndex((one) => one.id === id);
    if (i >= 0) waiting.splice(i, 1);
  };
  return {
    async pass(time) {
      const until = now + time;
      for (;;) {
        const next = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        waiting.splice(waiting.indexOf(next), 1);
        now = next.at;
        next.call();
        await settle();
      }
      now = until;
      await settle();
    },
    stop() {
      Object.assign(globalThis, real);
    },
  };
}
