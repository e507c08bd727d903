// A visitor's settings, commands and files go in; the state of this visitor's training is asked for and shown. form.js
// makes the form, charts.js and paint.js draw. Gradio runs this once, with `element`, `server` and `props` (given in retrain.py).
const { names, words, data, columns, options, largest } = props;
const write = window.digitDuelWrite, make = window.digitDuelMake, save = window.digitDuelSave;
const decode = window.digitDuelDecode, pictures = window.digitDuelPaint;
const { find, every, say } = window.digitDuelIn(element, words);
const NETWORKS = Object.keys(names), ALIVE = ["loading", "waiting", "running", "evaluating"];
const REST = 150, LIVE = 170, UNSEEN = 1000, PAUSED = 2000; // milliseconds
const DOTS = 24; // at most, on a line

// ---- words and numbers

const whole = (value) => value.toLocaleString("en", { maximumFractionDigits: 0 });
const short = (value, digits = 3) =>
  value && (Math.abs(value) >= 1e4 || Math.abs(value) < 1e-3)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(digits)));
const nats = (value) => (value < 1e4 ? value.toFixed(3) : short(value));
const percent = (share) => `${(100 * share).toFixed(2)}\u202f%`;
const decimals = (count) => (value) => value.toFixed(count);
const clock = (seconds) =>
  seconds < 120 ? say("seconds", seconds.toFixed(seconds < 10 ? 1 : 0)) : say("minutes", Math.round(seconds / 60));
const known = (value, format = String) => (value === null || value === undefined ? words.unknown : format(value));
const listed = (value) => (Array.isArray(value) ? value.join(", ") : known(value));

// ---- what is to be trained

const setup = find(".setup");
const settings = window.digitDuelForm(setup, props, () => {
  clearTimeout(resting);
  resting = setTimeout(plan, REST);
  write(find(".next"), live() ? words.next : "");
});

function showPlan({ problem, networks }) {
  write(find(".problem", setup), [problem, ...Object.values(networks).map((one) => one.problem)].join(" ").trim());
  for (const [network, { parameters, multiply_adds, layers }] of Object.entries(networks)) {
    if (!layers) continue; // these settings make no network
    write(find(`.total[data-network=${network}] span`), say("totals", whole(parameters), whole(multiply_adds)));
    const rows = layers.map(({ name, kind, shape, parameters, multiply_adds, receptive_field }) => {
      const numbers = [parameters, multiply_adds, receptive_field].map((number) => (number ? whole(number) : ""));
      const cells = [shape.join("×"), ...numbers].map((cell) => make("td", {}, cell));
      return make("tr", {}, make("th", { scope: "row", title: kind }, name), ...cells);
    });
    find(`.layers [data-network=${network}] tbody`).replaceChildren(...rows);
  }
}

let resting;
const plan = window.digitDuelLatest(
  () => server.plan(settings()),
  showPlan,
  () => write(find(".problem", setup), words.lost),
);
find(".layers").open = matchMedia("(min-width: 961px)").matches;

// ---- asking: one call in flight, as often as something can have changed

let state = { state: "idle", networks: {}, snapshots: [] }; // the newest answer that had all of it
let now = "idle", version = 0, rows = []; // the state, of the networks, of the table
let at = null; // the snapshot to see, or the newest
let ten = -1; // which ten test images are shown
let borrowed = null; // the run that has asked for a GPU
let gone = false; // whether a run ended behind the page's back: cut off with it, or with its server
let orders = 0, asked, began, timer, stale = true, told, width = 0;
const seen = () => width > 0 && !document.hidden;
const live = () => now === "paused" || ALIVE.includes(now);
const question = () => ({ visible: seen(), at, runs: rows.at(-1)?.run ?? 0, images: ten });

function tell(what, sentence) {
  write(find(".controls .sentence"), sentence);
  if (what !== told) write(find(".controls .unseen"), sentence); // aloud once, and not with every update
  told = what;
}
const lost = () => tell("lost", words.lost);

const ask = window.digitDuelLatest(
  () => {
    asked = orders;
    began = performance.now();
    return server.watch(question());
  },
  (answer) => {
    if (asked === orders) show(answer); // or an order was answered meanwhile, and this is older
    later();
  },
  lost,
);

function later() {
  clearTimeout(timer);
  const pause = ALIVE.includes(now) ? (seen() ? LIVE : UNSEEN) : now === "paused" ? PAUSED : null;
  if (pause) timer = setTimeout(ask, Math.max(0, began + pause - performance.now()));
}

async function order(what) {
  [gone, borrowed] = [false, null];
  const answer = await server.command({ ...question(), do: what, settings: settings() });
  orders += 1;
  if (answer) return obey(answer, find(".controls .problem"));
  lost();
  ask();
}

function obey(answer, problem) {
  for (const place of every(".live .problem")) write(place, place === problem ? answer.problem : "");
  show(answer);
  ask(); // it tells nothing of the past that is looked at, and does not go on by itself
}

for (const button of every("[data-do]"))
  button.addEventListener("click", () => {
    if (button.ariaDisabled === "true") return;
    if (["start", "batch", "epoch", "shipped"].includes(button.dataset.do)) [at, ten] = [null, -1];
    order(button.dataset.do);
  });
document.addEventListener("visibilitychange", () => stale && seen() && ask());
new ResizeObserver(([{ contentRect }]) => {
  width = contentRect.width; // 0: another tab is open
  if (stale && seen()) ask();
}).observe(element);

// ---- the state of the training

function show(answer) {
  stale = !answer.networks;
  if (answer.version !== version) {
    version = answer.version;
    document.dispatchEvent(new CustomEvent("digit-duel:network", { detail: { version, yours: answer.yours } }));
  }
  if (answer.borrow && answer.borrow !== borrowed) {
    borrowed = answer.borrow;
    trigger("input"); // an event of the visitor's, at whose expense a Space lends its GPU
  }
  gone = answer.state === "idle" && (gone || live());
  tell(answer.state, gone ? words.gone : answer.sentence);
  now = answer.state;
  if (answer.table) showTable(answer.table);
  showControls(answer);
  if (!answer.networks) return;
  find(".controls progress").value = answer.progress;
  write(find(".controls .left"), answer.left === null ? "" : say("left", clock(answer.left)));
  write(find(".controls .note"), answer.note);
  showResults(answer.networks);
  const running = Object.keys(answer.networks);
  if (!running.length && ALIVE.includes(now)) return; // what an earlier run came to stays until there is something new
  for (const network of NETWORKS) find(".live").classList.toggle(network, running.includes(network));
  find(".live").classList.toggle("shown", running.length > 0);
  state = answer;
  paint();
  showTravel();
  showExamples(answer);
  for (const [network, { confusion, ...numbers }] of Object.entries(answer.networks)) {
    showNumbers(network, numbers);
    if (confusion) showConfusion(network, confusion);
  }
}

function showControls({ yours }) {
  const alive = ALIVE.includes(now), focused = document.activeElement;
  const primary = find(".primary"), does = { running: "pause", paused: "resume" }[now] ?? "start";
  primary.dataset.do = does;
  write(primary, words[does]);
  primary.ariaDisabled = alive && now !== "running"; // never disabled, so that the keyboard can stay on it
  find("[data-do=batch]").disabled = find("[data-do=epoch]").disabled = alive;
  find("[data-do=stop]").disabled = !live();
  find("[data-do=shipped]").disabled = live() || !NETWORKS.some((network) => yours[network]);
  for (const network of NETWORKS) {
    const trained = rows.some((row) => row.network === network) || (!live() && yours[network]);
    find(`[data-download=${network}]`).disabled = !trained;
  }
  find(".keep input").disabled = live();
  if (!live()) write(find(".next"), "");
  if (focused?.disabled) primary.focus({ preventScroll: true }); // or the keyboard would be nowhere
  find(".controls").dataset.state = now;
}

const NUMBERS = {
  epoch: ({ epoch, epochs }) => say("of", whole(epoch), whole(epochs)),
  step: ({ step, steps }) => say("of", whole(step), whole(steps)),
  seconds: ({ seconds }) => decimals(1)(seconds),
  loss: ({ loss }) => known(loss, nats),
  accuracy: ({ accuracy }) => known(accuracy, percent),
  validation: ({ validation }) => known(validation, percent),
  learning_rate: ({ learning_rate }) => known(learning_rate, short),
  speed: ({ speed }) => known(speed, whole),
};

function showNumbers(network, numbers) {
  for (const [name, format] of Object.entries(NUMBERS))
    write(find(`[data-number=${name}] [data-network=${network}]`), format(numbers));
}

function showResults(networks) {
  const scores = ({ accuracy, loss }) => [percent(accuracy), say("with_loss", decimals(4)(loss))];
  const cell = (parts) => make("td", {}, ...parts.map((part) => make("span", {}, part)));
  const finished = Object.entries(networks).filter(([, { result }]) => result);
  find(".result").hidden = finished.length === 0;
  find(".result tbody").replaceChildren(
    ...finished.map(([network, { result: { test, shipped, promise } }]) => {
      const cells = [scores(test), shipped ? scores(shipped) : [words.mnist_only], [promise || words.mnist_only]];
      return make("tr", { "data-network": network }, make("th", { scope: "row" }, names[network]), ...cells.map(cell));
    }),
  );
}

// ---- charts

// Pictures take longer than all the words: while a run is alive, those out of view are drawn once a second.
const inView = new Set();
let painted = 0; // when all were
const view = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) inView[isIntersecting ? "add" : "delete"](target);
  paint();
});
for (const figure of every(".chart, .first")) view.observe(figure);

function paint() {
  const all = !ALIVE.includes(now) || performance.now() > painted + UNSEEN;
  if (all) painted = performance.now();
  const due = (figure) => all || inView.has(figure);
  const weights = every(".first").filter((figure) => state.networks[figure.dataset.network] && due(figure));
  const colours = weights.length ? pictures.tables(element) : null;
  for (const figure of weights) showFirst(figure, state.networks[figure.dataset.network].first, colours);
  const drawn = every(".chart").filter(due);
  if (drawn.length) showCharts(drawn);
}

const draw = {}, scales = window.digitDuelScales;
for (const svg of every(".chart svg"))
  draw[svg.parentElement.dataset.chart] = window.digitDuelChart(svg, words.clock);
const earlier = new Map(); // curves of the runs that are ticked, by run

function showCharts(figures) {
  const moment = at === null ? null : state.snapshots.find(({ id }) => id === at)?.seconds ?? null;
  const loss = [], accuracy = [], rate = [];
  for (const [run, network] of ticked()) {
    const curves = run !== state.run && earlier.get(run)?.[network];
    if (!curves) continue;
    const line = { key: `${run} ${network}`, kind: "earlier", network, label: say("run", run) };
    loss.push({ ...line, x: curves.x, y: curves.smooth });
    accuracy.push({ ...line, ...curves.validation });
    rate.push({ ...line, x: curves.x, y: curves.rate });
  }
  for (const [network, { curves }] of Object.entries(state.networks)) {
    const line = (kind, x, y, format) => {
      const label = format && y.length ? `${names[network]} ${format(y.at(-1))}` : "";
      return { key: `${network} ${kind}`, kind, network, x, y, label };
    };
    const { x, validation } = curves, apart = Math.ceil(validation.x.length / DOTS);
    const some = (values) => values.filter((_, i) => (values.length - 1 - i) % apart === 0);
    loss.push(line("raw", x, curves.loss), line("strong", x, curves.smooth, nats));
    accuracy.push(line("thin", x, curves.accuracy));
    accuracy.push(line("strong", validation.x, validation.y, (share) => `${(100 * share).toFixed(1)}\u202f%`));
    accuracy.push(line("dots", some(validation.x), some(validation.y)));
    rate.push(line("strong", x, curves.rate, (value) => short(value, 2)));
  }
  const content = { loss: [scales.log, loss], accuracy: [scales.accuracy, accuracy], rate: [scales.linear, rate] };
  for (const { dataset: { chart } } of figures) draw[chart](...content[chart], moment);
}

// ---- time travel

const slider = find(".travel input");

function showTravel() {
  const { snapshots } = state;
  if (at !== null && !snapshots.some(({ id }) => id === at)) at = state.at; // it is not kept any more: the nearest
  const place = snapshots.findIndex(({ id }) => id === at);
  slider.max = Math.max(0, snapshots.length - 1);
  slider.value = place < 0 ? slider.max : place;
  slider.disabled = snapshots.length < 2;
  const moment = place < 0 ? words.now : clock(snapshots[place].seconds);
  write(find(".travel output"), moment);
  slider.setAttribute("aria-valuetext", moment);
}

slider.addEventListener("input", () => {
  const wanted = state.snapshots[slider.valueAsNumber];
  at = !wanted || slider.value === slider.max ? null : wanted.id;
  showTravel();
  paint();
  ask();
});

// ---- digits, weights and mistakes

function showExamples({ images, examples_version, networks }) {
  if (images) {
    ten = examples_version;
    every(".examples canvas").forEach((canvas, i) => window.digitDuelPixels(canvas, images[i]));
  }
  for (const [network, { examples }] of Object.entries(networks)) {
    const truths = every(".examples .labels td"), cells = every(`.examples [data-network=${network}] td`);
    examples.forEach(({ label, digit }, i) => {
      write(truths[i], label);
      write(cells[i], digit === label ? digit : say("wrong", digit));
      cells[i].classList.toggle("wrong", digit !== label);
    });
    write(cells.at(-1), say("reads", examples.filter(({ label, digit }) => label === digit).length));
  }
}

function showFirst(figure, { count, side, of, largest, weights }, colours) {
  const values = decode(weights), size = side * side;
  every("canvas", figure).forEach((canvas, i) => {
    canvas.hidden = i >= count;
    if (i >= count) return;
    const bytes = values.subarray(i * size, (i + 1) * size);
    pictures.small(canvas, { width: side, height: side, signed: true, bytes }, colours);
  });
  const [what, pixels] = figure.dataset.network === "mlp" ? ["units", size] : ["kernels", `${side}×${side}`];
  write(find("figcaption", figure), `${say(what, count, of, pixels)} ${say("signed", short(largest))}`);
}

function showConfusion(network, { counts, digits }) {
  const mistakes = counts.flatMap((row, i) => row.filter((_, j) => i !== j)), most = Math.max(1, ...mistakes);
  const cells = every(`.confusion[data-network=${network}] tbody td`);
  counts.flat().forEach((count, i) => {
    const right = i % 11 === 0; // on the diagonal
    write(cells[i], count || "");
    cells[i].classList.toggle("right", right);
    const share = right ? "0" : (count && 0.25 + (0.75 * count) / most).toFixed(2);
    if (cells[i].style.getPropertyValue("--share") !== share) cells[i].style.setProperty("--share", share);
  });
  write(find(`.confusion[data-network=${network}] figcaption`), say("confusion_help", whole(digits)));
}

// ---- this visit's runs

const runs = find(".runs");
const labels = {}; // of the options, by name
for (const option of Object.values(options).flatMap((part) => Object.values(part).flat()))
  labels[option.name] = option.label;

// [[run, network], ...]
function ticked() {
  return every("tbody input:checked", runs).map(({ dataset: { run, network } }) => [Number(run), network]);
}

const CELLS = {
  network: (network) => names[network],
  changed: (changed) => changed.map((name) => labels[name]).join(", "),
  data: (name) => data[name],
  seconds: decimals(1),
  epochs: whole,
  parameters: whole,
  multiply_adds: whole,
  validation_accuracy: percent,
  test_accuracy: percent,
  test_loss: decimals(4),
};

function showTable(table) {
  const before = new Set(ticked().map(String));
  rows = table;
  if (!rows.length) earlier.clear(); // another server numbers its runs anew
  runs.hidden = rows.length === 0;
  find("tbody", runs).replaceChildren(
    ...rows.map((row) => {
      const { run, network } = row, label = say("compare", run, names[network]);
      const box = make("input", { type: "checkbox", "data-run": run, "data-network": network, "aria-label": label });
      box.checked = before.has(`${run},${network}`);
      const cells = Object.keys(columns).map((column) =>
        make("td", { "data-column": column }, known(row[column], CELLS[column])),
      );
      return make("tr", { "data-network": network }, make("td", {}, make("label", {}, box)), ...cells);
    }),
  );
  showDifferences();
}

runs.addEventListener("change", async () => {
  for (const [run] of ticked())
    if (!earlier.has(run)) {
      const answer = await server.curves({ run });
      if (answer?.networks) earlier.set(run, answer.networks);
    }
  paint();
  showDifferences();
});

function showDifferences() {
  const compared = ticked().map(([run, network]) => rows.find((row) => row.run === run && row.network === network));
  const all = new Set(compared.flatMap(({ settings }) => Object.keys(settings)));
  const lines = [...all].map((name) => [name, ...compared.map(({ settings }) => listed(settings[name]))]);
  const different = lines.filter(([, ...values]) => new Set(values).size > 1);
  const heads = compared.map(({ run, network }) => `${names[network]}, ${say("run", run)}`);
  const head = make("tr", {}, make("td", {}), ...heads.map((cell) => make("th", { scope: "col" }, cell)));
  const body = different.map(([name, ...values]) =>
    make("tr", {}, make("th", { scope: "row" }, labels[name]), ...values.map((value) => make("td", {}, value))),
  );
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
  find(".differ").hidden = compared.length < 2;
  find(".differ .wide").replaceChildren(different.length ? table : make("p", { class: "help" }, words.same));
}

// ---- files: a table, a trained network there and back

// RFC 4180: what holds a comma, a quote or a line's end stands in quotes, and its quotes are doubled.
function csv(lines) {
  const cell = (value) => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

find("[data-export]").addEventListener("click", () => {
  const told = Object.keys(columns), set = [...new Set(rows.flatMap(({ settings }) => Object.keys(settings)))];
  const lines = rows.map((row) => [...told.map((name) => row[name]), ...set.map((name) => row.settings[name])]);
  save("digit-duel-runs.csv", csv([[...told, ...set.map((name) => `setting ${name}`)], ...lines]), "text/csv");
});

const keeping = find(".keep .problem");
for (const button of every("[data-download]"))
  button.addEventListener("click", async () => {
    const answer = await server.archive({ network: button.dataset.download });
    write(keeping, answer ? (answer.problem ?? "") : words.lost);
    if (answer?.content) save(answer.name, decode(answer.content), "application/zip");
  });

find(".keep input").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  target.value = ""; // so that the same file can be chosen again
  if (!file) return;
  if (file.size > largest) return write(keeping, say("too_large", largest / 2 ** 20));
  const answer = await server.load({ binary: true, data: { file } });
  orders += 1;
  if (!answer?.state) return write(keeping, answer?.problem ?? words.lost);
  at = null;
  obey(answer, keeping);
  if (!answer.problem) write(keeping, answer.sentence); // which file it was that is read with now
});

plan();
