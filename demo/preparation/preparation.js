// The pad's verdicts and a visitor's switches go in, the steps of the preparation are asked for and shown.
const { largest, tooLarge, lost } = props;
const { find, every } = window.digitDuelIn(element);
const [chooser, back] = every(".button"),
  switches = every("[role=switch]");
let picture = null; // a file, or none: the drawing on the pad
let stale = true;

function say(problem) {
  find(".problem").textContent = problem;
  find(".steps").hidden = problem !== "";
}

function show({ problem = "", stages = [] }) {
  say(problem);
  for (const { name, picture, small, size, image, verdicts } of stages) {
    const row = find(`[data-step=${name}]`);
    row.classList.toggle("small", small);
    find("img", row).src = picture;
    find("figcaption", row).textContent = size;
    window.digitDuelPixels(find("canvas", row), image);
    for (const [network, { digit, percent }] of Object.entries(verdicts)) {
      const line = find(`[data-network=${network}]`, row);
      find("b", line).textContent = digit;
      line.lastChild.textContent = percent;
    }
  }
  for (const { name, checked } of switches) find(`[data-step=${name}]`).classList.toggle("off", !checked);
}

const refresh = window.digitDuelLatest(
  () => {
    const steps = Object.fromEntries(switches.map(({ name, checked }) => [name, checked]));
    return server.prepare(picture ? { binary: true, data: { picture, steps: JSON.stringify(steps) } } : steps);
  },
  show,
  () => say(lost),
);

// Only a tab that is seen costs anything, and all its stages cost ten times a verdict: it waits for the pen to rest. A
// picture stays while only the networks are others, and is not sent again before these rest too.
const REST = 150,
  LONG_REST = 2000; // milliseconds
const drawing = () => document.querySelector("#seen canvas").toDataURL();
let rest, before; // before: the drawing when the picture was chosen
function drawn() {
  const file = picture && drawing() === before ? picture : null;
  clearTimeout(rest);
  rest = setTimeout(read, file ? LONG_REST : REST, file);
}

function changed() {
  stale = !element.checkVisibility();
  if (!stale) refresh();
}

function read(file) {
  clearTimeout(rest);
  picture = file;
  before = file && drawing();
  back.hidden = !file;
  switches.find(({ name }) => name === "pen").disabled = Boolean(file); // a picture's pen is as it is
  changed();
}

chooser.lastChild.addEventListener("change", ({ target }) => {
  const [file] = target.files;
  target.value = ""; // so that the same file can be chosen again
  if (file?.size > largest) say(tooLarge);
  else if (file) read(file);
});
back.addEventListener("click", () => read(null));
for (const box of switches) box.addEventListener("change", changed);
document.addEventListener("digit-duel:verdict", drawn);
new IntersectionObserver(() => stale && changed()).observe(element);
