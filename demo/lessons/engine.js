// How a lesson goes on, as functions of plain data. A lesson is { id, files, fresh, steps }, a step
//
//   { id, needs(found), on(state, kit), choices, right(state, found, before), quotes, rests, done(state, before),
//     hints(state), tells(state, found, before), lights }
//
// `on` gives the changes of the page's state that set the step up. A step with choices is a bet, and over once one is
// placed; any other is over once `done` sees that it was done, where it `rests` not before the drawing is finished.
// Until then `hints` says whether what lies there is not what it asks for. `quotes` names the bet that this step decides,
// and `right` of the bet says which choice came true. `tells` gives the numbers of what happened, or null as long as they
// are not there; `says` among them names another sentence than the usual one. `found` is what was measured, and `before`
// the state as the step began. A step whose `needs` was not measured is left out. A `fresh` lesson begins anew when the
// page is loaded. A place is what the page's state keeps: { id, step, bets }; the step after the last one is the end.

const VIEWS = ["compare", "inside", "retrain"]; // parts of the state that `on` may change in part

/** The lesson with those of its steps for which all is at hand. */
export const usable = (lesson, found) => ({
  ...lesson,
  steps: lesson.steps.filter(({ needs }) => !needs || needs(found)),
});

/** Where a lesson begins. */
export const begun = ({ id }) => ({ id, step: 0, bets: {} });

/** The step at a place; null at the end. */
export const stepAt = (lesson, { step }) => lesson.steps[step] ?? null;

/** A place as somebody else may have written it, made one that this lesson has. */
export function placed(lesson, { step, bets }) {
  const at = Number.isInteger(step) ? Math.min(Math.max(step, 0), lesson.steps.length) : 0;
  const kept = lesson.steps.flatMap(({ id, choices }) => (choices?.includes(bets?.[id]) ? [[id, bets[id]]] : []));
  return { id: lesson.id, step: at, bets: Object.fromEntries(kept) };
}

/** What sets a step up: changes of the page's state, in which views keep what they show besides. */
export function changesOf(step, state, kit) {
  const changes = step?.on?.(state, kit) ?? {};
  const views = VIEWS.filter((view) => view in changes).map((view) => [view, { ...state[view], ...changes[view] }]);
  return { ...changes, ...Object.fromEntries(views) };
}

/** The place after a bet on this choice; the same place where there is no such choice. */
export function bet(lesson, place, choice) {
  const step = stepAt(lesson, place);
  if (!step?.choices?.includes(choice)) return place;
  return { ...place, step: place.step + 1, bets: { ...place.bets, [step.id]: choice } };
}

/** Whether what a step asks for was done. */
export const isDone = (step, state, before) => Boolean(!step.choices && (step.done ? step.done(state, before) : true));

/** The next place, if the step there is over; else the same. */
export function next(lesson, place, over) {
  const step = stepAt(lesson, place);
  return step && (over || step.id in place.bets) ? { ...place, step: place.step + 1 } : place;
}

/** The place before. */
export const back = (place) => ({ ...place, step: Math.max(0, place.step - 1) });

/** The bet that a step quotes: { step, choice }, or null where none was placed. */
export function quoted(lesson, place, step) {
  const choice = step?.quotes && place.bets[step.quotes];
  return choice ? { step: step.quotes, choice } : null;
}

/** What became of a quoted bet: { right, won }; null where it is not known yet. */
export function outcome(lesson, { step, choice }, state, found, before) {
  const right = lesson.steps.find(({ id }) => id === step).right(state, found, before);
  return right ? { right, won: right === choice } : null;
}
