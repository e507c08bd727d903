// How far a visitor has come, kept over a reload where the browser lets a page keep anything.

const STORE = "digit-duel-lessons";

/** { lesson: the place of the lesson under way, or null; places: { id: where it was left }, done: ids }. */
export function kept() {
  const none = { lesson: null, places: {}, done: [] };
  try {
    return { ...none, ...JSON.parse(sessionStorage.getItem(STORE) ?? "{}") };
  } catch {
    return none;
  }
}

/** Keep some of it. */
export function keep(changes) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify({ ...kept(), ...changes }));
  } catch {} // inside a frame without storage
}
