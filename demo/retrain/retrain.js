// The tab Retrain: each part of it shows what watch.js hears of this visit's runs.

import { controls } from "./controls.js";
import { curves } from "./curves.js";
import { examples } from "./examples.js";
import { files } from "./files.js";
import { mistakes } from "./mistakes.js";
import { numbers } from "./numbers.js";
import { plan } from "./plan.js";
import { runs } from "./runs.js";
import { form } from "./settings.js";
import { travel } from "./travel.js";
import { watching } from "./watch.js";
import { weights } from "./weights.js";

export function start({ element, server, props, trigger }) {
  const training = watching(element, server, trigger);
  form(element, props);
  plan(element, server);
  controls(element, training);
  numbers(element);
  curves(element, server);
  travel(element, training);
  examples(element);
  weights(element);
  mistakes(element);
  files(element, server, training, props.largest);
  runs(element);
}
