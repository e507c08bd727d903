// Pen movements go in, a drawing and both networks' verdicts on it come out. Gradio runs this once, with `element` (the
// component), `server.read_drawing` (Python) and `props` (the values given in pad.py). Coordinates are pad units, y downwards.
const { side, samples, blank, waiting, lost, maxStrokes, maxPoints } = props;
const STORE = "digit-duel", NEAR = 0.7, WAIT_AFTER = 1_500, ANNOUNCE_AFTER = 600; // a key; pad units; milliseconds
const find = (selector) => element.querySelector(selector), write = window.digitDuelWrite;
const canvas = find("#pad canvas"), paper = canvas.getContext("2d");
const pen = find("#pad input"), buttons = {};
for (const button of element.querySelectorAll("[data-do]")) buttons[button.dataset.do] = button;

let strokes = []; // each a list of [x, y]; a list once stored is never changed, so that undo can keep it
let stroke = null, pointer = null; // the one being drawn, and by which pointer
let generation = 0; // counts what makes an answer still on its way untrue: everything but a longer drawing
let told; // the generation that what is said of it is true of
const past = [], future = []; // former and undone lists of strokes

// ---- the paper

function repaint() {
  const size = Math.round(canvas.clientWidth * devicePixelRatio);
  if (!size) return; // not visible
  if (canvas.width !== size) canvas.width = canvas.height = size;
  paper.setTransform(size / side, 0, 0, size / side, 0, 0);
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, side, side);
  paper.strokeStyle = "#111";
  paper.lineWidth = Number(pen.value);
  paper.lineCap = paper.lineJoin = "round";
  for (const points of all()) line(points);
  find("#pad").classList.toggle("blank", all().length === 0);
  buttons.undo.disabled = past.length === 0;
  buttons.redo.disabled = future.length === 0;
  buttons.clear.disabled = all().length === 0;
}

function line(points) {
  paper.beginPath();
  paper.moveTo(...points[0]);
  for (const point of points) paper.lineTo(...point); // the first again: a dot is a line to itself
  paper.stroke();
}

const all = () => (stroke ? [...strokes, stroke] : strokes);

function put(next) {
  strokes = next;
  generation += 1;
  repaint();
  keep();
  if (strokes.length === 0) show(blank);
  ask();
}

function change(next) {
  past.push(strokes);
  future.length = 0;
  put(next);
}

const act = {
  undo: () => past.length && (future.push(strokes), put(past.pop())),
  redo: () => future.length && (past.push(strokes), put(future.pop())),
  clear: () => strokes.length && change([]),
};

// ---- the pen

function at(event) {
  const box = canvas.getBoundingClientRect(), scale = side / box.width;
  const unit = (value) => Math.round(Math.min(side, Math.max(0, value)) * 10) / 10;
  return [unit((event.clientX - box.left) * scale), unit((event.clientY - box.top) * scale)];
}

canvas.addEventListener("pointerdown", (event) => {
  if (pointer !== null || event.button !== 0 || strokes.length >= maxStrokes) return;
  canvas.setPointerCapture(event.pointerId);
  pointer = event.pointerId;
  stroke = [at(event)];
  repaint();
  ask();
});

canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pointer) return;
  const passed = event.getCoalescedEvents?.() ?? [], before = stroke.length;
  for (const point of (passed.length ? passed : [event]).map(at)) {
    const [x, y] = stroke.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) >= NEAR) stroke.push(point);
  }
  if (stroke.length === before) return;
  line(stroke.slice(before - 1));
  ask();
});

for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
  canvas.addEventListener(end, (event) => {
    if (event.pointerId !== pointer) return;
    const next = [...strokes, stroke];
    pointer = stroke = null;
    past.push(strokes);
    future.length = 0;
    strokes = next; // the same ink: answers on their way stay true
    repaint();
    keep();
  });

// ---- the tools

for (const [name, button] of Object.entries(buttons))
  button.addEventListener("click", () => {
    act[name]();
    if (button.disabled) canvas.focus({ preventScroll: true }); // or the keyboard would be nowhere
  });
for (const button of element.querySelectorAll("[data-sample]"))
  button.addEventListener("click", () => change(samples[button.dataset.sample]));

pen.addEventListener("input", () => {
  repaint();
  keep();
  ask();
});

find("#pad").addEventListener("keydown", (event) => {
  if (pointer !== null || event.altKey) return;
  const key = event.key.toLowerCase(), command = event.ctrlKey || event.metaKey;
  if (command && key === "z") act[event.shiftKey ? "redo" : "undo"]();
  else if (command && key === "y") act.redo();
  else if (!command && ["delete", "backspace", "escape"].includes(key)) act.clear();
  else if (!command && key in samples) change(samples[key]);
  else return;
  event.preventDefault();
});

// ---- the verdicts

// At most as many points as the server takes: where there are more, every other one goes.
function thinned(list) {
  while (list.reduce((sum, points) => sum + points.length, 0) > maxPoints && list.some((points) => points.length > 2))
    list = list.map((points) => points.filter((_, i) => i % 2 === 0 || i === points.length - 1));
  return list;
}

async function read() {
  const sent = performance.now(), sentGeneration = generation;
  const late = setTimeout(() => told !== generation && all().length && show({ ...blank, ...waiting }), WAIT_AFTER);
  const answer = await server.read_drawing({ strokes: thinned(all()), pen: Number(pen.value) });
  clearTimeout(late);
  return answer && { ...answer, sent, current: sentGeneration === generation };
}

const ask = window.digitDuelLatest(
  read,
  (answer) => {
    if (!answer.current) return; // the drawing is another by now, and its own answer is on its way
    told = generation;
    show(answer);
    element.dispatchEvent(new CustomEvent("digit-duel:verdict", { bubbles: true, detail: { sent: answer.sent } }));
  },
  () => {
    told = generation;
    show({ ...blank, ...lost });
  },
);

// A network that is not the shipped one is called the visitor's.
function tag(network, yours) {
  find(`#card-${network}`).classList.toggle("yours", yours);
}

let announcement;
function show({ lead, rest, image, cards }) {
  for (const [network, card] of Object.entries(cards)) {
    const reading = find(`#card-${network} .reading`);
    reading.dataset.digit = card.digit;
    reading.dataset.confidence = card.confidence;
    for (const name of ["digit", "percent", "margin"]) write(reading.querySelector(`.${name}`), card[name]);
    write(find(`#card-${network} .time`), card.time);
    find(`#card-${network} .bars`).childNodes.forEach((bar, digit) => {
      bar.style.setProperty("--share", card.shares[digit]);
      write(bar.lastChild, card.points[digit]);
      bar.classList.toggle("first", digit === card.digit);
    });
    if (!card.size) continue; // a blank card tells nothing of its network
    write(find(`#card-${network} .size`), card.size);
    tag(network, card.yours);
  }
  window.digitDuelPixels(find("#seen canvas"), image);
  write(find(".sentence strong"), lead);
  write(find(".sentence span"), rest);
  clearTimeout(announcement);
  announcement = setTimeout(() => write(find("[aria-live]"), `${lead} ${rest}`), ANNOUNCE_AFTER);
}

document.addEventListener("digit-duel:network", ({ detail }) => {
  for (const [network, yours] of Object.entries(detail.yours)) tag(network, yours);
  if (all().length) ask();
});

// ---- a reload keeps the drawing, where the browser lets a page keep anything

function keep() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify({ strokes, pen: pen.value }));
  } catch {} // inside a frame without storage, or storage is full
}

try {
  const kept = JSON.parse(sessionStorage.getItem(STORE));
  const number = (value) => Number.isFinite(value) && value >= 0 && value <= side;
  if (kept.strokes.every((points) => points.length && points.every(([x, y]) => number(x) && number(y))))
    [strokes, pen.value] = [kept.strokes, kept.pen];
} catch {} // nothing kept, or nothing that can be read

new ResizeObserver(repaint).observe(canvas);
window.addEventListener("resize", repaint); // also the zoom, which changes the pixels under the same size
repaint();
show(blank);
if (strokes.length) ask();
