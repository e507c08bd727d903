// Cross-entropy of one image, logit by logit: of the drawing on the pad, or of an image of the batch. A slider moves one
// logit, and all of it follows.

import { words } from "./step_words.js";
import { make, pixels, within, write } from "../page/dom.js";
import { drawn } from "../page/drawing.js";
import { latest } from "../page/latest.js";
import { page, tell } from "../page/state.js";
import { explain } from "../page/terms.js";
import { paragraph, section } from "./step_parts.js";
import { crossEntropy, fine } from "./step_sums.js";

const REST = 300; // milliseconds that the pen rests before logits are asked for
const REACH = 8; // how far beyond all logits the slider goes
const DIGITS = [...Array(10).keys()];
const { format } = words;

export function loss({ server, view, choose, network }) {
  const head = ["digit", "logit", "p", "y", "slope"].map((column) =>
    make("th", { scope: "col" }, words.say(`worked.loss.column.${column}`)),
  );
  const meant = make(
    "select",
    { "aria-label": words.say("worked.loss.meant") },
    ...DIGITS.map((digit) => make("option", {}, String(digit))),
  );
  const asked = make("label", { class: "meant" }, words.say("worked.loss.meant"), " ", meant);
  const small = make("canvas", { width: 28, height: 28, "aria-hidden": "true" });
  const back = make("button", { type: "button" }, words.say("worked.loss.drawing"));
  const rows = DIGITS.map(row);
  const title = words.say("worked.loss.table");
  const table = make(
    "table",
    { "aria-label": title },
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...rows),
  );
  const slider = make("input", { type: "range", step: "0.1", "aria-label": words.say("worked.loss.column.logit") });
  const moved = make("output", {});
  const reset = make("button", { type: "button" }, words.say("worked.loss.reset"));
  const result = make("p", { class: "total" });
  const blank = make("p", {}, words.say("worked.loss.blank"));
  const what = make("span", {});
  const of = make("div", { class: "of" }, small, what, asked, back);
  const mover = make("div", { class: "mover" }, slider, moved, reset);
  const full = make("div", {}, of, table, mover, result, paragraph("worked.loss.slopes", { class: "help" }));
  const node = section("loss", "worked.loss.title", paragraph("worked.loss.help", { class: "help" }), blank, full);

  let smoothing = 0;
  let logits = {}; // of the drawing, by network
  let image = null; // of the batch, that is looked at instead
  let values = null; // the logits as they are shown
  let before = null; // the loss with the logits as they were
  let step = 0; // of the batch that the image is of
  let chosen = false; // whether the visitor chose the image
  let picked = null; // the digit whose logit is moved; null: the one that was meant

  function row(digit) {
    const pick = make("input", {
      ...{ type: "radio", name: "retrain-worked-logit", value: digit },
      "aria-label": words.say("worked.loss.pick", { digit }),
    });
    pick.addEventListener("change", () => {
      picked = digit;
      show();
    });
    const bar = (name) => make("td", { class: name }, make("i", {}, make("u", {})), make("span", {}));
    const label = make("label", {}, pick, make("span", {}, String(digit)));
    const logit = make("td", { class: "logit" });
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, label),
      logit,
      bar("p"),
      make("td", { class: "y" }),
      bar("slope"),
    );
  }

  const target = () => (image ? image.label : (view().digit ?? read()));

  /** What the CNN says of the drawing, or where it does not read the network that does. */
  function read() {
    const of = logits.cnn ?? logits[network()];
    return of ? of.indexOf(Math.max(...of)) : 0;
  }

  /** Begin with other logits; what was moved is forgotten. */
  function reload() {
    const found = image ? image.logits : logits[network()];
    values = found && found.every((logit) => logit !== null) ? [...found] : null;
    before = null;
    if (values) {
      slider.min = String(Math.floor(Math.min(...values)) - REACH);
      slider.max = String(Math.ceil(Math.max(...values)) + REACH);
    }
    show();
  }

  function show() {
    full.hidden = !values;
    blank.hidden = Boolean(values);
    if (!values) return;
    const digit = target();
    const { probabilities, targets, slopes, loss, plain } = crossEntropy(values, digit, smoothing);
    const at = picked ?? digit;
    rows.forEach((line, i) => {
      const { find } = within(line);
      line.classList.toggle("right", i === digit);
      find("input").checked = i === at;
      write(find(".logit"), format.signed2(values[i]));
      write(find(".p span"), format.decimal2(100 * probabilities[i]));
      find(".p u").style.width = `${100 * probabilities[i]}%`;
      write(find(".y"), format.decimal1(100 * targets[i]));
      write(find(".slope span"), signed3(slopes[i]));
      find(".slope u").style.width = `${50 * Math.abs(slopes[i])}%`;
      find(".slope").classList.toggle("below", slopes[i] < 0);
    });
    const told = { digit, p: fine(probabilities[digit]), loss: format.decimal4(loss), plain: format.decimal4(plain) };
    explain(result, words.marked(`worked.loss.${smoothing ? "smoothed" : "plain"}`, told));
    node.dataset.loss = String(loss);
    before ??= loss;
    tell("loss", { before, loss, p: probabilities[digit], slope: slopes[digit], digit });
    slider.value = String(values[at]);
    slider.setAttribute("aria-label", words.say("worked.loss.slider", { digit: at }));
    const moving = format.signed2(values[at]);
    slider.setAttribute(
      "aria-valuetext",
      `${moving}; ${words.say("worked.loss.aloud", { loss: format.decimal4(loss) })}`,
    );
    write(moved, `${words.say("worked.loss.slider", { digit: at })}: ${moving}`);
    meant.selectedIndex = digit;
    asked.hidden = Boolean(image);
    back.hidden = small.hidden = what.hidden = !image;
    if (!image) return;
    pixels(small, image.image);
    write(what, words.say("worked.loss.image", { label: image.label }));
  }

  slider.addEventListener("input", () => {
    values[picked ?? target()] = slider.valueAsNumber;
    show();
  });
  meant.addEventListener("change", () => {
    picked = null;
    before = null; // of another digit
    choose({ digit: meant.selectedIndex });
    show();
  });
  reset.addEventListener("click", reload);
  back.addEventListener("click", () => {
    image = null;
    chosen = false;
    reload();
  });

  function look(one) {
    image = one;
    picked = null;
    reload();
  }

  // ---- the drawing

  const ask = latest(
    () => server.logits(drawn()),
    (answer) => {
      logits = answer.logits ?? {};
      if (logits.cnn && !chosen) image = null;
      if (!image) reload();
    },
    () => {},
  );
  let timer;
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => node.checkVisibility() && ask(), REST);
  }
  page.subscribe(["strokes", "picture"], () => {
    choose({ digit: null });
    chosen = false;
    later();
  });
  page.subscribe(["steps", "digit", "networks"], later);
  ask();

  return {
    node,
    show(batch) {
      smoothing = batch.smoothing;
      if (!chosen) later(); // the networks may be others by now
      const other = batch.step !== step;
      step = batch.step;
      if (image ? other : !values) look(batch.images[0]);
      else show();
    },
    /** Look at an image of the batch. */
    look(one) {
      chosen = true;
      look(one);
      node.scrollIntoView({ block: "nearest" });
    },
  };
}

const signed3 = (value) => `${value < -0.0005 ? "−" : value > 0.0005 ? "+" : ""}${format.decimal3(Math.abs(value))}`;
