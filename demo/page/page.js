// What the pad and the tabs share: functions on `window`, in the page's head.

// A call to the server goes in, a function that asks for it comes out: one call in flight, the newest state next.
// However fast the pen, a slow server slows the updates and never piles up work. `call` is made when its turn comes, so
// it sends what is true then; it must give undefined where the server does not answer, which is tried again until it does.
window.digitDuelLatest = function (call, arrived, lost) {
  const PATIENCE = 10_000,
    FIRST_PAUSE = 500,
    LONGEST_PAUSE = 4_000; // milliseconds
  const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
  let wanted = false,
    busy = false;
  return async function ask() {
    wanted = true;
    if (busy) return;
    busy = true;
    for (let pause = FIRST_PAUSE; wanted;) {
      wanted = false;
      const answer = await Promise.race([call(), wait(PATIENCE)]);
      if (answer !== undefined) {
        pause = FIRST_PAUSE;
        arrived(answer);
      } else {
        wanted = true;
        lost();
        await wait(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
    busy = false;
  };
};

// An element goes in, and what it is to say.
window.digitDuelWrite = function (node, text) {
  if (node.textContent !== String(text)) node.textContent = text; // what stays costs no layout
};

// A tag, its attributes and what is inside go in, an element comes out; an attribute that is undefined is left out.
window.digitDuelMake = function (tag, attributes, ...content) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
  node.append(...content);
  return node;
};

// An element and sentences by name go in; what looks inside it and says them, a value for each {}, comes out.
window.digitDuelIn = (element, words) => ({
  find: (selector, inside = element) => inside.querySelector(selector),
  every: (selector, inside = element) => [...inside.querySelectorAll(selector)],
  css: (name) => getComputedStyle(element).getPropertyValue(name),
  say: (name, ...values) => values.reduce((sentence, value) => sentence.replace("{}", () => value), words[name]),
});

// Base64 goes in, its bytes come out.
window.digitDuelDecode = function (base64) {
  const text = atob(base64),
    bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i); // ten times as fast as Uint8Array.from
  return bytes;
};

// A file's name, content and type go in, and the browser saves it.
window.digitDuelSave = function (name, content, type) {
  const link = window.digitDuelMake("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

// A canvas and base64 of its pixels' ink, a byte each (nothing: no ink), go in; white ink on black is drawn.
window.digitDuelPixels = function (canvas, base64) {
  const { width, height } = canvas,
    picture = new ImageData(width, height),
    ink = window.digitDuelDecode(base64);
  for (let i = 0; i < width * height; i++) picture.data.set([ink[i], ink[i], ink[i], 255], 4 * i);
  canvas.getContext("2d").putImageData(picture, 0, 0);
};
