// What a visitor chooses goes in, the inside of both networks for the drawing on the pad comes out: the view that is seen
// is asked for; feature maps are shown here, the rest by views.js. Gradio runs this once, with `element`, `server` and
// `props` (given in inside.py).
const { words } = props, { find, every, css, say } = window.digitDuelIn(element, words);
const write = window.digitDuelWrite, make = window.digitDuelMake, save = window.digitDuelSave;
const decode = window.digitDuelDecode, paint = window.digitDuelPaint;
const REST = 150; // milliseconds that the pen rests before what is slow is asked for
const PACE = 150; // milliseconds between two updates that follow the pen, at least

const whole = (value) => value.toLocaleString("en");
// So many decimals; of a number too small for them two digits, in powers of ten; a minus as wide as a plus.
function number(value, decimals = 4) {
  const small = value !== 0 && Math.abs(value) < 0.5 / 10 ** decimals && decimals > 2;
  const text = small ? value.toExponential(1) : value.toFixed(decimals);
  return (Number(text) === 0 ? (0).toFixed(decimals) : text).replaceAll("-", "−");
}

// ---- asking

const state = {
  view: "maps",
  layer: null,
  map: null,
  cell: null, // { layer, at }: the root of the path
  off: {}, // maps switched off, by layer
  own: false, // a scale for each map
  channels: null, // of a convolution, those worked out; null: the strongest
  example: props.example,
  shift: "right",
};
let all = false; // input channels of a convolution: all, or the strongest
let generation = 0; // counts what the visitor chose, so that an answer to an earlier choice is not shown
let stale = true, shown = null, tell = false, colours, rest = null, began = 0;
const seen = () => element.checkVisibility() && !document.hidden;

const ask = window.digitDuelLatest(
  async () => {
    const sent = generation, asked = performance.now(), answer = await server.look(state);
    return answer && { ...answer, sent, asked };
  },
  (answer) => answer.sent === generation && show(answer),
  () => write(find(".problem"), words.lost),
);

function refresh() {
  stale = !seen();
  if (!stale) ask();
}

function choose(changes) {
  Object.assign(state, changes);
  generation += 1;
  refresh();
}

// The maps follow the pen, but not so often that the verdicts above would come later; what is slow waits until it rests.
function drawn() {
  const slow = state.view === "pixels";
  if (rest && !slow) return;
  clearTimeout(rest);
  const pause = slow ? REST : Math.max(0, began + PACE - performance.now());
  rest = setTimeout(() => {
    rest = null;
    began = performance.now();
    refresh();
  }, pause);
}

for (const kind of ["digit-duel:verdict", "digit-duel:network"]) document.addEventListener(kind, drawn);
document.addEventListener("visibilitychange", () => stale && refresh());
new IntersectionObserver(() => stale && refresh()).observe(element);
element.classList.add("empty"); // until the first answer
let width = 0;
new ResizeObserver(() => {
  if (element.clientWidth && element.clientWidth !== width && shown) show(shown);
  width = element.clientWidth;
}).observe(element);

const SHOW = { maps: showMaps, ...window.digitDuelViews(element, props, number) };
function show(answer) {
  shown = answer;
  colours = paint.tables(element);
  write(find(".problem"), answer.problem ?? "");
  element.classList.toggle("empty", Boolean(answer.problem));
  if (!answer.problem || answer.view === "pooling") SHOW[answer.view](answer, colours);
  element.dispatchEvent(new CustomEvent("digit-duel:inside", { bubbles: true, detail: { asked: answer.asked } }));
}

find(".choice.view").addEventListener("change", ({ target }) => {
  for (const section of every("[data-view]")) section.hidden = section.dataset.view !== target.value;
  choose({ view: target.value });
});

// ---- prose: [word] lights the part of that name, [word|part] another

function prose(node, text) {
  if (node.dataset.text === text) return;
  node.dataset.text = text;
  node.replaceChildren(
    ...text.split(/\[([^\]]+)\]/).map((piece, i) => {
      if (i % 2 === 0) return piece;
      const [word, part = word] = piece.split("|");
      return make("span", { class: "word", tabindex: 0, "data-lights": part }, word);
    }),
  );
}

for (const kind of ["pointerover", "focusin"])
  element.addEventListener(kind, ({ target }) => {
    const word = target.closest?.("[data-lights]"), part = word?.dataset.lights;
    if (element.dataset.lit === (part ?? "")) return;
    element.dataset.lit = part ?? "";
    for (const node of every("[data-part]")) node.classList.toggle("lit", node.dataset.part === part);
  });

// ---- the chain of layers

const isBars = ({ width, height, shape }) => shape.length === 1 && height === 1 && width <= 16;

// A radio with a picture, as one of a group; `change` is called when it is chosen.
function option(group, value, change, ...content) {
  const radio = make("input", { type: "radio", name: `inside-${group}`, value });
  radio.addEventListener("change", change);
  return make("label", { "data-value": value }, radio, ...content);
}

function showChain({ chain, layer }) {
  const box = find(".chain"), key = chain.map(({ name, shape }) => `${name} ${shape}`).join();
  if (box.dataset.key !== key) {
    box.dataset.key = key;
    const FIGURES = ["parameters", "multiply_adds", "receptive_field"];
    const heads = ["", "", "shape", ...FIGURES].map((name) => make("span", {}, words[name] ?? ""));
    box.replaceChildren(
      make("div", { class: "measures", "aria-hidden": "true" }, ...heads),
      ...chain.map((row) =>
        option(
          "layer",
          row.name,
          () => choose({ layer: row.name, channels: null }),
          make("canvas", { role: "img" }),
          make("b", {}, row.name),
          make("span", {}, row.shape.join("×")),
          ...FIGURES.map((name) => make("span", { class: "figure" }, row[name] ? whole(row[name]) : "")),
        ),
      ),
    );
    box.style.setProperty("--layers", chain.length);
  }
  every("label", box).forEach((label, i) => {
    const row = chain[i], canvas = find("canvas", label);
    if (isBars(row)) paint.bars(canvas, row, colours);
    else paint.small(canvas, row, colours);
    canvas.ariaLabel = say("small_label", row.name, row.shape.join(" by "), number(row.largest, 2));
    find("input", label).checked = row.name === layer;
  });
}

// ---- the maps of one layer

let bytes, exact; // a byte a cell of all maps; every number of the map that is enlarged
let hover = null; // [y, x] in it, under the pointer

function showMaps(answer) {
  const { layer, chain, vector, units, height, width, map, off, sentence, cell } = answer;
  state.layer = layer;
  bytes = decode(answer.maps);
  exact = new Float32Array(decode(answer.values).buffer);
  if (hover && !exists(hover)) hover = null; // this map is smaller than the one before
  showChain(answer);
  find(".without").hidden = sentence === "";
  write(find(".without span"), sentence);
  const row = chain.find(({ name }) => name === layer), count = row.shape[0];
  const maps = layer === chain[0].name ? say("image_title", height, width) : say("title", layer, count, height, width);
  write(find(".layer h3"), vector ? say("vector_title", layer, whole(units)) : maps);
  write(find(".layer .head .help"), answer.help);
  write(find(".facts"), say("facts", whole(row.parameters), whole(row.multiply_adds), row.receptive_field));
  find(".layer").classList.toggle("vector", vector || count === 1);
  showGrid(answer);
  showScale(answer);
  const silent = off[layer]?.includes(map) ?? false, control = find(".switch");
  control.hidden = vector || layer === chain[0].name;
  find("input", control).checked = !silent;
  write(find("span", control), say("switch", map));
  showBig();
  showCell(answer);
  const said = tell && cell && `${titleOf(answer, cell.at)}: ${number(cell.value)}. ${fieldOf(cell.field)}`;
  if (said) write(find(".unseen[aria-live]"), said);
  tell = false;
}

function showGrid(answer) {
  const { layer, signed, height, width, map, low, high, dead, off, kernels, vector } = answer;
  const box = find(".maps"), count = low.length;
  const key = `${layer} ${count} ${Boolean(kernels)}`;
  box.hidden = vector || count === 1;
  box.classList.toggle("many", count > 32);
  box.ariaLabel = say("maps", layer);
  if (box.dataset.key !== key) {
    box.dataset.key = key;
    const kernel = (i) => make("canvas", { role: "img", class: "kernel", "aria-label": say("kernel_label", i) });
    const caption = (i) => make("span", {}, ...(kernels ? [kernel(i)] : []), make("i", {}));
    const tile = (_, i) => option("map", i, () => pick(i), make("canvas", { role: "img" }), caption(i));
    box.replaceChildren(...Array.from({ length: count }, tile));
  }
  if (box.hidden) return;
  const weights = kernels && decode(kernels.bytes), cells = kernels && kernels.height * kernels.width;
  every("label", box).forEach((label, i) => {
    const canvas = find("canvas", label), silent = off[layer]?.includes(i), isDead = dead.includes(i);
    paint.small(canvas, { width, height, signed, bytes: bytesOf(i) }, colours);
    const values = [layer, i, number(low[i]), number(high[i])];
    canvas.ariaLabel = isDead ? say("dead_label", ...values) : say("map_label", ...values);
    if (kernels) {
      const kernel = { ...kernels, signed: true, bytes: weights.subarray(i * cells, (i + 1) * cells) };
      paint.small(find(".kernel", label), kernel, colours);
    }
    write(find("i", label), silent ? say("is_off", i) : isDead ? say("dead", i) : i);
    label.classList.toggle("silent", Boolean(silent || isDead));
    find("input", label).checked = i === map;
  });
}

function bytesOf(map) {
  const size = shown.height * shown.width;
  return bytes.subarray(map * size, (map + 1) * size);
}

function pick(map) {
  const at = shown.cell?.at;
  if (at) chooseCell([map, ...at.slice(1)]);
  else choose({ map });
}

// The colours from the least to the largest number, of the map that is enlarged where each has its own.
function showScale({ signed, largest, map }) {
  const steps = Uint8Array.from({ length: signed ? 255 : 256 }, (_, i) => (signed ? i - 127 : i));
  const canvas = find(".scale canvas"), most = largest[map], [low, high] = every(".scale span");
  paint.small(canvas, { width: steps.length, height: 1, signed, bytes: steps }, colours);
  write(low, signed ? number(-most, 2) : "0");
  write(high, number(most, 2));
  canvas.ariaLabel = `${low.textContent} … ${high.textContent}`;
}

// ---- the map that is enlarged, and the input beside it

const big = find(".big canvas"), field = find(".field canvas");
const spot = ([y, x]) => ({ top: y, bottom: y + 1, left: x, right: x + 1 });
const chosen = () => {
  const { cell, vector, width } = shown;
  if (!cell) return null;
  return vector ? [Math.floor(cell.at[0] / width), cell.at[0] % width] : cell.at.slice(1);
};

function showBig() {
  const { layer, signed, height, width, map, vector, low, high, units } = shown;
  const picture = { width, height, signed, bytes: bytesOf(map) };
  const at = chosen(), bars = isBars({ width, height, shape: vector ? [units] : [] });
  big.classList.toggle("bars", bars);
  const accent = css("--cnn");
  if (bars) paint.bars(big, picture, colours, { ink: css("--quiet"), mark: hover ?? at, accent });
  else {
    const view = paint.large(big, picture, colours);
    if (hover) paint.frame(view, spot(hover), accent, 1.5);
    if (at) paint.frame(view, spot(at), accent, 2.5);
  }
  const range = [number(low[map]), number(high[map])];
  const label = vector ? say("vector_label", layer, whole(units), ...range) : say("map_label", layer, map, ...range);
  big.ariaLabel = `${label}. ${words.big_help}`;
  const place = hover ?? at;
  write(find(".big output"), place ? readout(place) : label);
  showField();
}

function readout([y, x]) {
  const { vector, width, units, chain, layer } = shown, i = y * width + x, value = number(exact[i]);
  if (!vector) return say("here", y, x, value);
  return say(units === 10 && layer === chain.at(-1).name ? "digit_here" : "unit_here", i, value);
}

function fieldOf({ top, bottom, left, right }) {
  const all = (bottom - top) * (right - left);
  const inside = (Math.min(bottom, 28) - Math.max(top, 0)) * (Math.min(right, 28) - Math.max(left, 0));
  const sees = say("sees", ...[top, bottom - 1, left, right - 1].map((i) => number(i, 0)));
  return inside < all ? `${sees} ${say("outside", whole(all), whole(all - inside))}` : sees;
}

function showField() {
  const { image, field: reach, cell } = shown;
  let frame = cell?.field;
  if (hover && reach) {
    const [top, left] = hover.map((i, axis) => reach.start[axis] + i * reach.step[axis]);
    frame = { top, left, bottom: top + reach.size[0], right: left + reach.size[1] };
  }
  const first = reach?.start ?? [], last = frame ? [frame.bottom - 28, frame.right - 28] : [];
  const over = [...first.map((i) => -i), ...last, ...(frame ? [-frame.top, -frame.left] : [])];
  const around = 1 + Math.max(0, ...over); // pixels around the image, so that what reaches outside is seen
  const input = { width: 28, height: 28, signed: false, bytes: image };
  const view = paint.large(field, input, colours, around);
  if (frame) {
    paint.outside(view, frame, input, css("--quiet"));
    paint.frame(view, frame, css("--cnn"));
  }
  const told = frame ? fieldOf(frame) : words.field_none;
  write(find(".field figcaption"), told);
  field.ariaLabel = say("field_label", told);
}

function under({ offsetX, offsetY }) {
  const { height, width } = shown;
  return [
    Math.min(height - 1, Math.max(0, Math.floor((offsetY / big.clientHeight) * height))),
    Math.min(width - 1, Math.max(0, Math.floor((offsetX / big.clientWidth) * width))),
  ];
}

function exists([y, x]) {
  const { height, width, vector, units } = shown;
  return y >= 0 && y < height && x >= 0 && x < width && (!vector || y * width + x < units);
}
const chooseCell = (at) => ((tell = true), choose({ cell: { layer: shown.layer, at }, channels: null }));
const cellOf = ([y, x]) => (shown.vector ? [y * shown.width + x] : [shown.map, y, x]);

big.addEventListener("pointermove", (event) => {
  if (!shown?.maps || event.pointerType === "touch") return;
  const at = under(event);
  hover = exists(at) ? at : null;
  showBig();
});
big.addEventListener("pointerleave", () => {
  hover = null;
  if (shown?.maps) showBig();
});
big.addEventListener("click", (event) => {
  const at = under(event);
  if (exists(at)) chooseCell(cellOf(at));
});

const WAYS = { left: [0, -1], right: [0, 1], up: [-1, 0], down: [1, 0] };
function move(way) {
  const { height, width } = shown, [y, x] = chosen() ?? [Math.floor(height / 2), Math.floor(width / 2)];
  const at = chosen() ? [y + WAYS[way][0], x + WAYS[way][1]] : [y, x];
  if (exists(at)) chooseCell(cellOf(at));
}
big.addEventListener("keydown", (event) => {
  const way = event.key.startsWith("Arrow") && event.key.slice(5).toLowerCase();
  if (!way || !shown?.maps) return;
  event.preventDefault();
  hover = null;
  move(way);
});
for (const button of every("[data-move]")) button.addEventListener("click", () => move(button.dataset.move));

// ---- switching maps off, scales, files

find(".switch input").addEventListener("change", ({ target }) => {
  const { layer, map } = shown, silent = (state.off[layer] ?? []).filter((i) => i !== map);
  const cell = shown.cell ? { layer, at: shown.cell.at } : state.cell; // the path may now lead elsewhere; what is seen stays
  choose({ off: { ...state.off, [layer]: target.checked ? silent : [...silent, map] }, map, cell });
});
const act = {
  "all-on": () => choose({ off: {} }),
  close: () => {
    choose({ cell: null, map: shown.map });
    big.focus({ preventScroll: true });
  },
  source: () => step(shown.trail.findIndex(([layer]) => layer === shown.layer) + 1),
  png: savePng,
  npz: async () => {
    const answer = await server.keep({ layer: shown.layer, off: state.off });
    write(find(".problem"), answer ? (answer.problem ?? "") : words.lost);
    if (answer?.content) save(answer.name, decode(answer.content), "application/octet-stream");
  },
};
for (const button of every("[data-do]")) button.addEventListener("click", () => act[button.dataset.do]());
find(".choice.scale").addEventListener("change", ({ target }) => choose({ own: target.value === "own" }));

// All maps of the layer as one figure, with their numbers and the scale.
function savePng() {
  const { layer, signed, height, width, low, vector } = shown, count = low.length;
  const side = vector ? 640 : 120, gap = 12, text = 22;
  const across = Math.min(8, Math.ceil(Math.sqrt(count))), tall = Math.max(24, (side * height) / width), top = 52;
  const rows = Math.ceil(count / across);
  const canvas = make("canvas", {
    width: Math.max(360, across * (side + gap) + gap),
    height: top + rows * (tall + text + gap) + 44,
  });
  const pen = canvas.getContext("2d"), { fontFamily } = getComputedStyle(element);
  pen.fillStyle = css("--card");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingEnabled = false;
  const print = (words, x, y, font) => {
    pen.fillStyle = css("--ink");
    pen.font = `${font} ${fontFamily}`;
    pen.fillText(words, x, y);
  };
  print(find(".layer h3").textContent, gap, 32, "650 18px");
  for (let i = 0; i < count; i++) {
    const x = gap + (i % across) * (side + gap), y = top + Math.floor(i / across) * (tall + text + gap);
    const picture = { width, height, signed, bytes: bytesOf(i) };
    pen.drawImage(paint.small(make("canvas", {}), picture, colours), x, y, side, tall);
    if (!vector) print(String(i), x, y + tall + 16, "13px");
  }
  const [least, most] = every(".scale span").map((span) => span.textContent), y = canvas.height - 30;
  pen.drawImage(find(".scale canvas"), 84, y, 180, 12);
  print(least, gap, y + 11, "13px");
  print(most, 276, y + 11, "13px");
  canvas.toBlob((blob) => save(`${layer}.png`, blob, "image/png"));
}

// ---- a cell's arithmetic

function titleOf({ chain, vector }, at, layer = shown.layer) {
  if (layer === chain[0].name) return say("pixel", layer, at[1], at[2]);
  if (at.length === 3) return say("cell", layer, ...at);
  return say(layer === chain.at(-1).name ? "digit" : "unit", layer, at[0]);
}

function framed(map, frame) {
  const canvas = make("canvas", { role: "img", "aria-label": words.window });
  queueMicrotask(() => paint.frame(paint.large(canvas, map, colours), frame, css("--cnn")));
  return canvas;
}

const work = window.digitDuelArithmetic(words, say, number, framed);

// While it is out of sight, as mostly when the pen moves, its tables wait until they are seen.
let sighted = false, late = false;
new IntersectionObserver(([{ isIntersecting }]) => {
  sighted = isIntersecting;
  if (sighted && late) showCell(shown);
}).observe(find(".cell"));

function showCell(answer) {
  const { cell, trail, layer } = answer, box = find(".cell");
  box.hidden = !cell;
  late = Boolean(cell) && !sighted && !tell;
  if (!cell || late) return;
  const key = document.activeElement?.dataset?.key; // so that the keyboard stays where it was
  const depth = trail.findIndex(([name]) => name === layer);
  find(".path").replaceChildren(
    ...trail.map(([name, at], i) => {
      const current = i === depth ? "step" : undefined, label = titleOf(answer, at, name);
      const attributes = { type: "button", "data-key": `step ${i}`, "aria-current": current, "aria-label": label };
      const place = at.slice(name === answer.chain[0].name ? 1 : 0).join(", ");
      const button = make("button", attributes, make("b", {}, name), make("small", {}, place));
      button.addEventListener("click", () => step(i));
      return make("li", {}, button);
    }),
  );
  const place = titleOf(answer, cell.at), source = find("[data-do=source]");
  find(".cell h3").replaceChildren(`${place}: `, make("output", {}, number(cell.value)));
  prose(find(".cell > .prose"), [cell.prose, cell.off].filter(Boolean).join(" "));
  const controls = {
    channels: (channels) => choose({ channels }),
    all: (value) => {
      if (value === undefined) return all;
      all = value;
      showCell(shown);
    },
  };
  find(".work").replaceChildren(...work({ ...cell, layer, place }, controls));
  for (const paragraph of every(".work .prose")) prose(paragraph, paragraph.textContent);
  const stranded = document.activeElement === source && depth + 1 === trail.length;
  source.hidden = depth + 1 === trail.length;
  if (stranded) find(".path [aria-current]").focus({ preventScroll: true });
  if (!source.hidden) write(source, say("source", titleOf(answer, trail[depth + 1][1], trail[depth + 1][0])));
  if (key) find(`[data-key="${key}"]`)?.focus({ preventScroll: true });
}

function step(i) {
  tell = true;
  choose({ layer: shown.trail[i][0], channels: null });
}

// ---- pooling: what can be changed

const cells = every(".cells input"), digit = (cell) => Math.round(Math.min(9, Math.max(0, cell.valueAsNumber || 0)));
prose(find("[data-view=pooling] .intro"), words.pooling);
for (const input of cells) {
  input.addEventListener("input", () => {
    if (input.value !== "") input.value = digit(input);
    choose({ example: cells.map(digit) });
  });
  input.addEventListener("change", () => (input.value = digit(input)));
}
find(".choice.shift").addEventListener("change", ({ target }) => choose({ shift: target.value }));
