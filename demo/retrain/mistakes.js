// How often each digit was read as which, in percent of the true digit; a cell opens its digits.

import { words } from "../page/catalogue.js";
import { make, pixels, within, write } from "../page/dom.js";
import { depths, narrow, percents } from "./depths.js";
import { told } from "./told.js";

const SIDE = 28; // pixels of a digit
const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10 }; // cells of a table of ten by ten

export function mistakes(element, server) {
  for (const figure of within(element).every(".confusion")) table(figure, server);
}

function table(figure, server) {
  const { find, every } = within(figure);
  const { network } = figure.dataset;
  const cells = every("tbody td");
  let at = 0; // the cell that Tab reaches
  let opened = null; // the cell whose digits are shown

  function show({ counts, digits, step }) {
    const shares = depths(counts).flat();
    const percent = percents(counts).flat();
    const sums = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
    counts.flat().forEach((count, i) => {
      const cell = cells[i];
      const share = shares[i].toFixed(2);
      const [label, digit] = [Math.floor(i / 10), i % 10];
      write(cell, narrow(percent[i]));
      const said = words.say("retrain.confusion.cell", { label, digit, count, all: sums[label] });
      if (cell.title !== said) {
        cell.title = said;
        cell.ariaLabel = said;
      }
      if (cell.style.getPropertyValue("--share") !== share) cell.style.setProperty("--share", share);
    });
    write(find(".help .of"), words.say("retrain.confusion.age", { digits, batch: step }));
  }

  async function open(i) {
    const [label, digit] = [Math.floor(i / 10), i % 10];
    opened = i;
    mark();
    const answer = await server.cell({ network, label, digit });
    if (opened !== i) return;
    if (!answer) return close();
    const { count, of, step, images } = answer;
    const what = words.say("retrain.confusion.opened", { label, digit, count, of, batch: step });
    const more = count > images.length ? words.say("retrain.confusion.first", { shown: images.length }) : "";
    find(".opened").hidden = false;
    write(find(".opened p"), [what, more].filter(Boolean).join(" "));
    find(".opened div").replaceChildren(
      ...images.map((image) => {
        const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
        pixels(canvas, image);
        return canvas;
      }),
    );
  }

  function close() {
    opened = null;
    find(".opened").hidden = true;
    mark();
  }

  function mark() {
    cells.forEach((cell, i) => {
      cell.tabIndex = i === at ? 0 : -1;
      cell.classList.toggle("open", i === opened);
    });
  }

  function press(i) {
    at = i;
    if (opened === i) close();
    else open(i);
  }

  find("tbody").addEventListener("click", ({ target }) => {
    const i = cells.indexOf(target.closest("td"));
    if (i >= 0) press(i);
  });
  find("tbody").addEventListener("keydown", (event) => {
    const i = cells.indexOf(event.target);
    if (event.key === "Enter" || event.key === " ") press(i);
    else if (event.key === "Escape" && opened !== null) close();
    else if (event.key in MOVES) {
      const next = i + MOVES[event.key];
      const level = Math.abs(MOVES[event.key]) === 10 || Math.floor(next / 10) === Math.floor(i / 10);
      if (next >= 0 && next < cells.length && level) at = next;
      mark();
      cells[at].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  find(".opened button").addEventListener("click", () => {
    close();
    cells[at].focus();
  });

  mark();
  told.subscribe(["shown"], ({ shown }) => {
    const confusion = shown.tracks[network]?.confusion;
    if (confusion) show(confusion);
  });
}
