// Reads the drawing in the page, with the same networks as the server: the shipped ones, whose weights lie beside the page,
// or the visitor's own, once they rest.

import { decode } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { digitReader, eachDigit } from "./digits.js";
import { reader } from "./reader.js";

const REST = 1500; // milliseconds without other networks, as while one trains, after which their weights are fetched

/**
 * Ways to read a drawing { strokes, pen, steps } in the page, which answer as the server does: `read` as read_drawing, and
 * `stages` as prepare. Both give null while the page does not have the networks that read now; then the server is to be
 * asked.
 */
/** @type {{ read: (drawing: any) => Promise<any> | null, stages: (drawing: any) => Promise<any> | null }} */
export const here = { read: () => null, stages: () => null };

/** Begin to fetch the networks; resolves once they are there. `shipped` is { name: { layers, address } }. */
export function begin(server, shipped) {
  const reads = reader();
  const lying = {}; // the shipped weights, by name
  let version = null; // of the networks that the page reads with
  let timer;
  let arrived;
  const first = new Promise((resolve) => (arrived = resolve));

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
      await reads.use(Object.fromEntries(await Promise.all(made)));
      return answer.networks;
    },
    (networks) => {
      version = networks.version;
      hear(networks);
      if (page.get().networks.version !== version)
        later(); // others read by now
      else arrived();
    },
    () => {}, // the server reads, or says itself that it does not answer
  );

  function later() {
    clearTimeout(timer);
    timer = setTimeout(fetchNetworks, REST);
  }

  page.subscribe(["networks"], ({ networks }) => {
    clearTimeout(timer);
    if (version !== null && networks.version !== version) later();
  });
  fetchNetworks();

  const one = (drawing) => reads.read(drawing, drawing.steps);
  const eachOnce = digitReader(one);

  async function read(drawing) {
    const { networks } = page.get();
    const each = drawing.digit === undefined ? [] : await eachOnce(eachDigit(drawing), networks.version);
    const { image, cards } = each[drawing.digit] ?? (await one(drawing));
    return { networks, image: image ? bytes(image) : "", cards, digits: each.map((digit) => digit.cards) };
  }

  async function stages(drawing) {
    const { networks } = page.get();
    const digit = drawing.digit === undefined ? drawing : eachDigit(drawing)[drawing.digit];
    const made = await reads.stages(digit, drawing.steps);
    return made ? { networks, stages: made.map(stage) } : { problem: { key: "preparation.blank", values: {} } };
  }

  const ready = () => version !== null && page.get().networks?.version === version;
  here.read = (drawing) => (ready() ? read(drawing) : null);
  here.stages = (drawing) => (ready() && !drawing.image ? stages(drawing) : null);
  return first;
}

/** A step of the preparation as the server tells it. */
function stage({ name, picture: { width, height, ink }, image, cards }) {
  const read = (card) => card && { digit: card.digit, confidence: card.probabilities[card.digit] };
  const reads = Object.fromEntries(Object.entries(cards).map(([network, card]) => [network, read(card)]));
  return { name, width, height, picture: bytes(ink), image: bytes(image), reads };
}

/** Ink in [0, 1] as bytes. */
const bytes = (ink) => Uint8Array.from(ink, (value) => Math.floor(255 * value + 0.5));

async function bytesAt(address) {
  const answer = await fetch(new URL(address, document.baseURI));
  if (!answer.ok) throw new Error(`${address} could not be fetched: ${answer.status}`);
  return answer.arrayBuffer();
}
