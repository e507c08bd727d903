// The view of the CNN's maps: the chain of layers, one layer, and one cell's arithmetic.

import { words } from "./words.js";
import { decode, write } from "../page/dom.js";
import { cell } from "./cell.js";
import { chain } from "./chain.js";
import { layer } from "./layer.js";
import { fieldOf, placeOf, withoutOf } from "./sentences.js";

/** A function that shows an answer of this view in the colours of bytes. */
export function maps(tab) {
  const { find, choose, aloud } = tab;
  let answer = null; // the newest
  let tell = false; // the next answer is to a choice of a cell, and is told to who cannot see it
  let tellOff = false; // the same of maps that are switched

  const view = {
    ...tab,
    answer: () => answer,
    tellNext() {
      tellOff = true;
    },
    chooseCell(at) {
      tell = true;
      choose({ cell: { layer: answer.layer.name, at }, channels: null });
    },
    chooseStep(i) {
      tell = true;
      choose({ layer: answer.trail[i].layer, channels: null });
    },
  };
  const showChain = chain(view);
  const showLayer = layer(view);
  const showCell = cell(view);
  find("[data-do=all-on]").addEventListener("click", () => {
    view.tellNext();
    choose({ off: {} });
  });

  function showWithout() {
    const without = withoutOf(answer);
    find(".without").hidden = !without;
    write(find(".without span"), words.tell(without));
    if (tellOff) aloud(without ? words.tell(without) : words.say("inside.off.none"));
    tellOff = false;
  }

  function announce() {
    const { chain, layer, cell } = answer;
    const place = words.tell(placeOf(chain, layer.name, cell.at));
    const told = { place, value: cell.value, field: words.tell(fieldOf(cell.field)) };
    aloud(words.say("inside.cell.told", told));
  }

  return (newest, colours) => {
    const { layer } = newest;
    const exact = new Float32Array(decode(layer.values).buffer); // every number of the map that is enlarged
    answer = { ...newest, colours, exact, pictureOf: pictures(layer) };
    showChain(answer);
    showWithout();
    showLayer(answer);
    showCell(answer, tell);
    if (tell && answer.cell) announce();
    tell = false;
  };
}

// A function that gives a layer's maps as pictures, by number.
function pictures({ width, height, signed, maps }) {
  const bytes = decode(maps);
  const size = width * height;
  return (map) => ({ width, height, signed, bytes: bytes.subarray(map * size, (map + 1) * size) });
}
