// Pictures on the paper: what is sent to be prepared, and what is not.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { prepared } from "../../demo/page/picture.js";
import { page } from "../../demo/page/state.js";
import { catalogue } from "./catalogue.mjs";
import { settle } from "./clock.mjs";

const FILE = { name: "seven.jpg" };
let sent, server;

beforeEach(() => {
  page.set({ steps: {} });
  sent = [];
  server = { prepare_file: ({ data }) => new Promise((answer) => sent.push({ ...data, answer })) };
});

test("an image as the networks see it is not sent, and it is said why it takes no steps", async () => {
  const { problem } = await prepared(server, null);
  assert.equal(problem.key, "preparation.as_it_is");
  assert.ok(catalogue.preparation.as_it_is);
  assert.deepEqual(sent, []);
});

test("a file that is on its way with the same steps is not sent again, with other steps it is", async () => {
  const both = Promise.all([prepared(server, FILE), prepared(server, FILE)]); // the pad's and the tab's
  await settle();
  assert.deepEqual(
    sent.map(({ picture, steps }) => [picture, steps]),
    [[FILE, "{}"]],
  );
  page.set({ steps: { crop: false } });
  const other = prepared(server, FILE);
  await settle();
  assert.equal(sent[1].steps, '{"crop":false}');
  sent[0].answer("prepared");
  assert.deepEqual(await both, ["prepared", "prepared"]);
  sent[1].answer("uncropped");
  assert.equal(await other, "uncropped");
});
