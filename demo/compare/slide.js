// Figures for a slide, 16 by 9, in colours that are the same everywhere, as nets/slides.py has them; SVG as text.

import { element } from "./vector.js";

const [WIDTH, HEIGHT] = [1600, 900];
const FONT = "DejaVu Sans, Verdana, Segoe UI, Arial, sans-serif";
const PIXELS = 2000; // a picture's width

/** Where a figure stands below its title. */
export const AREA = { left: 72, top: 190, width: WIDTH - 144, height: HEIGHT - 250 };

export const INK = "#1b1c20";
export const QUIET = "#5c6373";
export const PAPER = "#ffffff";
export const NETWORK = { mlp: "#d9730d", cnn: "#1f6fd6" };
export const NETWORK_TEXT = { mlp: "#a85400", cnn: "#1a62bf" };

// What a class of shapes.js looks like.
const of = (network) => NETWORK[network] ?? QUIET;
const LOOKS = {
  grid: () => ({ stroke: "#e3e3de" }),
  tick: () => ({ fill: QUIET, "font-size": 11 }),
  cursor: () => ({ stroke: INK }),
  whole: (network) => ({ fill: "none", stroke: of(network), "stroke-width": 2, "stroke-linejoin": "round" }),
  dashed: (network) => ({ fill: "none", stroke: of(network), "stroke-width": 1.5, "stroke-dasharray": "4 3" }),
  bar: (network) => ({ stroke: of(network), "stroke-width": 1.5 }),
  dot: (network) => ({ fill: of(network) }),
  right: () => ({ fill: "#efefec" }),
  more: (network) => ({ fill: NETWORK[network] ?? "#1b7837" }),
  less: () => ({ fill: "#b5177a" }),
  cell: () => ({ fill: INK, "font-size": 13 }),
};

/** Shapes as SVG. */
export const markup = (shapes) =>
  shapes
    .map(([tag, { class: kind, "data-network": network, ...attributes }, text]) =>
      element(tag, { ...attributes, ...LOOKS[kind](network) }, text),
    )
    .join("");

/** Text on a slide. */
export const text = (x, y, said, { size = 22, colour = INK, bold = false, anchor = "start" } = {}) =>
  element(
    "text",
    { x, y, "font-size": size, fill: colour, "font-weight": bold ? 700 : 400, "text-anchor": anchor },
    said,
  );

/** Content of this width and height as large as it can be in a box, in its middle. */
export function fitted({ left, top, width, height }, wide, tall, content) {
  const scale = Math.min(width / wide, height / tall);
  const x = left + (width - scale * wide) / 2;
  return `<g transform="translate(${x.toFixed(1)} ${top.toFixed(1)}) scale(${scale.toFixed(4)})">${content}</g>`;
}

/** So many boxes side by side in the area, each with room for a title over it: { left, top, width, height }. */
export function boxes(count, columns = count, gap = 36) {
  const rows = Math.ceil(count / columns);
  const width = (AREA.width - gap * (columns - 1)) / columns;
  const height = AREA.height / rows;
  return Array.from({ length: count }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    return { left: AREA.left + column * (width + gap), top: AREA.top + row * height + 40, width, height: height - 50 };
  });
}

/** The title over a box. */
export const over = ({ left, top }, said, network = "") =>
  text(left, top - 14, said, { colour: NETWORK_TEXT[network] ?? INK, bold: true });

/** What lines mean, along the foot: [{ name, network, dashed }]. */
export function key(lines) {
  const step = AREA.width / Math.max(3, lines.length);
  return lines
    .map(({ name, network, dashed }, i) => {
      const x = AREA.left + i * step;
      const d = `M${x} ${HEIGHT - 38}h44`;
      const look = {
        ...LOOKS[dashed ? "dashed" : "whole"](network),
        "stroke-width": 4,
        "stroke-dasharray": dashed ? "9 6" : "",
      };
      return (
        element("path", { d, ...look }) + text(x + 56, HEIGHT - 30, name, { colour: NETWORK_TEXT[network] ?? INK })
      );
    })
    .join("");
}

/** A slide with its title, a note below it, and its content. */
export function slide(title, note, ...content) {
  const size = { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
  const open = element("svg", { xmlns: "http://www.w3.org/2000/svg", ...size, "font-family": FONT }).replace("/>", ">");
  const paper = element("rect", { width: WIDTH, height: HEIGHT, fill: PAPER });
  const head = text(AREA.left, 84, title, { size: 38, bold: true }) + text(AREA.left, 130, note, { colour: QUIET });
  return `${open}${element("title", {}, title)}${paper}${head}${content.join("")}</svg>`;
}

/** A slide as a PNG's bytes. */
export async function raster(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [PIXELS, (PIXELS * HEIGHT) / WIDTH];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    /** @type {Blob | null} */
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("No picture could be made");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}
