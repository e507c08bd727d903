// A picture on the paper instead of a drawing: the server tells its ink from its paper, and prepares it as it does strokes.

import { unrepeated } from "./latest.js";
import { hear, page } from "./state.js";

let newest = 0; // the picture that was asked about last, or what came to lie on the paper after it
const known = new WeakMap(); // of a file the newest answer: { steps, answer }

const AS_IT_IS = { problem: { key: "preparation.as_it_is", values: {} } };

const send = unrepeated((server, picture, steps) => server.prepare_file({ binary: true, data: { picture, steps } }));

/**
 * What `server.prepare_file` makes of a picture's file with the steps that are on; nothing where it does not answer.
 * A file is sent once for the same steps and networks. A picture without a file is an image as the networks see it, which
 * takes no steps.
 */
export async function prepared(server, file) {
  if (!file) return AS_IT_IS;
  const steps = JSON.stringify(page.get().steps);
  const last = known.get(file);
  if (last?.steps === steps && last.answer.networks.version === page.get().networks?.version) return last.answer;
  const answer = await send(server, file, steps);
  if (answer?.networks) {
    hear(answer.networks);
    known.set(file, { steps, answer });
  }
  return answer;
}

/** Whether a picture's file, or the answer to it, is on its way. */
export const isOnItsWay = (file) => send.asks(file);

page.subscribe(["strokes", "picture"], ({ strokes, lent, picture }) => {
  if (picture || strokes !== lent) newest++;
});

/**
 * Put a picture's file on the paper, unless something else comes to lie there meanwhile. Gives the message { key, values } that says why it cannot be read, and then leaves
 * all as it was; null where it lies there.
 */
export async function putPicture(server, file, largest) {
  if (file.size > largest) return { key: "pad.picture.too_large", values: { megabytes: largest / 2 ** 20 } };
  const mine = ++newest;
  let answer;
  try {
    answer = await prepared(server, file);
  } catch {} // as if it had not answered
  if (mine !== newest) return null;
  if (!answer) return { key: "verdict.lost.lead", values: {} };
  if (answer.problem) return answer.problem;
  const [{ picture: address }] = answer.stages; // as the server has opened it: not every browser shows every format
  page.set({ picture: { file, ...seenOf(answer), address }, digit: null });
  return null;
}

/** Of the server's answer, what is seen of the picture: its digits from the left, and the whole as one. */
export function seenOf({ stages, digits }) {
  const { image } = stages.at(-1);
  return { image, digits: digits?.length ? digits : [image] };
}
