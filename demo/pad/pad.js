// The pad: what the pen draws becomes the page's drawing, and both networks read it while the pen moves.

import { open } from "../link/address.js";
import { pack } from "../link/packed.js";
import { words } from "../page/catalogue.js";
import { within, write } from "../page/dom.js";
import { drawn } from "../page/drawing.js";
import { latest, report } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { loose } from "../reader/apart.js";
import { begin, here } from "../reader/own.js";
import { cards } from "./cards.js";
import { greet } from "./greeting.js";
import { keep, kept } from "./kept.js";
import { asked as askedBy, cursor } from "./keys.js";
import { paper } from "./paper.js";
import { follow } from "./pen.js";
import { pictures } from "./picture.js";
import { sheet } from "./sheet.js";
import { training } from "./training.js";
import { continues } from "./strokes.js";

const WAIT_AFTER = 1_500; // milliseconds until it is said that an answer takes long
const REST = 400; // milliseconds that the pen rests before it is said what lies loose
const GREETING = "5"; // a sample in two strokes

/** Start the component: `server.read_drawing` reads a drawing, `props` are the values given in layout.py. */
export function start({ element, server, props: { side, samples, maxStrokes, trained, largest } }) {
  const { find, every } = within(element);
  const pad = find("#pad");
  const canvas = find("#pad canvas");
  const paint = paper(canvas, side);
  const shown = cards(element, (digit) => page.set({ digit }));
  const width = find("#pad [type=range]");
  const buttons = every(".tools [data-do]").filter((button) => button.dataset.do !== "back");
  const drawing = sheet(maxStrokes, ended);
  let told = null; // what the cards speak of

  const strokes = () => page.get().strokes;

  // ---- the pen, the keys and the tools

  const pen = follow(canvas, side, {
    down(point) {
      keyboard.lift();
      return drawing.down(point);
    },
    moved: drawing.moved,
    up: drawing.up,
    dropped: drawing.dropped,
  });
  const keyboard = cursor(canvas, find(".cell"), side, drawing, (key, values) =>
    shown.announce(words.say(key, values)),
  );

  function lift() {
    pen.end();
    keyboard.lift();
  }

  function ended() {
    lift();
    repaint();
    keep(page.get());
    showTools();
    showLoose();
  }

  const acts = {
    undo: () => (page.get().picture ? page.set({ picture: null }) : drawing.undo()),
    redo: () => page.get().picture || drawing.redo(),
    clear: () => (page.get().picture ? page.set({ picture: null }) : drawing.clear()),
  };

  function act(name) {
    lift();
    if (name in acts) acts[name]();
    else drawing.change(samples[name]);
  }

  for (const button of buttons)
    button.addEventListener("click", () => {
      act(button.dataset.do);
      if (button.disabled) canvas.focus({ preventScroll: true }); // or the keyboard would be nowhere
    });
  for (const button of every("[data-sample]")) button.addEventListener("click", () => act(button.dataset.sample));
  width.addEventListener("input", () => page.set({ pen: Number(width.value) }));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const name = askedBy(event, pad.contains(event.target));
    if (name === null) return;
    act(name);
    event.preventDefault();
  });

  function showTools() {
    const { picture } = page.get();
    const nothing = strokes().length === 0;
    const useless = { undo: !drawing.canUndo, redo: !drawing.canRedo, clear: nothing };
    pad.classList.toggle("blank", nothing && !picture);
    pad.classList.toggle("lent", drawing.lent && !picture);
    for (const button of buttons) button.disabled = useless[button.dataset.do];
  }

  // ---- what lies beside the digit, or is wrong with a picture

  let rest;
  function showLoose() {
    clearTimeout(rest);
    rest = setTimeout(() => {
      if (drawing.drawing) return;
      const { picture, pen } = page.get();
      const found = picture ? { strokes: [], small: true } : loose({ strokes: strokes(), pen });
      const any = found.strokes.length > 0;
      find(".note.loose").hidden = !any;
      find(".note.loose button").hidden = !found.small;
      if (any) write(find(".note.loose span"), words.say(found.small ? "pad.loose.small" : "pad.loose.large"));
      showNotes();
    }, REST);
  }

  find(".note.loose button").addEventListener("click", () => {
    lift();
    const { strokes: places } = loose({ strokes: strokes(), pen: page.get().pen });
    drawing.change(strokes().filter((_, i) => !places.includes(i)));
  });

  function showNotes() {
    const off = Object.values(page.get().steps).includes(false);
    find(".note.off").hidden = !off;
    find(".note").hidden = off || !find(".note.loose").hidden;
  }
  find(".note.off button").addEventListener("click", () => page.set({ steps: {} }));

  function problem(text, quiet = false) {
    find("#pad .problem").classList.toggle("quiet", quiet);
    write(find("#pad .problem"), text);
    if (text) shown.announce(text);
  }

  // ---- the verdicts

  /** What is read: of a picture with several digits all of them. */
  function question() {
    const { picture } = page.get();
    return picture && picture.digits.length > 1 ? { ...drawn(), images: picture.digits } : drawn();
  }

  const subject = () => ({ strokes: strokes(), file: page.get().picture?.file });
  const goesOn = (before) => before.file === subject().file && continues(before.strokes, strokes());

  const ask = latest(
    async () => {
      const drawnNow = question();
      const asked = { ...subject(), digit: drawnNow.digit, lent: drawing.lent, time: performance.now() };
      const late = setTimeout(() => {
        if ((strokes().length || asked.file) && !(told && goesOn(told))) shown.none("waiting");
      }, WAIT_AFTER);
      const mine = await here.read(drawnNow)?.catch(report);
      const answer = mine ? { ...mine, by: "page" } : await server.read_drawing(drawnNow);
      clearTimeout(late);
      return answer && { answer, asked };
    },
    ({ answer, asked }) => {
      // Of a drawing that is another by now nothing is said: its own answer is on its way.
      if (goesOn(asked)) {
        told = asked;
        if (answer.problem) return shown.none("refused", { why: words.tell(answer.problem) });
        if (answer.image) shown.verdict(answer, { digit: asked.digit, quiet: asked.lent });
        else shown.none("blank");
        page.set({ verdict: { ...answer, asked: asked.time } });
      }
      if (answer.networks) hear(answer.networks);
    },
    () => {
      told = subject();
      shown.none("lost");
    },
  );

  // ---- what changed is shown, kept and read

  function repaint() {
    paint(strokes(), page.get().pen, true);
  }

  function changed({ picture, pen }) {
    paint(strokes(), pen);
    if (Number(width.value) !== pen) width.value = pen;
    showTools();
    if (!drawing.drawing) showLoose();
    if (!drawing.drawing && !drawing.lent) keep(page.get());
    if (!strokes().length && !picture) shown.none("blank");
    ask();
  }

  const ready = begin(server, trained);
  if (find("#training")) training(find("#training"), server);
  const brought = open().changes; // by the address
  const mine = kept(side);
  const inShort = mine && pack(mine.strokes); // as the address has it: then the drawing itself is better
  const before = brought.strokes && !location.hash.split("&").includes(`d=${inShort}`) ? null : mine;
  width.value = brought.pen ?? before?.pen ?? width.value; // a slider takes no other width than it can show
  page.set({ ...(before && { strokes: before.strokes }), pen: Number(width.value) });
  repaint();
  showTools();
  showLoose();
  shown.none("blank", {}, true);
  if (page.get().networks) shown.networks(page.get().networks);
  if (strokes().length) ask();
  pictures(element, server, largest, lift, problem);
  page.subscribe(["strokes", "pen", "picture"], changed);
  page.subscribe(["digit"], ask);
  page.subscribe(["steps"], () => {
    showNotes();
    ask();
  });
  page.subscribe(["networks"], ({ networks, verdict, picture }) => {
    shown.networks(networks);
    if ((strokes().length || picture) && verdict?.networks.version !== networks.version) ask();
  });
  new ResizeObserver(repaint).observe(canvas);
  window.addEventListener("resize", repaint); // also the zoom, which changes the pixels under the same size

  const untouched = () => (!strokes().length || drawing.lent) && !drawing.drawing && !page.get().picture;
  if (!before && !brought.strokes && !brought.lesson) {
    let touched = false;
    const touch = () => (touched = true);
    canvas.addEventListener("pointerdown", touch, { once: true });
    document.addEventListener("keydown", touch, { once: true });
    ready.then(() => greet(drawing, samples[GREETING], () => untouched() && !touched));
  }
}
