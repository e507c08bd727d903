// The worker's end: an answer for each message, with the number that the message had.

import { worker } from "./work.js";

const work = worker();
onmessage = ({ data: { number, ...asked } }) => {
  try {
    postMessage({ number, answer: work(asked) });
  } catch (error) {
    postMessage({ number, error: String(error) });
  }
};
