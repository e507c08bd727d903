// The tab: the list of the lessons, and what a teacher wants of it.

import { words } from "./words.js";
import { make, within } from "../page/dom.js";
import { first, page } from "../page/state.js";
import { LESSONS } from "./course/index.js";
import { kept } from "./kept.js";
import { write } from "./prose.js";

/** Start the component. */
export function start({ element }) {
  const { find, every } = within(element);
  const teach = find("[data-do=teach]");

  function place(id) {
    const left = kept().places[id];
    return left && !kept().done.includes(id) && left.step > 0 ? left : { id, step: 0, bets: {} };
  }

  function begin(id, more = {}) {
    page.set({ lesson: place(id), ...more });
  }

  function row({ id, texts, minutes }, number) {
    const at = `lesson.${id}`;
    const claim = make("p", { class: "claim" });
    write(claim, words.marked(`${at}.claim`));
    const title = make("h3", {}, `${number + 1}. ${words.say(`${at}.title`)}`);
    const state = make("span", { class: "state" });
    const go = make("button", { type: "button", class: "button", "data-begin": id });
    go.addEventListener("click", () => begin(id));
    const source = make("p", { class: "help" }, words.say(`lesson.source.${texts.join("_")}`));
    return make(
      "li",
      { "data-lesson": id },
      make("div", {}, title, source, claim),
      make("div", { class: "go" }, go, make("small", {}, words.say("lesson.list.minutes", { count: minutes })), state),
      teacher(id),
    );
  }

  /** What a teacher sees of a lesson: a link, the large view, and the answer, hidden. */
  function teacher(id) {
    const link = make("button", { type: "button", class: "button", "data-do": "link" }, words.say("lesson.list.link"));
    link.addEventListener("click", () => copy(id));
    const large = make(
      "button",
      { type: "button", class: "button", "data-do": "large" },
      words.say("lesson.list.large"),
    );
    large.addEventListener("click", () => page.set({ lesson: { id, step: 0, bets: {} }, presenting: true }));
    const answer = make("p", {});
    write(answer, words.marked(`lesson.${id}.home`));
    const hidden = make("details", {}, make("summary", {}, words.say("lesson.list.answer")), answer);
    return make("div", { class: "teacher", hidden: "" }, link, large, hidden);
  }

  async function copy(id) {
    const { encode } = await import("../link/link.js");
    const address = new URL(location.href);
    address.hash = encode({ ...first, lesson: { id, step: 0, bets: {} } });
    const title = words.say(`lesson.${id}.title`);
    try {
      await navigator.clipboard.writeText(address.href);
      announce(words.say("lesson.list.copied", { title }));
    } catch {
      announce(words.say("lesson.list.not_copied", { link: address.href })); // in a frame, or without a safe connection
    }
  }

  const announce = (text) => (find("[role=status]").textContent = text);

  function show() {
    const { done, places } = kept();
    const now = page.get().lesson?.id;
    for (const row of every("[data-lesson]")) {
      const { lesson: id } = row.dataset;
      const begun = id === now || places[id]?.step > 0;
      row.classList.toggle("now", id === now);
      const key = done.includes(id) ? "again" : begun ? "go_on" : "begin";
      find("[data-begin]", row).textContent = words.say(`lesson.list.${key}`);
      find(".state", row).textContent = done.includes(id) ? words.say("lesson.list.done") : "";
    }
  }

  teach.addEventListener("click", () => {
    const on = teach.ariaPressed !== "true";
    teach.ariaPressed = String(on);
    find(".taught").hidden = !on;
    for (const one of every(".teacher")) one.hidden = !on;
  });

  find(".list").replaceChildren(...LESSONS.map(row));
  show();
  page.subscribe(["lesson"], () => setTimeout(show)); // after it was kept
}
