// The panel that makes a link: what it hides, how it looks, its QR code, and a line that shows a part in another page.

import { words } from "../page/catalogue.js";
import { decode, make, within, write } from "../page/dom.js";
import { latest } from "../page/latest.js";
import { encode } from "./link.js";
import { page } from "../page/state.js";
import { names } from "../page/tabs.js";

const PARTS = ["samples", "bars", "answers"]; // that can be hidden, besides tabs
const THEMES = ["", "light", "dark"];
const LONGEST = 1000; // characters of an address whose code can be read from a screen
const EDGE = 4; // modules around a code

/** What a frame shows: what it leaves out for that, and how high it is in pixels. */
const FRAMES = {
  all: { without: [], height: 900 },
  pad: { without: ["title", "tabs"], height: 640 },
  tab: { without: ["title", "pad", "row"], height: 800 },
  lesson: { without: ["title", "row"], height: 900 },
};

/** The address of the page in this state, for others: bets are theirs to make. */
export function address(state) {
  const { lesson } = state;
  const text = encode({ ...state, lesson: lesson && { ...lesson, bets: {} } });
  return `${location.origin}${location.pathname}${text && `#${text}`}`;
}

/** A line of HTML that shows an address in a frame; nothing in an address needs more than this to stand in it. */
const frame = (address, height) =>
  `<iframe src="${address.replaceAll("&", "&amp;")}" title="${words.say("page.title")}" width="100%" ` +
  `height="${height}" style="border: 0" allow="fullscreen"></iframe>`;

/** The modules of a QR code, base64 of bits row by row, as the path of a drawing in which a module is a unit. */
export function outline({ size, modules }) {
  const bytes = decode(modules);
  const dark = (x, y) => x < size && (bytes[(y * size + x) >> 3] >> (7 - ((y * size + x) & 7))) & 1;
  let path = "";
  for (let y = 0; y < size; y++)
    for (let x = 0, end; x < size; x = end + 1) {
      for (end = x; dark(end, y);) end++;
      if (end > x) path += `M${x} ${y}h${end - x}v1h${x - end}z`;
    }
  return path;
}

/** Make the panel; what it returns opens it. `server.qr` gives the modules of a text's code. */
export function panel(server) {
  const dialog = make("dialog", { id: "share", "aria-labelledby": "share-title" });
  dialog.innerHTML = html();
  document.body.append(dialog);
  const { find, every } = within(dialog);
  const links = { link: find("[name=link]"), frame: find("[name=frame]") };
  const chosen = (name) => every(`[name=${name}]:checked`).map(({ value }) => value);

  function state() {
    return {
      ...page.get(),
      hidden: chosen("hide"),
      theme: find("[name=theme]").value,
      presenting: find("[name=present]").checked,
    };
  }

  const ask = latest(
    async () => {
      const text = links.link.value;
      const fits = text.length <= LONGEST;
      const code = fits ? await server.qr({ text }) : { problem: { key: "link.qr.long", values: {} } };
      return code && { text, code };
    },
    ({ text, code }) => {
      if (text !== links.link.value) return;
      write(find(".qr p"), words.tell(code.problem));
      find(".qr svg").classList.remove("old");
      find(".qr svg").toggleAttribute("hidden", !code.modules);
      if (!code.modules) return;
      find(".qr svg").setAttribute("viewBox", [-EDGE, -EDGE, code.size + 2 * EDGE, code.size + 2 * EDGE].join(" "));
      find(".qr path").setAttribute("d", outline(code));
    },
    () => write(find(".qr p"), words.say("link.qr.lost")),
  );

  function compose() {
    const now = state();
    const before = links.link.value;
    links.link.value = address(now);
    if (links.link.value !== before) find(".qr svg").classList.add("old"); // until the code of this link is there
    const { without, height } = FRAMES[find("[name=what]").value];
    const hidden = [...new Set([...now.hidden, ...without])];
    links.frame.value = frame(address({ ...now, hidden, presenting: false }), height);
    every(".copied").forEach((node) => write(node, ""));
    ask();
  }

  async function copy(name) {
    const field = links[name];
    field.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(field.value);
      done = true;
    } catch {
      done = document.execCommand("copy"); // in a frame, or over plain HTTP
    }
    write(find(`.copied[data-of=${name}]`), words.say(done ? "link.copied" : "link.not_copied"));
  }

  for (const button of every("[data-copy]")) button.addEventListener("click", () => copy(button.dataset.copy));
  find("[data-do=close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("input", ({ target }) => Object.values(links).includes(target) || compose());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it

  return function show() {
    const { hidden, theme, presenting, lesson } = page.get();
    find(".tabs").replaceChildren(...names().map((name) => box("hide", name, words.say(`page.tab.${name}`))));
    for (const input of every("[name=hide]")) input.checked = hidden.includes(input.value);
    find("[name=theme]").value = theme;
    find("[name=present]").checked = presenting;
    find("[value=lesson]").hidden = !lesson;
    if (!lesson && find("[name=what]").value === "lesson") find("[name=what]").value = "all";
    find(".local").hidden = !/^(localhost|127\.|\[::1\])/.test(location.hostname);
    dialog.showModal();
    compose();
  };
}

const box = (name, value, label) =>
  make("label", {}, make("input", { type: "checkbox", name, value }), make("span", {}, label));

function html() {
  const { say } = words;
  const option = (value, label) => `<option value="${value}">${label}</option>`;
  const themes = THEMES.map((theme) => option(theme, say(`link.theme.${theme || "system"}`))).join("");
  const frames = Object.keys(FRAMES)
    .map((what) => option(what, say(`link.frame.${what}`)))
    .join("");
  const parts = PARTS.map((part) => box("hide", part, say(`link.part.${part}`)).outerHTML).join("");
  const button = (name) => `<button type="button" data-copy="${name}">${say("link.copy")}</button>`;
  const copied = (name) => `<p class="copied" data-of="${name}" role="status"></p>`;
  return `
    <h2 id="share-title">${say("link.title")}</h2>
    <button type="button" data-do="close" aria-label="${say("link.close")}">×</button>
    <p class="help">${say("link.help")}</p>
    <div class="line"><input type="text" name="link" readonly aria-label="${say("link.link")}">${button("link")}</div>
    ${copied("link")}
    <p class="help local">${say("link.local")}</p>
    <div class="halves">
      <figure class="qr"><svg role="img" aria-label="${say("link.qr.label")}" hidden><path/></svg><p class="help"></p></figure>
      <div>
        <fieldset><legend>${say("link.hide")}</legend>${parts}</fieldset>
        <fieldset><legend>${say("link.hide_tabs")}</legend><div class="tabs"></div></fieldset>
        <label class="theme">${say("link.theme.label")} <select name="theme">${themes}</select></label>
        <label><input type="checkbox" name="present"><span>${say("link.present")}</span></label>
      </div>
    </div>
    <h3>${say("link.frame.title")}</h3>
    <label class="what">${say("link.frame.what")} <select name="what">${frames}</select></label>
    <div class="line"><input type="text" name="frame" readonly aria-label="${say("link.frame.line")}">${button("frame")}</div>
    ${copied("frame")}
    <p class="help">${say("link.frame.help")}</p>`;
}
