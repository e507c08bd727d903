// Maps of a layer in the order of what switching them off does, which the server works out once the pen rests.

import { words } from "./words.js";
import { drawn } from "../page/drawing.js";
import { explain } from "../page/terms.js";
import { latest } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { changesOf, orderOf, rankedOf } from "./sentences.js";

const REST = 300; // milliseconds that pen and choices rest before it is asked

/**
 * The ranking of the layer that is shown: { effects } gives the newest, { changes, order }, or null where maps stand by
 * number or none has come yet. `changed` is called when there is another.
 */
export function ranking({ element, find, server, choose, aloud, answer }, changed) {
  const told = find(".ranked > p");
  let newest = null; // as the server told it, with `asked`
  let announce = false; // the next one answers a choice
  let due = false; // what stands there is of another drawing, or of other networks, and nobody has asked since
  let timer;

  const isWanted = () => page.get().inside.view === "maps" && page.get().inside.order === "effect";
  const isSeen = () => element.checkVisibility() && !document.hidden;

  const ask = latest(
    async () => {
      const { layer, off, digit } = page.get().inside;
      const told = await server.rank({ layer, off, digit, drawing: drawn() });
      return told && { ...told, asked: { layer, off, digit } };
    },
    ({ networks, ranking, asked }) => {
      if (networks) hear(networks);
      const { layer, off, digit } = page.get().inside;
      if (!ranking || asked.layer !== layer || asked.off !== off || asked.digit !== digit) return;
      newest = { ...ranking, changes: changesOf(ranking), order: orderOf(ranking) };
      stale(due);
      changed();
      if (announce) aloud(words.tell(rankedOf(newest).at(-1)));
      announce = false;
    },
    () => {},
  );

  const stale = (is) => find(".all").classList.toggle("stale", is);

  function soon() {
    clearTimeout(timer);
    due = isWanted();
    stale(due);
    if (due) timer = setTimeout(askIfSeen, REST);
  }

  function askIfSeen() {
    if (!isSeen()) return; // it is asked once it comes into sight
    due = false;
    ask();
  }

  let before = "";
  page.subscribe(["inside"], ({ inside: { view, layer, off, digit, order } }) => {
    const now = JSON.stringify([view, layer, off, digit, order]);
    if (now !== before) soon();
    before = now;
  });
  page.subscribe(["verdict", "networks"], soon);
  document.addEventListener("visibilitychange", () => due && soon());
  new IntersectionObserver(() => due && soon()).observe(element);
  soon();
  find(".choice.order").addEventListener("change", ({ target }) => {
    announce = true;
    choose({ order: target.value });
  });
  find(".ranked .choice").addEventListener("change", () => (announce = true));

  return {
    /** Show what belongs to the order that is chosen, for a layer of maps. */
    show({ layer: { name, vector, low } }) {
      const { order } = page.get().inside;
      const isGrid = !vector && low.length > 1;
      find(".sorting").hidden = !isGrid;
      find(`.choice.order [value=${order}]`).checked = true;
      find(".ranked").hidden = !isGrid || order !== "effect";
      if (!isGrid) return null;
      const found = order === "effect" && newest?.layer === name && newest.logits.length === low.length ? newest : null;
      explain(
        told,
        found
          ? rankedOf(found)
              .map(({ key, values }) => words.marked(key, values))
              .join(" ")
          : "",
      );
      return found;
    },
  };
}
