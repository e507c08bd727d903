// What stands below a chart: a menu that saves it, made in the page, and its numbers as a table.
//
// A figure is { name, what, title, note, body, head, rows }: the name of its file, what the menu calls it, title and note of
// the slide, a function that gives the slide's content (without one there are numbers alone), and the numbers.

import { words } from "./words.js";
import { csv } from "../page/csv.js";
import { make } from "../page/dom.js";
import { saves } from "../figures/saves.js";
import { cell } from "./numbers.js";
import { raster, slide } from "./slide.js";

/** Bytes, or text, as saves.js takes a file. */
function file(name, type, content) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const parts = [];
  for (let i = 0; i < bytes.length; i += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(i, i + 0x8000)));
  return { name, type, content: btoa(parts.join("")) };
}

function forms({ name, title, note = "", body, head, rows }) {
  const drawn = () => slide(title, note, body());
  const pictures = {
    png: async () => file(`${name}.png`, "image/png", await raster(drawn())),
    svg: async () => file(`${name}.svg`, "image/svg+xml", drawn()),
  };
  const lines = () => rows.map((row) => row.map(cell));
  return { ...(body && pictures), csv: async () => file(`${name}.csv`, "text/csv", csv([head, ...lines()])) };
}

/** Fill a section's menu: `figures` gives those that can be saved now. */
export function saving(node, figures) {
  saves(node, null, () => figures().map((figure) => ({ what: figure.what ?? figure.title, forms: forms(figure) })));
}

/** Fill a section's table whenever it is open: `figures` gives those whose numbers are shown. Gives what does it anew. */
export function tabled(details, figures) {
  function show() {
    if (!details.open) return;
    const tables = figures().map(({ title, head, rows, written = cell }) => {
      const names = head.map((name) => make("th", { scope: "col" }, name));
      const lines = rows.map((row) => make("tr", {}, ...row.map((value, i) => make("td", {}, written(value, i)))));
      return make(
        "table",
        { class: "plain" },
        make("caption", {}, title),
        make("thead", {}, make("tr", {}, ...names)),
        make("tbody", {}, ...lines),
      );
    });
    details.querySelector(".wide").replaceChildren(...tables);
  }
  details.addEventListener("toggle", show);
  return show;
}

/** Both, in a section that has them; gives what is to be called where numbers have changed. */
export function figured(section, figures, shown = figures) {
  saving(section.querySelector(".saves"), figures);
  return tabled(section.querySelector("details.table"), shown);
}

/** A share in a table; nothing where there is none. */
export const written = (value, i) => (i === 0 || typeof value !== "number" ? cell(value) : words.format.share1(value));
