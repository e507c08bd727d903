// Reads the drawing in the page, with the same networks as the server: the shipped ones, whose weights lie beside the page,
// or the visitor's own, once they rest.

import { decode } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { reader } from "./reader.js";

const REST = 1500; // milliseconds without other networks, as while one trains, after which their weights are fetched

/**
 * A function that reads a drawing { strokes, pen } in the page and answers as server.read_drawing does, or gives null while
 * the page does not have the networks that read now: then the server is to be asked. `shipped` is
 * { name: { layers, address } }.
 */
export function ownReading(server, shipped) {
  const here = reader(), lying = {}; // the shipped weights, by name
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

  return ({ strokes, pen }) => {
    const { networks, steps } = page.get();
    if (version === null || networks?.version !== version) return null;
    return here.read({ strokes, pen }, steps).then(({ image, predictions }) => ({ networks, ...answered(image, predictions) }));
  };
}

/** A reading in the form in which the server gives it. */
function answered(image, predictions) {
  if (!image) return { image: "", cards: {} };
  const cards = Object.entries(predictions).map(([name, { probabilities, seconds }]) => {
    const digit = probabilities.indexOf(Math.max(...probabilities));
    return [name, digit < 0 ? null : { digit, probabilities, milliseconds: 1000 * seconds }];
  });
  return { image: Uint8Array.from(image, (ink) => Math.floor(255 * ink + 0.5)), cards: Object.fromEntries(cards) };
}

async function bytesAt(address) {
  const answer = await fetch(new URL(address, document.baseURI));
  if (!answer.ok) throw new Error(`${address} could not be fetched: ${answer.status}`);
  return answer.arrayBuffer();
}
