// A picture on the paper instead of a drawing: the server tells its ink from its paper, and prepares it as it does strokes.

import { page } from "./state.js";

let newest = 0; // the picture that was asked about last

/** What `server.prepare_file` makes of a picture's file with the steps that are on; nothing where it does not answer. */
export async function prepared(server, file) {
  const steps = JSON.stringify(page.get().steps);
  return server.prepare_file({ binary: true, data: { picture: file, steps } });
}

/**
 * Put a picture's file on the paper. Gives the message { key, values } that says why it cannot be read, and then leaves
 * all as it was; null where it lies there.
 */
export async function putPicture(server, file, largest) {
  if (file.size > largest) return { key: "pad.picture.too_large", values: { megabytes: largest / 2 ** 20 } };
  const mine = ++newest;
  let answer;
  try {
    answer = await prepared(server, file);
  } catch {} // as if it had not answered
  if (mine !== newest) return null; // another was chosen meanwhile
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
