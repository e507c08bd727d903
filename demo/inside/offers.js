// What of this tab can be saved, as the server is asked for it: { what, asked }, where `what` is a message.

const called = (what, values) => ({ key: `figure.what.${what}`, values });

/** The layer that is shown, whole; of a convolution also its kernels: of every map, or of the one that is enlarged. */
export function layerOffers({ chain, layer: { name, map } }) {
  const offers = [layerOf("cnn", name)];
  if (chain.find((row) => row.name === name)?.kind === "Conv2d") {
    const first = chain.find(({ kind }) => kind === "Conv2d").name === name;
    const what = first ? called("kernels", { layer: name }) : called("kernels_of", { layer: name, map });
    offers.push({ what, asked: { kind: "weights", network: "cnn", layer: name, map: first ? null : map } });
  }
  return offers;
}

/** The map that is enlarged, with the cell that is chosen in it. */
export function mapOffers({ layer: { name, map, vector }, cell }) {
  if (vector) return [layerOf("cnn", name)];
  const asked = { kind: "layer", network: "cnn", layer: name, map, cell: cell ? cell.at.slice(1) : null };
  return [{ what: called("map", { layer: name, map }), asked }];
}

/** The hidden layers of the MLP as they hand on, and its logits. */
export const hiddenOffers = ({ hidden }) => hidden.map(({ name, last }) => layerOf("mlp", last ?? name));

/** What units of the MLP's first layer take from each pixel. */
export const unitOffers = ({ name, units }) => [
  { what: called("weights", { layer: name }), asked: { kind: "weights", network: "mlp", layer: name, units } },
];

/** The kernels of the first convolution. */
export const kernelOffers = ({ name }) => [
  { what: called("kernels", { layer: name }), asked: { kind: "weights", network: "cnn", layer: name } },
];

/** What each pixel brings to the logit of the MLP's digit. */
export const evidenceOffers = ({ digit }) => [
  { what: called("evidence", { digit }), asked: pixelsOf(["mlp"], "parts") },
];

/** What one method says of the pixels, of both networks. */
export const methodOffers = (method) => [
  { what: { key: `inside.method.${method}.name`, values: {} }, asked: pixelsOf(["mlp", "cnn"], method) },
];

/** A map before and after the first pooling, while the drawing moves. */
export const shiftOffers = ({ shift: { direction } }) => [
  { what: called("shift", {}), asked: { kind: "shift", direction } },
];

const pixelsOf = (networks, method) => ({ kind: "pixels", networks, method });

function layerOf(network, layer) {
  return { what: called("layer", { layer }), asked: { kind: "layer", network, layer } };
}
