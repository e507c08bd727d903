// What the tab About says of networks, of the shipped ones and of others that a visitor can make.

import assert from "node:assert/strict";
import { test } from "node:test";

import { intro, otherwise, results } from "../../demo/about/sentences.js";
import { speaker } from "../../demo/page/words.js";
import { catalogue } from "./catalogue.mjs";

const words = speaker(catalogue);
const PERCENT = "\u202f%";
const MOVED = { digits: 80, pixels: 4 };

const layer = (kind, name, shape, receptive_field = 28) => ({ kind, name, shape, receptive_field });
const linear = (name, width) => layer("Linear", name, [width]);

const MLP = {
  layers: [
    layer("Flatten", "flatten", [784], 1),
    ...[128, 256, 128, 64].map((width, i) => linear(`fc${i + 1}`, width)),
    linear("out", 10),
  ],
  parameters: 175306,
  multiply_adds: 174720,
  tutorial: true,
  right: 35,
};
const CNN = {
  layers: [
    layer("Conv2d", "conv1", [16, 28, 28], 5),
    layer("ReLU", "relu1", [16, 28, 28], 5),
    layer("MaxPool2d", "pool1", [16, 14, 14], 6),
    layer("Conv2d", "conv2", [32, 14, 14], 14),
    layer("Conv2d", "conv3", [32, 14, 14], 22),
    layer("MaxPool2d", "pool2", [32, 7, 7], 24),
    layer("Conv2d", "conv4", [64, 7, 7], 40),
    layer("Flatten", "flatten", [3136], 40),
    linear("out", 10),
  ],
  parameters: 121514,
  multiply_adds: 10380160,
  tutorial: true,
  right: 71,
};

test("of the shipped networks everything is told", () => {
  assert.match(intro(words, { mlp: MLP, cnn: CNN }), new RegExp(`30\\.7${PERCENT} fewer parameters and 59 times the`));
  assert.deepEqual(otherwise(words, { mlp: MLP, cnn: CNN }, MOVED), [
    "The MLP has 4 hidden layers and 175,306 parameters, not “about 125,898” or “about 200,000”.",
    `The CNN has 30.7${PERCENT} fewer parameters than the MLP, not 3.5${PERCENT}, and does 59 times the arithmetic: small is not fast.`,
    "Pooling counted, the layers of the CNN see 5 (conv1), 6 (pool1), 14 (conv2), 22 (conv3), 24 (pool2), 40 (conv4) pixels across: conv4 sees past the image's edges, into the padding.",
    `Pooling cuts the numbers that go on, here by 75${PERCENT}; it has no parameters, and takes none from the convolutions.`,
    "What PyTorch calls convolution is cross-correlation: no kernel is flipped.",
    "A CNN that flattens into a linear layer is not translation invariant. With the ten sample digits moved by 4 pixels in eight directions, this CNN reads 71 of 80 right, the MLP 35.",
  ]);
});

test("what tutorials say of their networks is not held against others", () => {
  const mlp = { ...MLP, parameters: 125898, tutorial: false };
  const told = otherwise(words, { mlp, cnn: CNN }, MOVED).join(" ");
  assert.doesNotMatch(told, /125,898|not 3\.5/);
  assert.ok(told.includes(`The CNN has 3.5${PERCENT} fewer parameters than the MLP, and does 59 times`));
});

test("a CNN that is larger, or does less, is not called small", () => {
  const large = { ...CNN, parameters: 350612, tutorial: false };
  const quick = { ...CNN, multiply_adds: 87360, tutorial: false };
  for (const cnn of [large, quick])
    assert.doesNotMatch(otherwise(words, { mlp: MLP, cnn }, MOVED).join(" "), /small is not fast/);
  assert.match(intro(words, { mlp: MLP, cnn: large }), new RegExp(`100\\.0${PERCENT} more parameters and 59 times`));
  assert.match(
    intro(words, { mlp: MLP, cnn: quick }),
    new RegExp(`30\\.7${PERCENT} fewer parameters and 50\\.0${PERCENT} fewer multiply-adds`),
  );
});

test("without pooling, and without a field beyond the image, nothing is said of either", () => {
  const within = CNN.layers.map((one) => ({ ...one, receptive_field: Math.min(28, one.receptive_field) }));
  const told = otherwise(words, { mlp: MLP, cnn: { ...CNN, layers: within } }, MOVED).join(" ");
  assert.match(told, /24 \(pool2\), 28 \(conv4\) pixels across\. /);
  const bare = CNN.layers.filter(({ kind }) => kind !== "MaxPool2d");
  assert.doesNotMatch(otherwise(words, { mlp: MLP, cnn: { ...CNN, layers: bare } }, MOVED).join(" "), /ooling/);
});

test("a CNN that reads every moved digit is not said to fail", () => {
  const [last] = otherwise(words, { mlp: MLP, cnn: { ...CNN, right: 80 } }, MOVED).slice(-1);
  assert.match(last, /this CNN reads all 80 right, the MLP 35\./);
});

const RESULT = {
  test: { accuracy: 0.99391, loss: 0.02968 },
  validation: { accuracy: 0.9938, loss: 0.02327 },
  recipe: "best",
  data: "mnist",
  epochs: 60,
  seed: 0,
  seconds: 289.5,
  device: "CPU",
  versions: { python: "3.11", torch: "2.11" },
};

test("results say whose they are, and those that are not known are not made up", () => {
  const broken = { ...RESULT, test: { accuracy: null, loss: null } };
  const readers = {
    mlp: { source: "shipped", run: null, seconds: null },
    cnn: { source: "run", run: 3, seconds: 12 },
    third: { source: "loaded", run: null, seconds: null },
    fourth: { source: "run", run: 2, seconds: null },
  };
  const about = {
    mlp: { result: RESULT },
    cnn: { result: null },
    third: { result: broken },
    fourth: { result: RESULT },
  };
  const rows = Object.fromEntries(results(words, about, { readers }).map(([line, ...cells]) => [line, cells]));
  assert.deepEqual(rows.weights, ["as shipped", "your run 3 after 12 s of training", "from your file", "your run 2"]);
  assert.deepEqual(rows["test accuracy"], [`99.39${PERCENT}`, "–", "–", `99.39${PERCENT}`]);
  assert.deepEqual(rows["test loss, nats"].slice(0, 2), ["0.0297", "–"]);
  assert.deepEqual(rows.epochs.slice(0, 2), ["60", "–"]);
  assert.deepEqual([rows.seed[0], rows["training time"][0], rows.with[0]], ["0", "5 min", "python 3.11, torch 2.11"]);
  assert.ok(Object.entries(rows).every(([line, cells]) => line === "weights" || cells[1] === "–"));
});
