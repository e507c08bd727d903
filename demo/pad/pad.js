// The pad: what the pen draws becomes the page's drawing, and both networks read it while the pen moves.

import { words } from "../page/catalogue.js";
import { within } from "../page/dom.js";
import { drawn } from "../page/drawing.js";
import { latest, report } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { begin, here } from "../reader/own.js";
import { cards } from "./cards.js";
import { paper } from "./paper.js";
import { follow } from "./pen.js";
import { continues, extended, history, isDrawing } from "./strokes.js";

const STORE = "digit-duel"; // where the browser keeps the drawing over a reload
const WAIT_AFTER = 1_500; // milliseconds

/** Start the component: `server.read_drawing` reads a drawing, `props` are the values given in layout.py. */
export function start({ element, server, props: { side, samples, maxStrokes, trained } }) {
  const { find, every } = within(element);
  const canvas = find("#pad canvas");
  const paint = paper(canvas, side);
  const shown = cards(element);
  const pen = find("#pad input");
  const buttons = every("[data-do]");
  const past = history();
  let drawing = false; // while the pen is down, the last stroke is not finished
  let told = null; // the drawing that the cards speak of

  // ---- the drawing

  const strokes = () => page.get().strokes;
  const finished = () => (drawing ? strokes().slice(0, -1) : strokes());

  function put(next) {
    page.set({ strokes: drawing ? [...next, strokes().at(-1)] : next });
  }

  function change(next) {
    if (next === finished()) return;
    past.record(finished());
    put(next);
  }

  const act = {
    undo: () => put(past.undo(finished())),
    redo: () => put(past.redo(finished())),
    clear: () => strokes().length && change([]),
  };

  follow(canvas, side, {
    down(point) {
      if (strokes().length >= maxStrokes) return false;
      drawing = true;
      page.set({ strokes: [...strokes(), [point]] });
      return true;
    },
    moved(points) {
      const all = strokes();
      const stroke = extended(all.at(-1), points);
      if (stroke !== all.at(-1)) page.set({ strokes: [...all.slice(0, -1), stroke] });
    },
    up() {
      past.record(finished());
      drawing = false;
      repaint();
      keep();
      showTools();
    },
  });

  // ---- the tools

  for (const button of buttons)
    button.addEventListener("click", () => {
      act[button.dataset.do]();
      if (button.disabled) canvas.focus({ preventScroll: true }); // or the keyboard would be nowhere
    });
  for (const button of every("[data-sample]"))
    button.addEventListener("click", () => change(samples[button.dataset.sample]));
  pen.addEventListener("input", () => page.set({ pen: Number(pen.value) }));

  find("#pad").addEventListener("keydown", (event) => {
    if (drawing || event.altKey) return;
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (command && key === "z") act[event.shiftKey ? "redo" : "undo"]();
    else if (command && key === "y") act.redo();
    else if (!command && ["delete", "backspace", "escape"].includes(key)) act.clear();
    else if (!command && key in samples) change(samples[key]);
    else return;
    event.preventDefault();
  });

  function showTools() {
    const blank = strokes().length === 0;
    const useless = { undo: !past.canUndo, redo: !past.canRedo, clear: blank };
    find("#pad").classList.toggle("blank", blank);
    for (const button of buttons) button.disabled = useless[button.dataset.do];
  }

  // ---- the verdicts

  const ask = latest(
    async () => {
      const asked = { strokes: strokes(), time: performance.now() };
      const late = setTimeout(() => {
        if (strokes().length && !(told && continues(told, strokes()))) shown.none("waiting");
      }, WAIT_AFTER);
      const answer = await (here.read(drawn())?.catch(report) ?? server.read_drawing(drawn()));
      clearTimeout(late);
      return answer && { answer, asked };
    },
    ({ answer, asked }) => {
      // Of a drawing that is another by now nothing is said: its own answer is on its way.
      if (continues(asked.strokes, strokes())) {
        told = asked.strokes;
        if (answer.problem) return shown.none("refused", { why: words.tell(answer.problem) });
        if (answer.image) shown.verdict(answer);
        else shown.none("blank");
        page.set({ verdict: { ...answer, asked: asked.time } });
      }
      if (answer.networks) hear(answer.networks);
    },
    () => {
      told = strokes();
      shown.none("lost");
    },
  );

  // Which steps of the preparation the cards go without, and the way back.
  function showSteps() {
    const off = Object.values(page.get().steps).includes(false);
    find(".note").hidden = off;
    find(".note.off").hidden = !off;
  }
  find(".note.off button").addEventListener("click", () => page.set({ steps: {} }));

  // ---- a reload keeps the drawing, where the browser lets a page keep anything

  function keep() {
    const { strokes, pen } = page.get();
    try {
      sessionStorage.setItem(STORE, JSON.stringify({ strokes, pen }));
    } catch {} // inside a frame without storage, or storage is full
  }

  function restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(STORE) ?? "null");
      if (!isDrawing(kept.strokes, side)) return;
      pen.value = kept.pen; // a slider takes no other width than it can show
      page.set({ strokes: kept.strokes, pen: Number(pen.value) });
    } catch {} // nothing kept, or nothing that can be read
  }

  // ---- what changed is shown, kept and read

  function repaint() {
    paint(strokes(), page.get().pen, true);
  }

  function changed() {
    paint(strokes(), page.get().pen);
    showTools();
    if (!drawing) keep();
    if (!strokes().length) shown.none("blank");
    ask();
  }

  begin(server, trained);
  page.set({ pen: Number(pen.value) });
  restore();
  repaint();
  showTools();
  shown.none("blank");
  if (page.get().networks) shown.networks(page.get().networks);
  if (strokes().length) ask();
  page.subscribe(["strokes", "pen"], changed);
  page.subscribe(["steps"], () => {
    showSteps();
    ask();
  });
  page.subscribe(["networks"], ({ networks, verdict }) => {
    shown.networks(networks);
    if (strokes().length && verdict?.networks.version !== networks.version) ask();
  });
  new ResizeObserver(repaint).observe(canvas);
  window.addEventListener("resize", repaint); // also the zoom, which changes the pixels under the same size
}
