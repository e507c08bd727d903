// A page without a browser, for modules that need little of one: elements that take whatever is done to them, and files read
// from the disk. Import it before them.

import { readFile } from "node:fs/promises";

/** An element: what is looked for inside it is there, made when it is first asked for. */
export class Element {
  children = [];
  classes = new Set();
  dataset = {};
  found = {}; // by selector
  hidden = false;
  listeners = {}; // by event
  style = {};
  textContent = "";

  classList = {
    add: (name) => this.classes.add(name),
    remove: (name) => this.classes.delete(name),
    contains: (name) => this.classes.has(name),
    toggle: (name, on = !this.classes.has(name)) => (on ? this.classes.add(name) : this.classes.delete(name), on),
  };

  append(...nodes) {
    this.children.push(...nodes);
  }
  prepend(...nodes) {
    this.children.unshift(...nodes);
  }
  replaceChildren(...nodes) {
    this.children = nodes;
  }
  setAttribute(name, value) {
    this[name] = value;
  }
  getAttribute(name) {
    return this[name] ?? null;
  }
  removeAttribute(name) {
    delete this[name];
  }
  querySelector(selector) {
    return (this.found[selector] ??= new Element());
  }
  querySelectorAll() {
    return [];
  }
  addEventListener(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }
  dispatch(event) {
    for (const listener of this.listeners[event] ?? []) listener({ target: this });
  }
  focus() {}
  checkVisibility() {
    return this.visible ?? true;
  }
  getContext() {
    return { putImageData() {} };
  }
}

/** All elements inside one, as far as they were put there. */
export const all = (node) => [node, ...(node.children ?? []).flatMap(all)];

export const broken = new Set(); // names of files that cannot be fetched
export const held = new Map(); // promises that files wait for, by name
export const reported = []; // errors that nobody caught
const seers = []; // what is called when an element may have come into sight

/** Elements have come into sight, or gone. */
export const look = () => seers.forEach((see) => see());

class Observer {
  constructor(see) {
    this.see = see;
  }
  observe() {}
}

Object.assign(globalThis, {
  document: Object.assign(new Element(), {
    baseURI: new URL("../../", import.meta.url).href,
    body: new Element(),
    documentElement: new Element(),
    createElement: () => new Element(),
    createElementNS: () => new Element(),
    adoptedStyleSheets: [],
  }),
  addEventListener() {},
  MutationObserver: Observer,
  ResizeObserver: Observer,
  IntersectionObserver: class extends Observer {
    observe() {
      seers.push(this.see);
    }
  },
  ImageData: class {
    data = { set() {} };
  },
  reportError: (error) => reported.push(error),
  async fetch(address) {
    const name = address.href.split("/").at(-1);
    await held.get(name);
    if (broken.has(name)) throw new Error(`${name} cannot be fetched`);
    const text = await readFile(address, "utf8");
    return { ok: true, json: async () => JSON.parse(text), text: async () => text };
  },
});
