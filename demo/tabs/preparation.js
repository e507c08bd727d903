// The pad's verdicts and a visitor's switches go in, the steps of the preparation are asked for and shown.
const { largest, tooLarge, lost } = props;
const find = (selector) => element.querySelector(selector);
const [chooser, back] = element.querySelectorAll(".button");
const switches = [...element.querySelectorAll("[role=switch]")];
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
    row.querySelector("img").src = picture;
    row.querySelector("figcaption").textContent = size;
    window.digitDuelPixels(row.querySelector("canvas"), image);
    for (const [network, { digit, percent }] of Object.entries(verdicts)) {
      const line = row.querySelector(`[data-network=${network}]`);
      line.querySelector("b").textContent = digit;
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

// Only a tab that is seen costs anything, and all its stages cost ten times a verdict: it waits for the pen to rest.
const REST = 150; // milliseconds
let rest;
function drawn() {
  clearTimeout(rest);
  rest = setTimeout(read, REST, null);
}

function changed() {
  stale = !element.checkVisibility();
  if (!stale) refresh();
}

function read(file) {
  clearTimeout(rest);
  picture = file;
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
