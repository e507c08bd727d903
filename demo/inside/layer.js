// One layer of the CNN: all its maps, one of them enlarged, and a switch for that.

import { words } from "./words.js";
import { write } from "../page/dom.js";
import { page } from "../page/state.js";
import { explain } from "../page/terms.js";
import { enlarged } from "./enlarged.js";
import { grid } from "./grid.js";
import { showLegend } from "./legend.js";
import { ranking } from "./ranking.js";
import { titleOf } from "./sentences.js";

/** A function that shows the layer of an answer. */
export function layer(view) {
  const { find, choose, answer } = view;
  const showGrid = grid(view);
  const ranked = ranking(view, () => answer() && showGrid(answer(), ranked.show(answer())));
  const showEnlarged = enlarged(view);

  function showHead({ chain, layer, ...rest }) {
    const row = chain.find(({ name }) => name === layer.name);
    write(find(".layer h3"), words.tell(titleOf({ chain, layer, ...rest })));
    explain(find(".layer .head .help"), words.marked(`inside.layer.help.${row.kind}`));
    explain(find(".facts"), words.marked("inside.layer.facts", row));
    find(".layer").classList.toggle("vector", layer.vector || layer.low.length === 1);
  }

  // The colours of the map that is enlarged: of all maps, or its own; and those of the kernels beside the maps.
  function showScale({ chain, layer: { name, signed, largest, map, vector, kernels }, colours }) {
    const unit = name === chain[0].name ? "ink" : name === chain.at(-1).name ? "logit" : "output";
    const hatched = signed && !vector; // bars and narrow rows are not
    showLegend(find(".below > .legend"), { signed, largest: largest[map], unit, hatched }, colours);
    find(".below .kernels").hidden = !kernels;
    if (kernels) {
      const scale = { signed: true, largest: kernels.largest, unit: "kernel", hatched: false };
      showLegend(find(".below .kernels .legend"), scale, colours);
    }
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
    view.tellNext();
    choose({
      off: { ...off, [name]: target.checked ? silent : [...silent, map] },
      map,
      cell: cell ? { layer: name, at: cell.at } : root, // the path may now lead elsewhere; what is seen stays
    });
  });
  find(".choice.scale").addEventListener("change", ({ target }) => choose({ own: target.value === "own" }));

  return (answer) => {
    showHead(answer);
    showGrid(answer, ranked.show(answer));
    showScale(answer);
    showSwitch(answer);
    showEnlarged();
  };
}
