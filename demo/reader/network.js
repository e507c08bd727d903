// A network: a chain of named layers that turns an image into ten logits, as nets/models.py builds it
// and PyTorch computes it. Numbers lie pixel by pixel, all channels of a pixel side by side: { side, channels, data }.

import { convolution } from "./convolution.js";

/** The tensors of a .safetensors file, by name: { shape, data }. The format: github.com/huggingface/safetensors. */
export function tensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const start = 8 + length;
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  delete head.__metadata__;
  const found = {};
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of Object.entries(head)) {
    if (dtype === "F32") found[name] = { shape, data: new Float32Array(buffer.slice(start + from, start + to)) };
    else if (dtype !== "I64") throw new Error(`${name} holds ${dtype}, expected F32`); // I64: how many batches a norm saw
  }
  return found;
}

/** Every output is linear in the input: a convolution of one pixel with as many channels as there are numbers. */
function linear({ shape: [outputs, inputs], data: weight }, bias, side) {
  // Maps were flattened channel by channel; here a pixel's channels lie together.
  const pixels = side ** 2;
  const channels = inputs / pixels;
  const turned = new Float32Array(inputs * outputs);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < pixels; p++) turned[o * inputs + p * channels + c] = weight[o * inputs + c * pixels + p];
  const layer = convolution({ shape: [outputs, inputs, 1, 1], data: turned }, bias, 1);
  return ({ data }) => layer({ side: 1, data });
}

/** The largest of every 2x2 cells. */
const pool = ({ side, channels, data }) => {
  const half = side / 2;
  const largest = new Float32Array(half * half * channels);
  for (let y = 0; y < half; y++)
    for (let x = 0; x < half; x++)
      for (let c = 0; c < channels; c++) {
        const at = (2 * y * side + 2 * x) * channels + c;
        const below = at + side * channels;
        const found = Math.max(data[at], data[at + channels], data[below], data[below + channels]);
        largest[(y * half + x) * channels + c] = found;
      }
  return { side: half, channels, data: largest };
};

/** Each channel moved and scaled by the mean and variance that it had in training. */
function normalisation(weight, bias, mean, variance) {
  const scale = weight.data.map((value, c) => value / Math.sqrt(variance.data[c] + 1e-5));
  const shift = bias.data.map((value, c) => value - mean.data[c] * scale[c]);
  return ({ side, channels, data }) => ({
    side,
    channels,
    data: data.map((value, i) => value * scale[i % channels] + shift[i % channels]),
  });
}

// Activations change what they get, which is nobody else's: the sums of a layer.

function relu(input) {
  const { data } = input;
  for (let i = 0; i < data.length; i++) if (data[i] < 0) data[i] = 0;
  return input;
}

const negative = (change) => (input) => {
  const { data } = input;
  for (let i = 0; i < data.length; i++) if (data[i] < 0) data[i] = change(data[i]);
  return input;
};

const ACTIVATIONS = { relu, leaky: negative((value) => 0.01 * value), elu: negative(Math.expm1) };

/**
 * A network of these layers, named in order, and these tensors: a function of an image (784 numbers in [0, 1]) that gives
 * ten logits. A layer's kind is its name without the number: conv1, norm1, relu1, pool1, flatten, drop, fc1, out.
 */
export function network(names, weights) {
  let side = 28; // of the maps that a layer gets; 1 once they are a row
  const layers = names.map((name) => {
    const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
      (part) => weights[`${name}.${part}`],
    );
    const kind = name.replace(/\d+$/, "");
    switch (kind) {
      case "conv":
        return convolution(weight, bias, side);
      case "fc":
      case "out": {
        const layer = linear(weight, bias, side);
        side = 1;
        return layer;
      }
      case "norm":
        return normalisation(weight, bias, mean, variance);
      case "pool":
        side /= 2;
        return pool;
      case "flatten":
      case "drop":
        return (input) => input; // pixel by pixel is a row already; dropout is for training alone
      default:
        return ACTIVATIONS[kind];
    }
  });
  return (image) => layers.reduce((input, layer) => layer(input), { side: 28, channels: 1, data: image }).data;
}

/** The probabilities of ten logits. */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
