// One layer of the CNN: all its maps, one of them enlarged, a switch for that, and files of the layer.

import { words } from "../page/catalogue.js";
import { decode, save, write } from "../page/dom.js";
import { drawn } from "../page/drawing.js";
import { small } from "../page/pictures.js";
import { page } from "../page/state.js";
import { enlarged } from "./enlarged.js";
import { saveFigure } from "./figure.js";
import { grid } from "./grid.js";
import { titleOf } from "./sentences.js";

/** A function that shows the layer of an answer. */
export function layer(view) {
  const { find, every, choose, answer, server } = view;
  const showGrid = grid(view);
  const showEnlarged = enlarged(view);

  function showHead({ chain, layer, ...rest }) {
    const row = chain.find(({ name }) => name === layer.name);
    write(find(".layer h3"), words.tell(titleOf({ chain, layer, ...rest })));
    write(find(".layer .head .help"), words.say(`inside.layer.help.${row.kind}`));
    write(find(".facts"), words.say("inside.layer.facts", row));
    find(".layer").classList.toggle("vector", layer.vector || layer.low.length === 1);
  }

  // The colours from the least to the largest number, of the map that is enlarged where each has its own.
  function showScale({ layer: { signed, largest, map }, colours }) {
    const steps = Uint8Array.from({ length: signed ? 255 : 256 }, (_, i) => (signed ? i - 127 : i));
    const canvas = find(".scale canvas");
    const [least, most] = every(".scale span");
    small(canvas, { width: steps.length, height: 1, signed, bytes: steps }, colours);
    const high = words.format.exact2(largest[map]);
    const low = signed ? words.format.exact2(-largest[map]) : "0";
    write(least, low);
    write(most, high);
    canvas.ariaLabel = words.say("inside.layer.scale.range", { low, high });
    find(`.choice.scale [value=${page.get().inside.own ? "own" : "one"}]`).checked = true;
  }

  function showSwitch({ chain, layer: { name, vector, map }, off }) {
    const control = find(".switch");
    control.hidden = vector || name === chain[0].name;
    find("input", control).checked = !off[name]?.includes(map);
    write(find("span", control), words.say("inside.map.use", { map }));
  }

  find(".switch input").addEventListener("change", ({ target }) => {
    const { layer, cell } = answer();
    const { name, map } = layer;
    const { off, cell: root } = page.get().inside;
    const silent = (off[name] ?? []).filter((i) => i !== map);
    choose({
      off: { ...off, [name]: target.checked ? silent : [...silent, map] },
      map,
      cell: cell ? { layer: name, at: cell.at } : root, // the path may now lead elsewhere; what is seen stays
    });
  });
  find(".choice.scale").addEventListener("change", ({ target }) => choose({ own: target.value === "own" }));

  async function saveNumbers() {
    const file = await server.keep({ drawing: drawn(), layer: answer().layer.name, off: page.get().inside.off });
    write(find(".problem"), file ? words.tell(file.problem) : words.say("inside.lost"));
    if (file?.content) save(file.name, decode(file.content), "application/octet-stream");
  }
  find("[data-do=npz]").addEventListener("click", saveNumbers);
  find("[data-do=png]").addEventListener("click", () => saveFigure(view));

  return (answer) => {
    showHead(answer);
    showGrid(answer);
    showScale(answer);
    showSwitch(answer);
    showEnlarged();
  };
}
