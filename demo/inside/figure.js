// All maps of a layer as one figure, with their numbers and the scale, to be saved as a PNG.

import { make, save } from "../page/dom.js";
import { small } from "../page/pictures.js";
import { mosaic } from "./geometry.js";

/** Let the browser save the figure of the layer that is shown. */
export function saveFigure({ element, find, every, css, answer }) {
  const { layer, colours, pictureOf } = answer();
  const { fontFamily } = getComputedStyle(element);
  const figure = mosaic(layer, layer.low.length);
  const { gap, wide, tall } = figure;
  const canvas = make("canvas", { width: figure.width, height: figure.height });
  const pen = canvas.getContext("2d");
  const print = (text, x, y, font) => {
    pen.fillStyle = css("--ink");
    pen.font = `${font} ${fontFamily}`;
    pen.fillText(text, x, y);
  };

  pen.fillStyle = css("--card");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingEnabled = false;
  print(find(".layer h3").textContent, gap, 32, "650 18px");
  figure.places.forEach(({ x, y }, map) => {
    pen.drawImage(small(make("canvas", {}), pictureOf(map), colours), x, y, wide, tall);
    if (!layer.vector) print(String(map), x, y + tall + 16, "13px");
  });
  const [least, most, unit] = every(".below > .legend :not(canvas)").map((node) => node.textContent);
  const y = canvas.height - 30;
  pen.drawImage(find(".below > .legend canvas"), 84, y, 180, 12);
  print(least, gap, y + 11, "13px");
  print(`${most} ${unit}`, 276, y + 11, "13px");
  canvas.toBlob((blob) => save(`${layer.name}.png`, blob, "image/png"));
}
