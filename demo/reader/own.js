// Reads the drawing in the page, with the same networks as the server: the shipped ones, whose weights lie beside the page,
// or the visitor's own, once they rest.

import { decode } from "../page/dom.js";
import { buffer } from "../page/files.js";
import { latest, unrepeated } from "../page/latest.js";
import { hear, page } from "../page/state.js";
import { digitReader, eachDigit, lookedAt } from "./digits.js";
import { reader } from "./reader.js";

const REST = 1500; // milliseconds without other networks, as while one trains, after which their weights are fetched

/**
 * Ways to read a drawing { strokes, pen, steps } in the page, which answer as the server does: `read` as read_drawing, and
 * `stages` as prepare; `networks` gives those that read, by name. All give null while the page does not have the networks
 * that read now; then the server is to be asked.
 *
 * @type {{ read: (drawing: any) => Promise<any> | null, stages: (drawing: any) => Promise<any> | null,
 *   networks: () => Record<string, { layers: string[], weights: ArrayBuffer }> | null }}
 */
export const here = { read: () => null, stages: () => null, networks: () => null };

/**
 * Begin to fetch the networks; resolves once they are there. `trained` are those that come with the app,
 * { training: { name: { layers, address } } }.
 */
export function begin(server, trained) {
  const reads = reader();
  let version = null; // of the networks that the page reads with
  let reading = null; // those networks, by name
  let newest = 0; // the call that was made last
  let timer;
  let arrived;
  const first = new Promise((resolve) => (arrived = resolve));

  // The networks of this version, or of a newer one.
  const fetchVersion = unrepeated(async (_version) => {
    const answer = await server.weights({});
    if (!answer?.networks) return undefined;
    const made = Object.entries(answer.networks.readers).map(async ([name, { source }]) => {
      const own = answer.own[name];
      if (own) return [name, { layers: own.layers, weights: decode(own.weights).buffer }];
      return [name, await lying(trained[source][name])];
    });
    return { networks: answer.networks, fetched: Object.fromEntries(await Promise.all(made)) };
  });

  const fetchNetworks = latest(
    async () => {
      const mine = ++newest;
      const answer = await fetchVersion(page.get().networks?.version);
      if (!answer || mine !== newest) return undefined; // of an older call, which counts as lost
      await reads.use(answer.fetched);
      return answer;
    },
    ({ networks, fetched }) => {
      version = networks.version;
      reading = fetched;
      hear(networks);
      if (page.get().networks.version !== version)
        later(); // others read by now
      else arrived();
    },
    () => {}, // the server reads, or says itself that it does not answer
  );

  function later() {
    clearTimeout(timer);
    const { readers } = page.get().networks;
    const changing = Object.values(readers).some(({ source }) => !(source in trained));
    timer = setTimeout(fetchNetworks, changing ? REST : 0);
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
    const made = await reads.stages(lookedAt(drawing), drawing.steps);
    return made ? { networks, stages: made.map(stage) } : { problem: { key: "preparation.blank", values: {} } };
  }

  const ready = () => version !== null && page.get().networks?.version === version;
  here.read = (drawing) => (ready() ? read(drawing) : null);
  here.stages = (drawing) => (ready() && !drawing.image ? stages(drawing) : null);
  here.networks = () => (ready() ? reading : null);
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

/** A network that lies beside the page at an address, as a reader uses it: { layers, weights }. */
export const lying = async ({ layers, address }) => ({ layers, weights: await buffer(address) });
