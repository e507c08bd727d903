// The lesson under way: it follows the page's state, which says where it is, and sees whether what a step asks for was done.

import { there } from "../page/dom.js";
import { json } from "../page/files.js";
import { report } from "../page/latest.js";
import { page } from "../page/state.js";
import { after, lessonOf } from "./course/index.js";
import { blank } from "./course/measures.js";
import { back, begun, bet, changesOf, isDone, next, outcome, placed, quoted, stepAt, usable } from "./engine.js";
import { keep, kept } from "./kept.js";
import { light } from "./light.js";
import { sample } from "./samples.js";
import { view } from "./view.js";

const LOOKED_AT = [
  "strokes", "pen", "picture", "verdict", "networks", "tab", "steps", "compare", "inside", "retrain", "seen",
]; // prettier-ignore
const DRAWING = ["strokes", "pen", "picture", "digit"];
const REST = 1000; // milliseconds without a stroke, after which a drawing is finished

let started = false;

/**
 * Run lessons from now on; `files` are the addresses of what was measured, by name. `setUp`: a link has brought the page of
 * the first step, which is not to be set up once more.
 */
export function follow(files, setUp) {
  if (started) return;
  started = true;
  const root = document.documentElement;
  const reached = {}; // by lesson, the step up to which the visitor has come
  let lesson = null;
  let found = {};
  let shown = null; // the place whose step is set up
  let before = null; // the state as that step began
  let over = false; // whether it was done
  let hint = false; // whether what lies there is not what it asks for
  let told = {}; // what is said of what happened, as long as it is known
  let drawing = null; // the visitor's own, while a sample of ours lies on the paper
  let ours = null; // the strokes of that sample
  let resting = null; // timer while the drawing is not finished
  let earlier = null; // what a lesson changes besides, as it was before: steps of the preparation, training of the readers

  const kit = { sample };
  const go = (place) => page.set({ lesson: place });

  const card = view({
    choose: (choice) => go(bet(lesson, shown, choice)),
    next: () => go(next(lesson, shown, isOver())),
    back: () => go(back(shown)),
    leave: () => leave({}),
    list: () => leave({ tab: "lessons" }),
    other: (id) => go(begun({ id })),
  });
  there("#tabs").then((tabs) => tabs.prepend(card.node));

  function leave(more) {
    page.set({ lesson: null, ...more });
    card.close(); // of a lesson that could not be fetched, nothing else is to be ended
  }

  const isOver = () => over || shown.step < (reached[lesson.id] ?? 0);

  // ---- where it is

  async function sync() {
    const wanted = page.get().lesson;
    if (!wanted) return close();
    if (wanted === shown) return;
    if (wanted.id !== lesson?.id) {
      if (!(await load(wanted.id))) return;
      if (page.get().lesson !== wanted) return sync();
    }
    if (!shown) remember();
    const anew = !shown && lesson.fresh; // what its first steps found out is not kept
    const place = placed(lesson, anew ? { ...wanted, step: 0 } : wanted);
    const same = shown?.id === place.id && shown.step === place.step;
    shown = place;
    keep({ lesson: place, places: { ...kept().places, [place.id]: place } });
    if (!same) enter();
    if (wanted === page.get().lesson) page.set({ lesson: place });
  }

  /** What a lesson changes is again as before the first, and kept for when the last one is over. */
  function remember() {
    const { steps, training } = page.get();
    if (earlier) page.set(earlier);
    else earlier = { steps, training };
  }

  /** Fetch a lesson with what was measured for it; whether that is there. */
  async function load(id) {
    let fetched;
    try {
      fetched = await lessonOf(id);
      const each = (fetched?.files ?? []).map(async (name) => [name, await json(files[name])]);
      found = Object.fromEntries(await Promise.all(each));
    } catch (error) {
      report(error);
      if (page.get().lesson?.id !== id) return false; // another one was begun meanwhile
      page.set({ lesson: null });
      card.failed();
      return false;
    }
    if (!fetched) {
      if (page.get().lesson?.id === id) page.set({ lesson: null });
      return false;
    }
    if (lesson?.id === id) return true; // it was begun twice
    lesson = usable(fetched, found);
    shown = null;
    return true;
  }

  /** Set the step up and show it. */
  function enter() {
    const step = stepAt(lesson, shown);
    const changes = setUp && shown.step > 0 ? {} : changesOf(step, page.get(), kit);
    setUp = false;
    if (changes.strokes) {
      if (page.get().strokes !== ours)
        drawing ??= Object.fromEntries(DRAWING.map((name) => [name, blank(page.get()) ? undefined : page.get()[name]]));
      ours = changes.strokes;
    }
    over = hint = false;
    told = {};
    const elsewhere = changes.tab && changes.tab !== page.get().tab;
    page.set(changes);
    if (elsewhere) scrollTo({ top: 0 }); // another tab is seen from its beginning
    before = page.get();
    reached[lesson.id] = Math.max(reached[lesson.id] ?? 0, shown.step);
    if (!step) keep({ done: [...new Set([...kept().done, lesson.id])] });
    root.classList.add("in-lesson");
    show(true);
    card.lead(step?.lights);
    look();
  }

  function close() {
    if (!shown) return;
    shown = null;
    lesson = null;
    light(null);
    card.lead(null);
    card.close();
    root.classList.remove("in-lesson");
    keep({ lesson: null });
    page.set({ ...earlier, ...(drawing?.strokes && drawing) });
    [drawing, ours, earlier] = [null, null, null];
  }

  // ---- whether it was done

  function look() {
    if (!shown || !lesson) return;
    const step = stepAt(lesson, shown);
    if (!step?.done) return;
    if (step.rests && resting) return hinted(false);
    if (!isDone(step, page.get(), before)) return hinted(Boolean(step.hints?.(page.get())));
    const values = step.tells ? step.tells(page.get(), found, before) : {};
    if (!values) return; // on their way
    const quote = quoted(lesson, shown, step);
    const now = { values, ended: quote && outcome(lesson, quote, page.get(), found, before) };
    if (over && JSON.stringify(now) === JSON.stringify(told)) return;
    over = true;
    told = now;
    card.lead(null);
    show(false);
  }

  function hinted(now) {
    if (over || now === hint) return;
    hint = now;
    show(false);
  }

  function drawn() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = null;
      look();
    }, REST);
  }

  function show(fresh) {
    const step = stepAt(lesson, shown);
    light(step && !over ? step.lights : null);
    card.show({
      lesson,
      place: shown,
      step,
      quote: step && quoted(lesson, shown, step),
      over,
      hint,
      told,
      following: after(lesson.id),
      may: isOver(),
    });
    if (fresh) card.focus();
  }

  page.subscribe(["lesson"], () => sync().catch(report));
  page.subscribe(["strokes", "picture"], drawn); // before it is looked at
  page.subscribe(LOOKED_AT, look);
  sync().catch(report);
}
