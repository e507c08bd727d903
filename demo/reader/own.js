// Reads the drawing in the page, with the same networks as the server: the shipped ones, whose weights lie beside the page,
// or the visitor's own, once they rest.

import { decode } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { reader } from "./reader.js";

const REST = 1500; // milliseconds without other networks, as while one trains, after which their weights are fetched

/**
 * Ways to read a drawing { strokes, pen } in the page. `read` answers as server.read_drawing does, `stages` gives what each
 * step of the preparation makes of it; both are null while the page does not have the networks that read now: then the
 * server is to be asked. `shipped` is { name: { layers, address } }.
 */
export function ownReading(server, shipped) {
  const here = reader(),
    lying = {}; // the shipped weights, by name
  let version = null; // of the networks that the page reads with
  let timer;

  function weightsOf(name) {
    lying[name] ??= bytesAt(shipped[name].address).catch((error) => {
      delete lying[name];
      throw error;
    });
    return lying[name];
  }

  const fetchNetworks = latest(
    async () => {
      const answer = await server.weights({});
      if (!answer?.networks) return undefined;
      const made = Object.keys(shipped).map(async (name) => {
        const own = answer.own[name];
        if (own) return [name, { layers: own.layers, weights: decode(own.weights).buffer }];
        return [name, { layers: shipped[name].layers, weights: await weightsOf(name) }];
      });
      await here.use(Object.fromEntries(await Promise.all(made)));
      return answer.networks;
    },
    (networks) => {
      version = networks.version;
      hear(networks);
    },
    () => {}, // the server reads, or says itself that it does not answer
  );

  page.subscribe(["networks"], ({ networks }) => {
    clearTimeout(timer);
    if (version !== null && networks.version !== version) timer = setTimeout(fetchNetworks, REST);
  });
  fetchNetworks();

  const ready = () => version !== null && page.get().networks?.version === version;
  return {
    read(drawing) {
      if (!ready()) return null;
      const { networks, steps } = page.get();
      return here
        .read(drawing, steps)
        .then(({ image, cards }) => ({ networks, image: image ? bytes(image) : "", cards }));
    },
    stages: (drawing) => (ready() ? here.stages(drawing, page.get().steps) : null),
  };
}

/** Ink in [0, 1] as bytes. */
export const bytes = (ink) => Uint8Array.from(ink, (value) => Math.floor(255 * value + 0.5));

async function bytesAt(address) {
  const answer = await fetch(new URL(address, document.baseURI));
  if (!answer.ok) throw new Error(`${address} could not be fetched: ${answer.status}`);
  return answer.arrayBuffer();
}
