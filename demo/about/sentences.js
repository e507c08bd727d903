// What the tab About says of two networks, whatever they are made of. `about` has, for mlp and cnn, what the server tells
// of each: layers, parameters, multiply_adds, tutorial, right; words is the speaker of the page's catalogue.

const SIDE = 28; // pixels of the image that the networks see

/** Both networks in a paragraph. */
export function intro(words, { mlp, cnn }) {
  const change = cnn.parameters / mlp.parameters - 1;
  const times = cnn.multiply_adds / mlp.multiply_adds;
  const size = change < 0 ? "fewer" : "more";
  const work = times >= 1.5 ? "times" : times < 1 ? "fewer" : "more";
  const values = { parameters: Math.abs(change), times, work: Math.abs(times - 1) };
  return [
    words.say("about.intro.same"),
    words.say(`about.intro.${size}.${work}`, values),
    words.say("about.intro.sees"),
    words.say("about.intro.live"),
  ].join(" ");
}

/** What is often told of such networks and is not so: the sentences that apply to these. */
export function otherwise(words, { mlp, cnn }, moved) {
  return [size(words, mlp), small(words, mlp, cnn), fields(words, cnn), pooling(words, cnn), kernels(words, cnn)]
    .concat(shifted(words, mlp, cnn, moved))
    .filter((sentence) => sentence);
}

const isPool = ({ kind }) => kind.endsWith("Pool2d");

function size(words, { layers, parameters, tutorial }) {
  const hidden = layers.filter(({ kind }) => kind === "Linear").length - 1;
  return tutorial && words.say("about.wrong.size", { hidden, parameters });
}

function small(words, mlp, cnn) {
  const fewer = 1 - cnn.parameters / mlp.parameters;
  const times = cnn.multiply_adds / mlp.multiply_adds;
  const told = mlp.tutorial && cnn.tutorial ? "about.wrong.small_told" : "about.wrong.small";
  return fewer > 0 && times >= 1.5 && words.say(told, { fewer, times });
}

function fields(words, { layers }) {
  if (!layers.some(isPool)) return "";
  const windows = layers.filter((layer) => layer.kind === "Conv2d" || isPool(layer));
  const each = windows.map(({ name, receptive_field }) =>
    words.say("about.wrong.field", { layer: name, pixels: receptive_field }),
  );
  const past = windows.find(({ receptive_field }) => receptive_field > SIDE);
  const values = { fields: each.join(", "), layer: past?.name };
  return words.say(past ? "about.wrong.fields_past" : "about.wrong.fields", values);
}

function pooling(words, { layers }) {
  const at = layers.findIndex(isPool);
  const cells = ({ shape }) => shape.reduce((product, side) => product * side, 1);
  return at > 0 && words.say("about.wrong.pooling", { share: 1 - cells(layers[at]) / cells(layers[at - 1]) });
}

const kernels = (words, { layers }) => layers.some(({ kind }) => kind === "Conv2d") && words.say("about.wrong.kernels");

function shifted(words, mlp, cnn, { digits, pixels }) {
  const told = cnn.right < digits ? "about.wrong.shifted" : "about.wrong.shifted_all";
  return words.say(told, { pixels, digits, cnn: cnn.right, mlp: mlp.right });
}

/** The lines of the table of results: what each says, and of every network a text, or nothing where it is not known. */
export function results(words, about, { readers }) {
  const { format, say } = words;
  const lines = {
    test_accuracy: ({ test }) => known(test.accuracy, format.share2),
    test_loss: ({ test }) => known(test.loss, format.decimal4),
    validation_accuracy: ({ validation }) => known(validation.accuracy, format.share2),
    validation_loss: ({ validation }) => known(validation.loss, format.decimal4),
    recipe: ({ recipe }) => recipe,
    data: ({ data }) => data,
    epochs: ({ epochs }) => format.count(epochs),
    seed: ({ seed }) => String(seed),
    seconds: ({ seconds }) => known(seconds, format.duration),
    device: ({ device }) => device,
    versions: ({ versions }) =>
      Object.entries(versions)
        .map((pair) => pair.join(" "))
        .join(", "),
  };
  const names = Object.keys(about);
  const none = say("about.unknown");
  const weights = [say("about.result.weights"), ...names.map((name) => origin(words, readers[name]))];
  const rows = Object.entries(lines).map(([line, text]) => {
    const cells = names.map((name) => (about[name].result && text(about[name].result)) || none);
    return [say(`about.result.${line}`), ...cells];
  });
  return [weights, ...rows];
}

const known = (value, format) => (value === null ? "" : format(value));

function origin(words, { source, run, seconds }) {
  return words.say(`about.weights.${seconds === null ? source : "moment"}`, { run, seconds });
}
