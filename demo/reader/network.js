// A network in plain JavaScript: a chain of named layers that turns an image into ten logits, as nets/models.py builds it
// and PyTorch computes it. Numbers lie pixel by pixel, all channels of a pixel side by side: { side, channels, data }.

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

/** Every output is linear in the input: each input that is not zero adds its share. After ReLU most are zero. */
function linear({ shape: [outputs, inputs], data: weight }, { data: bias }, side) {
  // Maps were flattened channel by channel; here a pixel's channels lie together.
  const pixels = side ** 2;
  const channels = inputs / pixels;
  const turned = new Float32Array(inputs * outputs);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < pixels; p++) turned[(p * channels + c) * outputs + o] = weight[o * inputs + c * pixels + p];
  return ({ data }) => {
    const sums = Float32Array.from(bias);
    for (let i = 0; i < inputs; i++) {
      const value = data[i];
      if (value === 0) continue;
      for (let o = 0, at = i * outputs; o < outputs; o++) sums[o] += value * turned[at + o];
    }
    return { side: 1, channels: outputs, data: sums };
  };
}

/** Cross-correlation with padding, so that the maps keep their size: an input cell adds its kernel around it. */
function convolution({ shape: [outputs, inputs, size], data: weight }, { data: bias }) {
  const reach = (size - 1) / 2;
  const kernels = new Float32Array(weight.length); // by input, row, column and then output
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < inputs; c++)
      for (let k = 0; k < size * size; k++)
        kernels[(c * size * size + k) * outputs + o] = weight[(o * inputs + c) * size * size + k];
  const all = size * size * outputs; // weights of one input channel
  const found = new Int32Array(inputs + 3); // channels that are not zero in a pixel, four of them at a time
  const values = new Float32Array(inputs + 3);
  return ({ side, data }) => {
    const sums = new Float32Array(side * side * outputs);
    for (let i = 0; i < sums.length; i++) sums[i] = bias[i % outputs];
    for (let y = 0, at = 0; y < side; y++)
      for (let x = 0; x < side; x++, at += inputs) {
        let count = 0;
        for (let c = 0; c < inputs; c++) {
          if (data[at + c] === 0) continue;
          found[count] = c;
          values[count++] = data[at + c];
        }
        values.fill(0, count, count + 3); // whatever stands in the last four counts nothing
        for (let row = Math.max(0, y - reach); row <= Math.min(side - 1, y + reach); row++)
          for (let column = Math.max(0, x - reach); column <= Math.min(side - 1, x + reach); column++) {
            const k = ((y - row + reach) * size + (x - column + reach)) * outputs;
            const to = (row * side + column) * outputs;
            for (let n = 0; n < count; n += 4) {
              const [v0, v1, v2, v3] = [values[n], values[n + 1], values[n + 2], values[n + 3]];
              const [k0, k1, k2, k3] = [
                found[n] * all + k,
                found[n + 1] * all + k,
                found[n + 2] * all + k,
                found[n + 3] * all + k,
              ];
              for (let o = 0; o < outputs; o++)
                sums[to + o] +=
                  v0 * kernels[k0 + o] + v1 * kernels[k1 + o] + v2 * kernels[k2 + o] + v3 * kernels[k3 + o];
            }
          }
      }
    return { side, channels: outputs, data: sums };
  };
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

const each =
  (change) =>
  ({ side, channels, data }) => ({ side, channels, data: data.map(change) });

const ACTIVATIONS = {
  relu: (value) => (value > 0 ? value : 0),
  leaky: (value) => (value > 0 ? value : 0.01 * value),
  elu: (value) => (value > 0 ? value : Math.expm1(value)),
};

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
        return convolution(weight, bias);
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
        return each(ACTIVATIONS[kind]);
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
