// A clock that a test winds on, in place of the real one; node's own mock timers are called otherwise in every version.

const real = globalThis.setTimeout;

/** Everything that can happen without the clock happens. */
export async function settle() {
  for (let i = 0; i < 20; i++) await null;
}

/** A clock in the place of setTimeout until `stop` is called; `pass(milliseconds)` winds it on. */
export function clock() {
  const waiting = []; // { at, call }
  let now = 0;
  globalThis.setTimeout = (call, time = 0) => waiting.push({ at: now + time, call });
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
      globalThis.setTimeout = real;
    },
  };
}
