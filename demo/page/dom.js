// Small helpers for elements, bytes and files, which every part of the page uses.

/** Set an element's text; text that stays as it is costs no layout. */
export function write(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

/** A new element with these attributes and content; an attribute that is undefined is left out. */
export function make(tag, attributes, ...content) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
  node.append(...content);
  return node;
}

/** The same of SVG. */
export function drawn(tag, attributes, ...content) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...content);
  return node;
}

/** The first element that matches, once there is one. */
export const there = (selector) =>
  new Promise((found) => {
    const look = () => document.querySelector(selector);
    if (look()) return found(look());
    const observer = new MutationObserver(() => {
      if (!look()) return;
      observer.disconnect();
      found(look());
    });
    observer.observe(document.body, { subtree: true, childList: true });
  });

/** Ways to look inside an element: { find, every, css }. */
export const within = (element) => ({
  find: (selector, inside = element) => inside.querySelector(selector),
  every: (selector, inside = element) => [...inside.querySelectorAll(selector)],
  css: (name) => getComputedStyle(element).getPropertyValue(name),
});

/** What a visitor who was quicker than the module chose among radio buttons; undefined where nobody did. */
export const early = (choices) => choices.find(({ checked, defaultChecked }) => checked && !defaultChecked)?.value;

/** Call `take` with each file that is chosen, also with one that was before the module came. */
export function chooser(input, take) {
  function chosen() {
    const [file] = input.files;
    input.value = ""; // so that the same file can be chosen again
    if (file) take(file);
  }
  input.addEventListener("change", chosen);
  chosen();
}

/** The bytes that base64 stands for. */
export function decode(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i); // ten times as fast as Uint8Array.from
  return bytes;
}

/** Let the browser save a file. */
export function save(name, content, type) {
  const link = make("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Draw an image's ink, a byte a pixel (base64, or the bytes), white on black; an empty string is an image without ink. */
export function pixels(canvas, bytes) {
  const { width, height } = canvas;
  const picture = new ImageData(width, height);
  const ink = typeof bytes === "string" ? decode(bytes) : bytes;
  for (let i = 0; i < width * height; i++) picture.data.set([ink[i], ink[i], ink[i], 255], 4 * i);
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
