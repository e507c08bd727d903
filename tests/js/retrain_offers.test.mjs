// What the tab Retrain offers to be saved.

import assert from "node:assert/strict";
import test from "node:test";

import { offers } from "../../demo/retrain/offers.js";

const kept = { axis: "epochs", compared: [[1, "mlp"]] };

test("a chart with its axis and the runs compared; tables and pictures with their network", () => {
  assert.deepEqual(offers("loss", undefined, kept), [
    {
      what: "curves",
      asked: { kind: "curves", chart: "loss", axis: "epochs", compared: [{ run: 1, network: "mlp" }] },
    },
  ]);
  assert.deepEqual(
    offers("confusion", "cnn", kept).map(({ asked }) => asked),
    [true, false].map((percent) => ({ kind: "confusion", network: "cnn", percent })),
  );
  assert.deepEqual(offers("examples", undefined, kept), [{ what: "examples", asked: { kind: "examples" } }]);
  assert.deepEqual(offers("first", "mlp", kept)[0].asked, { kind: "first", network: "mlp" });
});
