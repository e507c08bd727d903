// Bytes of numbers as crisp pictures. A picture is { width, height, signed, bytes }: a byte a cell, signed from -127 to
// 127 or unsigned up to 255. Signed numbers are green above zero and magenta below, others plain lightness.

import { decode } from "../page/dom.js";

const numbers = (bytes) => (typeof bytes === "string" ? decode(bytes) : bytes);

const kept = new Map(); // tables by theme

/** The colours of all bytes, [red, green, blue] each, first of unsigned then of signed ones, in an element's theme. */
export function tables(element) {
  const style = getComputedStyle(element);
  const ends = ["--negative", "--zero", "--positive"].map((name) => style.getPropertyValue(name));
  const key = ends.join();
  if (!kept.has(key)) {
    const [negative, zero, positive] = ends.map((end) =>
      (end.match(/[^#\s]{2}/g) ?? []).map((part) => parseInt(part, 16)),
    );
    const signed = Array.from({ length: 256 }, (_, byte) => {
      const value = byte < 128 ? byte : byte - 256;
      const end = value < 0 ? negative : positive;
      return zero.map((from, c) => Math.round(from + (Math.min(127, Math.abs(value)) / 127) * (end[c] - from)));
    });
    kept.set(key, [Array.from({ length: 256 }, (_, byte) => [byte, byte, byte]), signed]);
  }
  return kept.get(key);
}

/** A canvas of as many pixels as the picture has cells; CSS makes it as large as it is shown. */
export function small(canvas, { width, height, signed, bytes }, colours) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  const values = numbers(bytes);
  const of = colours[signed ? 1 : 0];
  for (let i = 0, j = 0; i < values.length; i++, j += 4) {
    const [red, green, blue] = of[values[i]];
    image.data[j] = red;
    image.data[j + 1] = green;
    image.data[j + 2] = blue;
    image.data[j + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/**
 * A canvas as sharp as the screen, `around` cells wider than the picture on every side. What is drawn on top counts
 * in cells of the picture. Gives { pen, line }: the drawing context and the width of a screen pixel in cells.
 */
export function large(canvas, picture, colours, around = 0) {
  const { width, height } = picture;
  const cells = width + 2 * around;
  const tall = height + 2 * around;
  const wide = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
  const scale = wide / cells;
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== Math.round(scale * tall)) canvas.height = Math.round(scale * tall);
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(scale, 0, 0, scale, around * scale, around * scale);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small(document.createElement("canvas"), picture, colours), 0, 0);
  return { pen, line: devicePixelRatio / scale };
}

/**
 * A row of numbers as bars on a line at zero, with their places below it where `ink` says in which colour.
 * @param {any} canvas
 * @param {{ width: number, signed: boolean, bytes: any }} picture
 * @param {number[][][]} colours
 * @param {{ ink?: string, mark?: number[], accent?: string }} [options]
 */
export function bars(canvas, { width, signed, bytes }, colours, { ink, mark, accent } = {}) {
  const dot = devicePixelRatio;
  const shares = Array.from(numbers(bytes), (byte) => (signed ? (byte < 128 ? byte : byte - 256) / 127 : byte / 255));
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * dot));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * dot));
  const pen = canvas.getContext("2d");
  const line = ink ? 22 * dot : 0;
  const tall = canvas.height - line - 2 * dot;
  const most = Math.max(0, ...shares);
  const span = most - Math.min(0, ...shares) || 1;
  const wide = canvas.width / width;
  const zero = dot + (tall * most) / span;
  shares.forEach((share, i) => {
    const height = (tall * share) / span;
    const x = (i + 0.15) * wide;
    pen.fillStyle = `rgb(${colours[1][share < 0 ? 129 : 127]})`;
    pen.fillRect(x, Math.min(zero, zero - height), 0.7 * wide, Math.max(dot, Math.abs(height)));
    if (!ink) return;
    pen.fillStyle = ink;
    pen.font = `${13 * dot}px sans-serif`;
    pen.textAlign = "center";
    pen.fillText(i, (i + 0.5) * wide, canvas.height - 6 * dot);
  });
  if (!mark) return;
  pen.strokeStyle = accent;
  pen.lineWidth = 2.5 * dot;
  pen.strokeRect(mark[1] * wide + 2 * dot, 2 * dot, wide - 4 * dot, canvas.height - 4 * dot);
}

/** A frame around cells [top, bottom) and [left, right), with a light edge so that it is seen on any colour. */
export function frame({ pen, line }, { top, bottom, left, right }, colour, thick = 2) {
  for (const [style, width] of [
    ["#fffc", thick + 2],
    [colour, thick],
  ]) {
    pen.strokeStyle = style;
    pen.lineWidth = width * line;
    pen.strokeRect(left, top, right - left, bottom - top);
  }
}

/** What of a frame lies outside a picture of that size, in thin lines aslant. */
export function outside({ pen, line }, { top, bottom, left, right }, { width, height }, colour) {
  pen.save();
  const frame = new Path2D();
  const both = new Path2D();
  frame.rect(left, top, right - left, bottom - top);
  both.addPath(frame);
  both.rect(0, 0, width, height);
  pen.clip(frame);
  pen.clip(both, "evenodd");
  pen.beginPath();
  for (let at = left - (bottom - top); at < right; at += 6 * line) {
    pen.moveTo(at, bottom);
    pen.lineTo(at + bottom - top, top);
  }
  pen.strokeStyle = colour;
  pen.lineWidth = line;
  pen.stroke();
  pen.restore();
}

/** Where ink (bytes) begins and ends, along the edges of the cells. */
export function outline({ pen, line }, ink, width, colour) {
  const dark = (x, y) => x >= 0 && x < width && ink[y * width + x] > 100;
  pen.beginPath();
  for (let y = 0; y <= width; y++)
    for (let x = 0; x <= width; x++) {
      if (dark(x, y) !== dark(x - 1, y)) (pen.moveTo(x, y), pen.lineTo(x, y + 1));
      if (dark(x, y) !== dark(x, y - 1)) (pen.moveTo(x, y), pen.lineTo(x + 1, y));
    }
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2 * line;
  pen.stroke();
}
