// The card of the lesson under way.

import { words } from "./words.js";
import { make, within, write as plainly } from "../page/dom.js";
import { fetchedOnce } from "../page/files.js";
import { report } from "../page/latest.js";
import { plain } from "./naming.js";
import { lightNamed, write } from "./prose.js";
import { leader } from "./sight.js";

const SIGNS = { fold: "–", unfold: "+", back: "←", leave: "×" };

// The second click of a double click was not meant for what the first one brought.
const press = (node, act) => node.addEventListener("click", (event) => event.detail > 1 || act(event));

const button = (name) => make("button", { type: "button", "data-do": name }, words.say(`lesson.card.${name}`));

const sign = (name, attributes = {}) => {
  const told = words.say(`lesson.card.${name}`);
  return make(
    "button",
    { type: "button", "data-do": name, "aria-label": told, title: told, ...attributes },
    SIGNS[name],
  );
};

/** Its node and ways to show something in it; `acts` are what its buttons do. */
export function view(acts) {
  const node = make("section", { id: "lesson", hidden: "", tabindex: -1 });
  const { find } = within(node);
  const tools = make("div", { class: "tools" }, sign("fold", { "aria-expanded": "true" }), sign("back"), sign("leave"));
  const other = make("button", { type: "button", "data-do": "other" });
  const where = make("h2", {}, make("b", {}), " ", make("small", {}));
  const body = make(
    "div",
    { class: "body" },
    make("p", { class: "quote" }),
    make("p", { class: "say", tabindex: -1 }),
    make("p", { class: "ask", id: "lesson-ask" }),
    make("div", { class: "choices", role: "group", "aria-labelledby": "lesson-ask" }),
    make("div", { class: "told", role: "status" }, make("p", { class: "outcome" }), make("p", { class: "why" })),
    make(
      "details",
      { class: "code" },
      make("summary", {}, words.say("lesson.card.code")),
      make("pre", {}, make("code", {})),
    ),
    make(
      "p",
      { class: "onwards" },
      button("next"),
      other,
      button("list"),
      make("span", { class: "wait", role: "status" }),
    ),
  );
  node.append(make("header", {}, where, tools), body);
  lightNamed(node);

  for (const name of ["back", "leave"]) find(`[data-do=${name}]`).addEventListener("click", () => acts[name]());
  press(find("[data-do=list]"), () => acts.list());
  press(other, () => acts.other(other.dataset.lesson));
  press(find("[data-do=next]"), ({ target }) => {
    if (target.ariaDisabled !== "true") acts.next();
  });
  find("[data-do=fold]").addEventListener("click", ({ target }) => {
    const folded = node.classList.toggle("folded");
    target.setAttribute("aria-expanded", String(!folded));
    const name = folded ? "unfold" : "fold";
    plainly(target, SIGNS[name]);
    target.ariaLabel = target.title = words.say(`lesson.card.${name}`);
  });

  // What stands in its way is moved into sight past it.
  new ResizeObserver(() =>
    document.documentElement.style.setProperty("--lesson", `${node.hidden ? 0 : node.offsetHeight}px`),
  ).observe(node);

  const text = (selector, key, values) => {
    const box = find(selector);
    box.hidden = !key || !words.has(key);
    if (!box.hidden) write(box, words.marked(key, values));
  };

  function showChoices(at, step, placed) {
    const group = find(".choices");
    group.hidden = !step?.choices;
    if (group.hidden) return group.replaceChildren();
    group.replaceChildren(
      ...step.choices.map((choice) => {
        const one = make(
          "button",
          { type: "button", "data-choice": choice, "aria-pressed": String(choice === placed) },
          plain(words.say(`${at}.choice.${choice}`)),
        );
        press(one, () => acts.choose(choice));
        return one;
      }),
    );
  }

  function showOutcome(at, quote, ended) {
    const choice = (name) => plain(words.say(`${at}.${quote.step}.choice.${name}`));
    const line = find(".outcome");
    line.hidden = !ended;
    node.classList.toggle("won", Boolean(ended?.won));
    if (!ended) return;
    const values = { bet: choice(quote.choice), right: choice(ended.right) };
    plainly(
      line,
      ended.won ? words.say("lesson.card.won", { bet: values.bet }) : words.say("lesson.card.lost", values),
    );
  }

  let shown = null; // the name of the lesson

  async function showCode(id) {
    const program = new URL(`./code/${id}.py`, import.meta.url).href;
    plainly(find("code"), "");
    const text = await fetchedOnce(program, (answer) => answer.text()).catch((error) => {
      report(error);
      return words.say("lesson.card.no_code");
    });
    if (id === shown) plainly(find("code"), text.trim());
  }

  return {
    node,
    /** Show a step, or the end of the lesson where there is none. */
    show({ lesson, place, step, quote, over, hint, told, following, may }) {
      const at = `lesson.${lesson.id}`;
      const title = words.say(`${at}.title`);
      shown = lesson.id;
      node.hidden = body.hidden = false;
      node.setAttribute("aria-label", words.say("lesson.card.label", { title }));
      node.dataset.step = step?.id ?? "end";
      node.classList.toggle("over", over);
      node.classList.toggle("end", !step);
      plainly(find("h2 b"), title);
      const count = { step: place.step + 1, steps: lesson.steps.length };
      plainly(find("h2 small"), step ? words.say("lesson.card.step", count) : words.say("lesson.card.end"));
      find("[data-do=back]").disabled = place.step === 0;
      const bet = quote && plain(words.say(`${at}.${quote.step}.choice.${quote.choice}`));
      find(".quote").hidden = !bet || over;
      if (bet) plainly(find(".quote"), words.say("lesson.card.bet", { bet }));
      if (!step) text(".say", `${at}.home`);
      else text(".say", `${at}.${step.id}.say`);
      find(".say").classList.toggle("done", over);
      text(".ask", step && `${at}.${step.id}.ask`);
      showChoices(step && `${at}.${step.id}`, step, step && place.bets[step.id]);
      find(".told").hidden = !over;
      showOutcome(at, quote, over ? told.ended : null);
      text(".why", over && step ? `${at}.${step.id}.${told.values.says ?? "why"}` : null, told.values);
      const onwards = find("[data-do=next]");
      onwards.hidden = !step || (Boolean(step.choices) && !may);
      onwards.ariaDisabled = String(!may);
      find(".wait").hidden = !step || Boolean(step.choices) || may;
      const wait = hint ? `${at}.${step.id}.hint` : `lesson.card.${step?.rests ? "wait_rest" : "wait"}`;
      plainly(find(".wait"), words.say(wait));
      find(".wait").classList.toggle("hint", Boolean(hint));
      other.hidden = Boolean(step) || !following;
      if (!other.hidden) {
        other.dataset.lesson = following;
        plainly(other, words.say("lesson.card.other", { title: words.say(`lesson.${following}.title`) }));
      }
      find("[data-do=list]").hidden = Boolean(step);
      find(".code").hidden = Boolean(step);
      if (!step) showCode(lesson.id);
    },
    /** Take the keyboard along: what there is to do is read aloud. */
    focus: () => find(".say").focus({ preventScroll: true }),
    close() {
      node.hidden = true;
    },
    /** Say that a lesson cannot begin. */
    failed() {
      const told = words.say("lesson.card.failed");
      node.hidden = false;
      body.hidden = find("[data-do=back]").disabled = true;
      node.setAttribute("aria-label", told);
      plainly(find("h2 b"), told);
      plainly(find("h2 small"), "");
      node.focus({ preventScroll: true }); // it is read aloud
    },
    /** Keep what these selectors light in sight. */
    lead: leader(node),
  };
}
