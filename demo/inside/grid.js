// All maps of a layer side by side, to be chosen; those of the first convolution with their kernels.

import { words } from "./words.js";
import { decode, make, write } from "../page/dom.js";
import { small } from "../figures/pictures.js";
import { option } from "./option.js";
import { effectOf, rangeOf, signed } from "./sentences.js";

/** A function that shows the maps of an answer's layer, in the order of a ranking where there is one. */
export function grid({ find, every, choose, chooseCell, answer }) {
  const box = find(".maps");

  // Where a cell is chosen, the one at the same place of another map.
  function pick(map) {
    const { cell } = answer();
    if (cell) chooseCell([map, ...cell.at.slice(1)]);
    else choose({ map });
  }

  function build({ low, kernels }) {
    const kernel = (map) =>
      make("canvas", { role: "img", class: "kernel", "aria-label": words.say("inside.map.kernel", { map }) });
    const caption = (map) => make("span", {}, ...(kernels ? [kernel(map)] : []), make("i", {}), make("b", {}));
    const tile = (_, map) => option("map", map, () => pick(map), make("canvas", { role: "img" }), caption(map));
    box.replaceChildren(...Array.from(low, tile));
  }

  // A keyboard on a map stays there.
  function arrange(order) {
    const labels = every("label", box).sort((a, b) => a.dataset.value - b.dataset.value);
    const wanted = order ? order.map((map) => labels[map]) : labels;
    if (wanted.every((label, i) => label === box.children[i])) return labels;
    const focused = find(":focus", box);
    box.append(...wanted);
    focused?.focus({ preventScroll: true });
    return labels;
  }

  return ({ layer, off, colours, pictureOf }, ranking) => {
    const { name, vector, low, dead, kernels, map: chosen } = layer;
    const key = `${name} ${low.length} ${Boolean(kernels)}`;
    if (box.dataset.key !== key) build(layer);
    box.dataset.key = key;
    box.hidden = vector || low.length === 1;
    box.classList.toggle("many", low.length > 32);
    box.ariaLabel = words.say("inside.map.all", { layer: name });
    if (box.hidden) return;
    const kernelOf = kernels && pictures(kernels);
    box.classList.toggle("by-effect", Boolean(ranking));
    arrange(ranking?.order).forEach((label, map) => {
      const canvas = find("canvas", label);
      const silent = off[name]?.includes(map);
      const isDead = dead.includes(map);
      small(canvas, pictureOf(map), colours);
      const range = words.tell(rangeOf(layer, map));
      canvas.ariaLabel = range;
      label.title = ranking ? `${range}. ${words.tell(effectOf(ranking, map))}` : range;
      write(find("b", label), ranking ? signed(ranking.changes[map]) : "");
      if (kernels) small(find(".kernel", label), kernelOf(map), colours);
      const told = silent ? words.say("inside.map.off", { map }) : isDead ? words.say("inside.map.dead", { map }) : map;
      write(find("i", label), told);
      label.classList.toggle("silent", Boolean(silent || isDead));
      find("input", label).checked = map === chosen;
    });
  };
}

function pictures({ height, width, bytes }) {
  const weights = decode(bytes);
  const size = height * width;
  return (map) => ({ height, width, signed: true, bytes: weights.subarray(map * size, (map + 1) * size) });
}
