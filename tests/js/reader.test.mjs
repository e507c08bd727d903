// The page's own reader: a hand-worked network, and what becomes of questions where a worker fails.

import assert from "node:assert/strict";
import test from "node:test";

import { dense, scattered } from "../../demo/reader/convolution.js";
import { prepare, stages } from "../../demo/reader/ink.js";
import { network, softmax, tensors } from "../../demo/reader/network.js";
import { reader } from "../../demo/reader/reader.js";

/** A .safetensors file of float32 tensors: { name: [shape, numbers] }. */
function file(content) {
  const head = {};
  const numbers = [];
  for (const [name, [shape, values]] of Object.entries(content)) {
    head[name] = { dtype: "F32", shape, data_offsets: [4 * numbers.length, 4 * (numbers.length + values.length)] };
    numbers.push(...values);
  }
  const text = new TextEncoder().encode(JSON.stringify(head).padEnd(8 * Math.ceil(JSON.stringify(head).length / 8)));
  const bytes = new Uint8Array(8 + text.length + 4 * numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(new Uint8Array(Float32Array.from(numbers).buffer), 8 + text.length);
  return bytes.buffer;
}

const zeros = (count) => Array(count).fill(0);

// Reads the digit that the upper left pixel says: logit i is its ink times i, and the bias keeps 0 ahead of blank paper.
const LAYERS = ["flatten", "out"];
const WEIGHTS = file({
  "out.weight": [[10, 784], Array.from({ length: 10 }, (_, i) => [i, ...zeros(783)]).flat()],
  "out.bias": [[10], [0.5, ...zeros(9)]],
});

test("a linear layer is weights times pixels plus bias", () => {
  const logits = network(LAYERS, tensors(WEIGHTS))(Float32Array.from([0.25, ...zeros(783)]));
  assert.deepEqual([...logits], [0.5, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25]);
});

test("a convolution flips no kernel, and pads with zeros", () => {
  // One map whose 3x3 kernel counts 1 to 9: the ink of one pixel writes it down mirrored, as cross-correlation does.
  const weights = tensors(
    file({
      "conv1.weight": [
        [1, 1, 3, 3],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      ],
      "conv1.bias": [[1], [0]],
      "out.weight": [
        [2, 784],
        [...zeros(28), 1, ...zeros(755), 1, ...zeros(783)],
      ],
      "out.bias": [[2], [0, 0]],
    }),
  );
  const image = Float32Array.from([1, ...zeros(783)]); // in the corner
  // The cell below it sees it with kernel row 0, column 1: 2. The cell itself sees it with the middle: 5.
  assert.deepEqual([...network(["conv1", "flatten", "out"], weights)(image)], [2, 5]);
});

test("sums in WebAssembly and in plain JavaScript are the same, of any number of maps", () => {
  const random = (count) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 101) / 50 - 1);
  for (const [outputs, inputs, size, side] of [
    [16, 1, 5, 28],
    [33, 3, 3, 7],
    [10, 50, 1, 1],
  ]) {
    const weight = { shape: [outputs, inputs, size, size], data: random(outputs * inputs * size ** 2) };
    const bias = { data: random(outputs) };
    const maps = { side, channels: inputs, data: random(side ** 2 * inputs) };
    const [quick, plain] = [dense, scattered].map((make) => make(weight, bias, side)(maps).data);
    assert.equal(quick.length, side ** 2 * outputs);
    assert.ok(quick.every((sum, i) => Math.abs(sum - plain[i]) < 1e-4));
  }
});

test("without WebAssembly nothing is made in it", () => {
  const { Instance } = WebAssembly;
  delete WebAssembly.Instance;
  const made = dense({ shape: [1, 1, 1, 1], data: [1] }, { data: [0] }, 1);
  WebAssembly.Instance = Instance;
  assert.equal(made, null);
});

test("a network whose numbers ran away reads nothing, as in PyTorch", () => {
  const weights = tensors(file({ "fc1.weight": [[1, 784], [NaN, ...zeros(783)]], "fc1.bias": [[1], [0]] })); // prettier-ignore
  const [sum] = network(["flatten", "fc1", "relu1"], weights)(Float32Array.from(zeros(784)));
  assert.ok(Number.isNaN(sum));
});

test("probabilities sum to 1, for logits of any size", () => {
  const shares = softmax([1000, 1000 + Math.log(3), -1000]);
  assert.ok(Math.abs(shares[1] / shares[0] - 3) < 1e-9);
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-12);
});

test("a tensor of another type is refused by name", () => {
  const bytes = new Uint8Array(file({ "fc1.weight": [[1], [1]] }));
  const text = new TextDecoder("latin1").decode(bytes).replace("F32", "F16");
  assert.throws(() => tensors(Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer), /fc1.weight holds F16/);
});

const DOT = { strokes: [[[140, 140]]], pen: 20 };

test("a dot becomes a disc of twenty pixels in the middle", () => {
  const image = prepare(DOT);
  const rows = new Set();
  const area = image.reduce((sum, ink) => sum + ink, 0);
  image.forEach((ink, i) => ink > 0.5 && rows.add(Math.floor(i / 28)));
  assert.equal(rows.size, 20);
  assert.ok(Math.abs(area - Math.PI * 100) < 3);
});

test("a drawing without ink has no image and no steps", () => {
  for (const strokes of [[], [[]], [[[900, 900]]]]) {
    assert.equal(prepare({ strokes, pen: 10 }), null);
    assert.equal(stages({ strokes, pen: 10 }), null);
  }
  assert.equal(prepare({ strokes: [[[140, 140]]], pen: 1e-308 }), null, "a dot of too thin a pen for numbers");
});

test("each step is shown, and one that is off changes nothing", () => {
  const line = {
    strokes: [
      [
        [140, 50],
        [140, 230],
      ],
    ],
    pen: 4,
  };
  const all = stages(line);
  const none = stages(line, { pen: false, crop: false, fit: false, centre: false });
  assert.deepEqual(
    all.map(({ name }) => name),
    ["ink", "pen", "crop", "fit", "centre"],
  );
  assert.deepEqual(
    all.map(({ picture }) => [picture.width, picture.height]),
    [
      [280, 280],
      [280, 280],
      [24, 204],
      [3, 20],
      [28, 28],
    ],
  );
  assert.deepEqual(all.at(-1).image, prepare(line));
  for (const { picture, image } of none) {
    if (picture.width !== 28) assert.deepEqual(picture, none[0].picture);
    assert.deepEqual(image, none[0].image);
  }
});

/** A worker that answers when it is told to, or breaks. */
class Helper {
  sent = [];
  postMessage = (message) => this.sent.push(message);
  terminate = () => (this.ended = true);
}

const NETWORKS = { mlp: { layers: LAYERS, weights: WEIGHTS } };

test("without workers the page reads by itself", async () => {
  const here = reader(() => {
    throw new Error("no workers");
  });
  await here.use(NETWORKS);
  const { image, cards } = await here.read(DOT, {});
  assert.equal(image.length, 784);
  assert.equal(cards.mlp.digit, 0);
});

test("what a broken worker was asked is answered by the page", async () => {
  const helper = new Helper();
  const here = reader(() => helper);
  const used = here.use(NETWORKS);
  const read = here.read(DOT, {});
  assert.equal(helper.sent.length, 2);
  helper.onerror();
  await used;
  assert.equal((await read).cards.mlp.digit, 0);
  assert.ok(helper.ended);
  assert.equal((await here.read(DOT, {})).cards.mlp.digit, 0);
  assert.equal(helper.sent.length, 2);
});

test("where reading is quick the page does it, and else the worker", async () => {
  for (const [quick, sent] of [
    [Infinity, 1],
    [-1, 2],
  ]) {
    const helper = new Helper();
    const here = reader(
      () => helper,
      quick,
      (task) => task(),
    );
    const used = here.use(NETWORKS);
    helper.onmessage({ data: { number: helper.sent[0].number, answer: true } });
    await used;
    const read = here.read(DOT, {});
    assert.equal(helper.sent.length, sent);
    if (sent === 2)
      helper.onmessage({ data: { number: helper.sent[1].number, answer: { cards: { mlp: { digit: 0 } } } } });
    assert.equal((await read).cards.mlp.digit, 0);
    here.stages(DOT, {});
    assert.equal(helper.sent.length, sent + 1, "the steps are the worker's");
  }
});

test("answers of a worker reach who asked, in any order, and errors too", async () => {
  const helper = new Helper();
  const here = reader(() => helper);
  const first = here.read(DOT, {});
  const second = here.read(DOT, {});
  helper.onmessage({ data: { number: helper.sent[1].number, answer: "two" } });
  helper.onmessage({ data: { number: helper.sent[0].number, error: "broken weights" } });
  assert.equal(await second, "two");
  await assert.rejects(first, /broken weights/);
});

test("numbers that ran away are no verdict", async () => {
  const here = reader(() => {
    throw new Error("no workers");
  });
  const weights = file({ "out.weight": [[10, 784], Array(7840).fill(NaN)], "out.bias": [[10], zeros(10)] });
  await here.use({ mlp: { layers: LAYERS, weights } });
  assert.equal((await here.read(DOT, {})).cards.mlp, null);
});
