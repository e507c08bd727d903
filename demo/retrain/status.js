// What the lines under the buttons say.

import { LOST } from "./told.js";

const GONE = { key: "retrain.gone", values: {} };
const NO_RUN = ["retrain.state.idle", "retrain.state.cut_off"];
const onReaders = ({ key }) => key.startsWith("retrain.reads.");

/**
 * Messages on the run, and on which networks the cards read with: { run, readers }. `told` is what told.js keeps. While
 * nobody answers, nothing else is sure.
 */
export function status({ status, lost, gone }) {
  if (lost) return { run: [LOST], readers: [] };
  const run = status.filter((message) => !onReaders(message) && !(gone && NO_RUN.includes(message.key)));
  return { run: gone ? [GONE, ...run] : run, readers: status.filter(onReaders) };
}
