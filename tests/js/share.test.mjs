// The panel that makes a link: its QR code is that of the link that stands beside it, or none is shown.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { clock, settle } from "./clock.mjs";
import { Element } from "./page.mjs";

globalThis.location = { origin: "https://school.example", pathname: "/", hostname: "school.example" };
Element.prototype.showModal = () => {};
Element.prototype.toggleAttribute = function (name, on) {
  this[name] = on;
};
const { panel } = await import("../../demo/link/share.js");
const { words } = await import("../../demo/page/catalogue.js");

const CODE = { size: 1, modules: "gA==" }; // one dark module
let time, asked, dialog, svg, said;

beforeEach(async () => {
  time = clock();
  asked = [];
  const show = panel({ qr: ({ text }) => new Promise((answer) => asked.push({ text, answer })) });
  dialog = document.body.children.at(-1);
  svg = dialog.querySelector(".qr svg");
  svg.hidden = true;
  said = dialog.querySelector(".qr p");
  for (const [name, value] of Object.entries({ what: "all", theme: "", link: "" }))
    dialog.querySelector(`[name=${name}]`).value = value;
  show();
  await settle();
});

afterEach(() => time.stop());

const shown = () => !svg.hidden && !svg.classes.has("old");

async function choose(theme) {
  dialog.querySelector("[name=theme]").value = theme;
  dialog.dispatch("input");
  await settle();
}

test("a code is shown once it is there, and not beside another link", async () => {
  assert.equal(asked[0].text, "https://school.example/");
  assert.ok(!shown());
  asked[0].answer(CODE);
  await settle();
  assert.ok(shown());
  await choose("dark");
  assert.ok(!shown());
  asked[1].answer(CODE);
  await settle();
  assert.ok(shown());
  await choose("dark");
  assert.ok(shown(), "the link is the same");
});

test("where the server does not answer that is said, and it is asked again", async () => {
  asked[0].answer(CODE);
  await settle();
  await choose("dark");
  asked[1].answer(undefined);
  await settle();
  assert.ok(!shown());
  assert.equal(said.textContent, words.say("link.qr.lost"));
  await time.pass(500);
  assert.equal(asked[2].text, asked[1].text);
  asked[2].answer(CODE);
  await settle();
  assert.ok(shown());
  assert.equal(said.textContent, "");
});
