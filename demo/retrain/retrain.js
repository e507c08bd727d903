// The tab Retrain: each part of it shows what watch.js hears of this visit's runs.

import { within, write } from "../page/dom.js";
import { resting } from "./aloud.js";
import { controls } from "./controls.js";
import { curves } from "./curves.js";
import { examples } from "./examples.js";
import { files } from "./files.js";
import { folds } from "./folds.js";
import { mistakes } from "./mistakes.js";
import { numbers } from "./numbers.js";
import { plan } from "./plan.js";
import { runs } from "./runs.js";
import { saving } from "./saving.js";
import { form } from "./settings.js";
import { later } from "./step_later.js";
import { travel } from "./travel.js";
import { watching } from "./watch.js";
import { weights } from "./weights.js";

export function start({ element, server, props, trigger }) {
  const aloud = resting((text) => write(within(element).find(".controls .unseen"), text));
  const training = watching(element, server, trigger);
  form(element, props);
  controls(element, training, plan(element, server, aloud), aloud);
  numbers(element);
  curves(element, server);
  travel(element, training);
  examples(element);
  weights(element);
  mistakes(element, server);
  files(element, server, training, props.largest, aloud);
  runs(element);
  folds(element);
  saving(element, server);
  later(element, server, training);
}
