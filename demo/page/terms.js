// Terms explained where they stand: one small window for the whole page, which opens where a term is pointed at, tapped
// or in focus. It stays while the pointer is on it, and Escape closes it.

import { words } from "./catalogue.js";
import { make } from "./dom.js";
import { pieces } from "./marks.js";
import { beside } from "./place.js";

const REST = 120; // milliseconds that a pointer rests on a term before it is explained
const LINGER = 200; // in which the pointer may reach the window
const ID = "term";

const termOf = (target) => target?.closest?.("[data-term]");

/** The nodes of a text that words.marked has made: text, and a button for each term. */
export const explained = (text) => nodes(pieces(text));

function nodes(found, word) {
  return found.map((piece) => {
    if (typeof piece === "string") return piece;
    return piece.term ? termNode(piece.term, piece.text) : word(piece);
  });
}

/** A function that writes a text into an element; what stays as it is keeps its nodes. */
export const writer = (parse, word) => (node, text) => {
  if (node.dataset.marked === text) return;
  node.dataset.marked = text;
  node.replaceChildren(...nodes(parse(text), word));
};

/** Write a text in which terms are marked. */
export const explain = writer(pieces);

function termNode(term, text) {
  return make("span", { class: "term", tabindex: 0, role: "button", "data-term": term }, text);
}

/** Explain the terms of this page from now on. */
export function start() {
  const note = document.body.appendChild(make("div", { id: ID, role: "tooltip", popover: "manual", tabindex: -1 }));
  let open = null; // the term that is explained
  let pinned = false; // by a click: it stays when the pointer goes
  let point = null; // where the pointer was, of a term that is broken over two lines
  let timer;

  const seen = new IntersectionObserver((entries) => {
    if (entries.some(({ target, isIntersecting }) => target === open && !isIntersecting)) close();
  });

  function place() {
    const { offsetWidth: width, offsetHeight: height } = note;
    const boxes = [...open.getClientRects()];
    const box = boxes.find(({ top, bottom }) => point && top <= point.y && point.y <= bottom) ?? boxes[0];
    if (!box) return close();
    const view = { width: document.documentElement.clientWidth, height: innerHeight };
    const { left, top } = beside(box, { width, height }, view);
    note.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
  }

  function show(term) {
    clearTimeout(timer);
    if (term === open) return;
    close();
    const { term: key } = term.dataset;
    if (!words.has(`term.${key}.word`)) return;
    open = term;
    note.replaceChildren(make("b", {}, words.say(`term.${key}.word`)), " ", words.say(`term.${key}.means`));
    term.setAttribute("aria-describedby", ID);
    note.showPopover?.();
    note.classList.add("open");
    place();
    seen.observe(term);
    addEventListener("scroll", place, { passive: true, capture: true });
    addEventListener("resize", place);
  }

  function close() {
    clearTimeout(timer);
    if (!open) return;
    seen.unobserve(open);
    open.removeAttribute("aria-describedby");
    open = null;
    pinned = false;
    note.classList.remove("open");
    note.hidePopover?.();
    removeEventListener("scroll", place, { capture: true });
    removeEventListener("resize", place);
  }

  const soon = (action, time) => {
    clearTimeout(timer);
    timer = setTimeout(action, time);
  };

  document.addEventListener("pointerover", ({ target, pointerType, clientX, clientY }) => {
    if (pointerType === "touch") return;
    const term = termOf(target);
    if (term) {
      point = { x: clientX, y: clientY };
      if (!pinned || term === open) soon(() => show(term), term === open ? 0 : REST);
    } else if (note.contains(target)) clearTimeout(timer);
    else if (!pinned && !open?.matches(":focus-visible")) soon(close, LINGER);
  });
  document.addEventListener("focusin", ({ target }) => {
    const term = termOf(target);
    if (!term) return;
    point = null;
    show(term);
  });
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (target === open && !note.contains(relatedTarget)) close();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (open && !note.contains(target) && termOf(target) !== open) close();
  });
  document.addEventListener("click", (event) => {
    const term = termOf(event.target);
    if (!term) return;
    event.preventDefault(); // within a label it would be a click on what is labelled
    if (pinned && term === open) return close();
    show(term);
    pinned = true;
  });
  addEventListener(
    "keydown",
    (event) => {
      const term = termOf(event.target);
      if (event.key === "Escape" && open) {
        close();
      } else if (term && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        term.click();
      } else return;
      event.stopImmediatePropagation(); // Escape means nothing else then
    },
    { capture: true },
  );
}
