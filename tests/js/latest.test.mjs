// The loop in which a part calls the server: whatever happens to a call, the next one is made, and the newest state wins.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { latest, unrepeated } from "../../demo/page/latest.js";
import { clock, settle } from "./clock.mjs";

/** A server that answers when told to, and what the page has done. */
function scene({ arrived = () => {}, lost = () => {} } = {}) {
  const calls = []; // of every call its end: { answer, fail }
  const seen = { arrived: [], lost: 0, calls };
  seen.ask = latest(
    () => new Promise((resolve, reject) => calls.push({ answer: resolve, fail: reject })),
    (answer) => {
      seen.arrived.push(answer);
      arrived(answer);
    },
    () => {
      seen.lost += 1;
      lost();
    },
  );
  return seen;
}

let reported, time;
const pass = (milliseconds) => time.pass(milliseconds);
beforeEach(() => {
  reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  time = clock();
});
afterEach(() => time.stop());

test("one call is in flight, and what came in between is asked once, when its turn comes", async () => {
  let state = 0;
  const sent = [];
  const ends = [];
  const arrived = [];
  const ask = latest(
    () => {
      sent.push(state);
      return new Promise((resolve) => ends.push(resolve));
    },
    (answer) => arrived.push(answer),
    () => arrived.push("lost"),
  );
  for (state of [1, 2, 3, 4]) ask();
  assert.deepEqual(sent, [1]);
  ends[0]("one");
  await settle();
  assert.deepEqual(sent, [1, 4]);
  ends[1]("four");
  await settle();
  assert.deepEqual(
    [sent, arrived],
    [
      [1, 4],
      ["one", "four"],
    ],
  );
  state = 5;
  ask();
  assert.deepEqual(sent, [1, 4, 5], "at rest, it asks at once");
});

test("a call without an answer is made again after a pause that grows to four seconds", async () => {
  const { ask, calls, ...seen } = scene();
  ask();
  for (const pause of [500, 1000, 2000, 4000, 4000]) {
    calls.at(-1).answer(undefined);
    await settle();
    const made = calls.length;
    await pass(pause - 1);
    assert.equal(calls.length, made, `nothing within ${pause} ms`);
    await pass(1);
    assert.equal(calls.length, made + 1);
  }
  ask();
  calls.at(-1).answer("at last");
  await settle();
  calls.at(-1).answer(undefined);
  await settle();
  await pass(500);
  assert.equal(calls.length, 8, "after an answer the pauses are short again");
  assert.deepEqual(seen.arrived, ["at last"]);
});

test("lost is told once for every call without an answer", async () => {
  const seen = scene();
  seen.ask();
  for (const count of [1, 2, 3]) {
    seen.calls.at(-1).answer(undefined);
    await settle();
    assert.equal(seen.lost, count);
    await pass(4000);
  }
});

test("after ten seconds without a word the call counts as lost, and its late answer as nothing", async () => {
  const seen = scene();
  seen.ask();
  await pass(9_999);
  assert.equal(seen.lost, 0);
  await pass(1);
  assert.equal(seen.lost, 1);
  seen.calls[0].answer("late");
  await pass(500);
  assert.equal(seen.calls.length, 2);
  assert.deepEqual(seen.arrived, []);
  seen.calls[1].answer("in time");
  await settle();
  assert.deepEqual(seen.arrived, ["in time"]);
});

for (const how of ["throws at once", "is rejected"])
  test(`a call that ${how} is reported, counts as lost and stops nothing`, async () => {
    let broken = true;
    const arrived = [];
    let lost = 0;
    const ask = latest(
      () => {
        if (!broken) return Promise.resolve("whole");
        if (how === "is rejected") return Promise.reject(new Error("call"));
        throw new Error("call");
      },
      (answer) => arrived.push(answer),
      () => (lost += 1),
    );
    ask();
    await settle();
    assert.deepEqual([reported, lost, arrived], [["call"], 1, []]);
    broken = false;
    await pass(500);
    assert.deepEqual(arrived, ["whole"]);
    ask();
    await settle();
    assert.deepEqual(arrived, ["whole", "whole"], "it is not busy for ever");
  });

test("an arrived that throws is reported, and the next answer arrives", async () => {
  let broken = true;
  const seen = scene({
    arrived() {
      if (broken) throw new Error("arrived");
    },
  });
  seen.ask();
  seen.ask();
  seen.calls[0].answer(1);
  await settle();
  assert.equal(seen.calls.length, 2, "what was wanted meanwhile is asked");
  broken = false;
  seen.calls[1].answer(2);
  await settle();
  seen.ask();
  seen.calls[2].answer(3);
  await settle();
  assert.deepEqual([seen.arrived, reported, seen.lost], [[1, 2, 3], ["arrived"], 0]);
});

test("a lost that throws is reported, and the call is made again", async () => {
  const seen = scene({
    lost() {
      throw new Error("lost");
    },
  });
  seen.ask();
  seen.calls[0].answer(undefined);
  await settle();
  await pass(500);
  seen.calls[1].answer("there");
  await settle();
  assert.deepEqual([seen.arrived, reported], [["there"], ["lost"]]);
});

test("asking inside arrived or lost asks once more, not at the same time", async () => {
  let again = 2;
  const seen = scene({
    arrived() {
      if (again-- > 0) seen.ask();
    },
  });
  seen.ask();
  for (const call of [0, 1, 2]) {
    assert.equal(seen.calls.length, call + 1);
    seen.calls[call].answer(call);
    await settle();
  }
  assert.equal(seen.calls.length, 3);
});

test("null, 0 and an empty string are answers", async () => {
  const seen = scene();
  for (const answer of [null, 0, "", false]) {
    seen.ask();
    seen.calls.at(-1).answer(answer);
    await settle();
  }
  assert.deepEqual([seen.arrived, seen.lost], [[null, 0, "", false], 0]);
});

/** What is much, on its way over a slow line: `ends` has for each time that it was sent { question, answer, fail }. */
function much() {
  const ends = [];
  const call = unrepeated(
    (...question) => new Promise((resolve, reject) => ends.push({ question, answer: resolve, fail: reject })),
  );
  return { ends, call };
}

test("what is much is sent once, and arrives although it counts as lost meanwhile", async () => {
  const { ends, call } = much();
  const arrived = [];
  let lost = 0;
  const ask = latest(
    () => call("file", "steps"),
    (answer) => arrived.push(answer),
    () => (lost += 1),
  );
  ask();
  await pass(60_000);
  assert.deepEqual([ends.length, arrived], [1, []]);
  assert.ok(lost > 0, "it is said that nothing comes");
  ends[0].answer("late");
  await pass(4_000);
  assert.deepEqual([ends.length, arrived], [1, ["late"]]);
  ask();
  await settle();
  assert.equal(ends.length, 2, "what has been answered is asked anew");
});

test("another question does not wait for what is on its way, whose answer does not end it", async () => {
  const { ends, call } = much();
  call("file", "one");
  const other = call("file", "other");
  assert.deepEqual(
    ends.map(({ question }) => question[1]),
    ["one", "other"],
  );
  ends[0].answer("one");
  await settle();
  assert.equal(call("file", "other"), other);
});

test("what fails or stays away for five minutes is sent anew", async () => {
  const { ends, call } = much();
  const failed = assert.rejects(call("file"), /broken/);
  ends[0].fail(new Error("broken"));
  await failed;
  const away = call("file");
  await pass(300_000);
  assert.equal(await away, undefined);
  call("file");
  assert.equal(ends.length, 3);
});
