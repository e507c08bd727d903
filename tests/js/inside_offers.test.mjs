// What the tab Look inside offers to be saved, and that there is a sentence for each.

import assert from "node:assert/strict";
import test from "node:test";

import {
  evidenceOffers,
  hiddenOffers,
  kernelOffers,
  layerOffers,
  mapOffers,
  methodOffers,
  shiftOffers,
  unitOffers,
} from "../../demo/inside/offers.js";
import { speaker } from "../../demo/page/words.js";
import { catalogue } from "./catalogue.mjs";

const { tell } = speaker(catalogue);
const chain = [
  { name: "input", kind: "Input" },
  { name: "conv1", kind: "Conv2d" },
  { name: "conv2", kind: "Conv2d" },
  { name: "out", kind: "Linear" },
];
const told = (offers) => offers.map(({ what, asked }) => [tell(what), asked]);

test("a layer is offered, and of a convolution its kernels: all of the first, of later ones those of a map", () => {
  const layer = (name) => ({ kind: "layer", network: "cnn", layer: name });
  const kernels = (name, map) => ({ kind: "weights", network: "cnn", layer: name, map });
  const offers = (name) => told(layerOffers({ chain, layer: { name, map: 3 } }));
  assert.deepEqual(offers("conv1"), [
    ["conv1", layer("conv1")],
    ["Kernels of conv1", kernels("conv1", null)],
  ]);
  assert.deepEqual(offers("conv2")[1], ["Kernels of conv2, map 3", kernels("conv2", 3)]);
  assert.deepEqual(offers("out"), [["out", layer("out")]]);
});

test("a map is offered with its cell, where one is chosen", () => {
  const layer = { name: "conv2", map: 3, vector: false };
  const asked = { kind: "layer", network: "cnn", layer: "conv2", map: 3 };
  assert.deepEqual(told(mapOffers({ layer, cell: { at: [3, 4, 5] } })), [["conv2, map 3", { ...asked, cell: [4, 5] }]]);
  assert.deepEqual(told(mapOffers({ layer, cell: null })), [["conv2, map 3", { ...asked, cell: null }]]);
  const out = { name: "out", map: 0, vector: true };
  assert.deepEqual(told(mapOffers({ layer: out, cell: { at: [7] } })), told(layerOffers({ chain, layer: out })));
});

test("the MLP's layers and weights, and the first kernels", () => {
  const hidden = [{ name: "fc1", last: "relu1" }, { name: "out" }];
  assert.deepEqual(
    told(hiddenOffers({ hidden })).map(([, { network, layer }]) => [network, layer]),
    [
      ["mlp", "relu1"],
      ["mlp", "out"],
    ],
  );
  assert.deepEqual(told(unitOffers({ name: "fc1", units: [5, 2] })), [
    ["Weights of fc1", { kind: "weights", network: "mlp", layer: "fc1", units: [5, 2] }],
  ]);
  assert.equal(told(kernelOffers({ name: "conv1" }))[0][0], "Kernels of conv1");
});

test("which pixels matter, of the MLP and of both networks, and a map while the drawing moves", () => {
  const pixels = (networks, method) => ({ kind: "pixels", networks, method });
  assert.deepEqual(told(evidenceOffers({ digit: 7 })), [["Pixels for and against the 7", pixels(["mlp"], "parts")]]);
  for (const [method, name] of [
    ["gradient", "Input gradient"],
    ["occlusion", "Occlusion"],
    ["parts", "Parts of the logit"],
  ])
    assert.deepEqual(told(methodOffers(method)), [[name, pixels(["mlp", "cnn"], method)]]);
  assert.deepEqual(told(shiftOffers({ shift: { direction: "up" } })), [
    ["The map before and after", { kind: "shift", direction: "up" }],
  ]);
});
