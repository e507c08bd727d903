// Shared weights: one kernel of conv1 at three places of the drawing, with its sum at each; and what sharing saves.

import { words } from "./words.js";
import { make, within, write } from "../page/dom.js";
import { report } from "../page/latest.js";
import { page } from "../page/state.js";
import { explain } from "../page/terms.js";
import { onTheme } from "../page/theme.js";
import { tensors } from "../reader/network.js";
import { figured } from "./figures.js";
import { stepped } from "./heat.js";
import { colour, css, mixed } from "./map.js";
import { results } from "./results.js";
import { SIDE } from "./shift.js";
import { AREA, INK, NETWORK, text } from "./slide.js";
import { vector } from "./vector.js";
import { change, follow } from "./watch.js";
import { counts, kernelsOf, largest, sumOf, sumsOf, windowAt } from "./window.js";

const NAMES = ["A", "B", "C"];
const CELL = 10; // canvas pixels of a pixel of the image
const SMALL = 5; // … of a weight on a kernel's button
const SIGNED = ["--negative", "--zero", "--positive"];
const FIXED = ["#b5177a", "#f4f4f1", "#1b7837"]; // the same on slides

const grey = (ink) => css([255, 255, 255].map((full) => Math.round(ink * full)));

/** What gives a number its colour, the largest of these the strongest. */
function signed(numbers, ends) {
  const [negative, zero, positive] = ends;
  const most = Math.max(...numbers.map(Math.abs)) || 1;
  return (value) => css(mixed(zero, value < 0 ? negative : positive, Math.abs(value) / most));
}

/** Numbers as cells of a grid, so many in a row, with their corner at (left, top). */
function paintGrid(paint, numbers, across, cell, colourOf, left = 0, top = 0) {
  numbers.forEach((value, i) => {
    paint.fillStyle = colourOf(value);
    paint.fillRect(left + (i % across) * cell, top + Math.floor(i / across) * cell, cell, cell);
  });
}

/** The drawing with a frame at each place, and its name. */
function paintPlaces(paint, image, places, size, cell, ink, left = 0, top = 0) {
  paintGrid(paint, Array.from(image), SIDE, cell, grey, left, top);
  places.forEach(([x, y], i) => {
    const reach = (size - 1) / 2;
    const [across, down] = [left + (x - reach) * cell, top + (y - reach) * cell];
    paint.strokeStyle = ink;
    paint.lineWidth = 0.25 * cell;
    paint.strokeRect(across, down, size * cell, size * cell);
    paint.font = `700 ${1.6 * cell}px sans-serif`;
    paint.fillStyle = ink;
    paint.fillText(NAMES[i], across + 0.3 * cell, down + 1.6 * cell);
  });
}

/** Start the section; gives a function that takes an image and the bytes of the CNN that reads. */
export function sharing(element, files) {
  const { find } = within(element);
  const canvas = find(".whole");
  canvas.width = canvas.height = SIDE * CELL;
  let image = null;
  let kernels = [];
  let found = [];

  const chosen = () => Math.min(page.get().compare.kernel ?? 0, kernels.length - 1);
  const moved = () => page.get().compare.window ?? [14, 14];
  const clamp = (value) => Math.min(SIDE - 1, Math.max(0, value));
  const places = () => [...found, moved()];
  const own = (names) => names.map((name) => colour(getComputedStyle(element).getPropertyValue(name)));

  function fill() {
    const buttons = kernels.map(({ size, weights }, i) => {
      const small = make("canvas", { width: size * SMALL, height: size * SMALL, "aria-hidden": "true" });
      paintGrid(small.getContext("2d"), weights, size, SMALL, signed(weights, own(SIGNED)));
      const label = words.say("compare.sharing.kernel", { number: i });
      const input = make("input", { type: "radio", name: "compare-kernel", value: i, "aria-label": label });
      input.addEventListener("change", () => change({ kernel: i }));
      return make("label", { title: label }, input, small);
    });
    find(".kernels").replaceChildren(...buttons);
    const { shared, unshared, products } = counts(kernels);
    const rows = { shared: [shared, products], unshared: [unshared, products] };
    for (const [row, values] of Object.entries(rows))
      values.forEach((value, i) =>
        write(find(`[data-row=${row}] td:nth-of-type(${i + 1})`), words.format.count(value)),
      );
  }

  function show() {
    if (!image || !kernels.length) return;
    const kernel = kernels[chosen()];
    find(`[name=compare-kernel][value="${chosen()}"]`).checked = true;
    found = largest(sumsOf(kernel, image), NAMES.length - 1);
    const [accent] = own(["--cnn"]);
    paintPlaces(canvas.getContext("2d"), image, places(), kernel.size, CELL, css(accent));
    const told = places().map(([x, y], i) => {
      const window = windowAt(image, kernel.size, x, y);
      const values = { name: NAMES[i], row: y, column: x, sum: sumOf(kernel, window) };
      const said = words.say("compare.sharing.place", values);
      return make("figure", {}, picture(window, kernel.size, grey), make("figcaption", {}, said));
    });
    const weights = picture(kernel.weights, kernel.size, signed(kernel.weights, own(SIGNED)));
    const caption = words.say("compare.sharing.weights", { count: kernel.weights.length, bias: kernel.bias });
    find(".windows").replaceChildren(make("figure", {}, weights, make("figcaption", {}, caption)), ...told);
    const spoken = told.map((figure) => figure.textContent).join(" ");
    canvas.setAttribute("aria-label", words.say("compare.sharing.label", { places: spoken }));
    tabulate();
  }

  function picture(numbers, size, colourOf) {
    const node = make("canvas", { width: size * CELL, height: size * CELL, "aria-hidden": "true" });
    paintGrid(node.getContext("2d"), numbers, size, CELL, colourOf);
    return node;
  }

  function figures() {
    if (!image || !kernels.length) return [];
    const kernel = kernels[chosen()];
    const { size, weights, bias } = kernel;
    const each = places().map(([x, y]) => windowAt(image, size, x, y));
    const head = ["place", "row", "column", "ink", "weight", "product"];
    return [
      {
        name: `shared-kernel-${chosen()}`,
        title: words.say("compare.sharing.title"),
        note: words.say("compare.sharing.note", { number: chosen(), bias }),
        body: () => slideOf(kernel, image, places(), each),
        head: head.map((name) => words.say(`compare.column.${name}`)),
        rows: each.flatMap((window, i) => {
          const [x, y] = places()[i];
          const reach = (size - 1) / 2;
          return window.map((ink, k) => {
            const [row, column] = [y - reach + Math.floor(k / size), x - reach + (k % size)];
            return [NAMES[i], row, column, ink, weights[k], ink * weights[k]];
          });
        }),
        written: (value) => (typeof value === "number" ? words.format.exact2(value) : value),
      },
    ];
  }

  const tabulate = figured(element, figures);
  const look = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const to = [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE];
    change({ window: to.map((value) => clamp(Math.floor(value))) });
  };
  canvas.addEventListener("pointerdown", look);
  canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && look(event));
  canvas.addEventListener("keydown", (event) => {
    const to = event.key === "Home" ? [14, 14] : stepped(moved(), event.key);
    if (!to) return;
    change({ window: to.map(clamp) });
    event.preventDefault();
  });
  follow((compare) => [compare.kernel, compare.window], show);
  onTheme(() => (fill(), show()));
  accuracies(element, files).catch(report);

  return (subject, cnn) => {
    image = subject;
    const { "conv1.weight": weight, "conv1.bias": bias } = cnn ? tensors(cnn.weights) : {};
    kernels = weight ? kernelsOf(weight, bias) : [];
    element.hidden = !kernels.length;
    if (!kernels.length) return;
    explain(find(".saved"), words.marked("compare.sharing.saved", counts(kernels)));
    fill();
    show();
  };
}

/** What both networks read of the test set, where they have been trained. */
async function accuracies(element, files) {
  const { find } = within(element);
  const { rows } = await results(files, "ledger");
  const known = (key) => rows.find(({ contestant }) => contestant === key);
  for (const [row, key] of [
    ["shared", "cnn"],
    ["unshared", "cnn-unshared"],
  ]) {
    // prettier-ignore
    const { accuracy, seeds } = known(key) ?? {};
    const values = accuracy && { share: accuracy.mean, points: 100 * (accuracy.deviation ?? 0), count: seeds.length };
    const said = accuracy ? words.say("compare.sharing.accuracy", values) : words.say("compare.claims.waiting");
    write(find(`[data-row=${row}] td:nth-of-type(3)`), said);
  }
}

/** The drawing with its places, the weights, and the pixels that they meet. */
function slideOf(kernel, image, places, windows) {
  const { size, weights } = kernel;
  const paint = vector();
  const side = Math.floor(AREA.height / SIDE);
  paintPlaces(paint, image, places, size, side, NETWORK.cnn, AREA.left, AREA.top);
  const left = AREA.left + SIDE * side + 80;
  const cell = 30;
  const fixed = FIXED.map(colour);
  paintGrid(paint, weights, size, cell, signed(weights, fixed), left, AREA.top + 40);
  const parts = [text(left, AREA.top + 22, words.say("compare.column.weights"), { bold: true, colour: INK })];
  windows.forEach((window, i) => {
    const [x, y] = [left + ((i + 1) % 2) * 300, AREA.top + 40 + Math.floor((i + 1) / 2) * 290];
    paintGrid(paint, window, size, cell, grey, x, y);
    const said = words.say("compare.sharing.sum", { name: NAMES[i], sum: sumOf(kernel, window) });
    parts.push(text(x, y - 18, said, { bold: true, colour: NETWORK.cnn }));
  });
  return paint.markup() + parts.join("");
}
