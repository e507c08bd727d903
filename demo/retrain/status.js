// What the line under the buttons says.

import { LOST } from "./told.js";

const GONE = { key: "retrain.gone", values: {} };
const NO_RUN = ["retrain.state.idle", "retrain.state.cut_off"];

/** Messages, one after the other; `told` is what told.js keeps. While nobody answers, nothing else is sure. */
export function status({ status, lost, gone }) {
  if (lost) return [LOST];
  return gone ? [GONE, ...status.filter(({ key }) => !NO_RUN.includes(key))] : status;
}
