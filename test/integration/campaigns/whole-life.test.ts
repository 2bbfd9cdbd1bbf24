/** A small campaign from its file to its results, over HTTP, with every kind of outcome on the way. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld, rowsOf } from "./campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld();
});
afterEach(() => world.close());

test("a file becomes top-ups, and its results say what became of each row", async () => {
  await world.startWorker();
  const csv = fileOf(["0001", "0003", "0006", ...endingsOf(5)]).replace("+2348031230001", "not a number");
  const id = await world.draft(csv);

  const ready = await world.check(id);
  expect(ready.plan).toMatchObject({ currency: "USD", rows: { total: 8, planned: 7, rejected: 1 } });
  await world.start(id);
  const done = await world.until(id, "completed");

  expect(done.progress?.rows).toMatchObject({
    planned: 7,
    succeeded: 5,
    refunded: 1,
    rejected: 1,
    waiting: 0,
    final: 7,
  });
  const results = rowsOf((await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text);
  expect(results.map(({ state }) => state)).toEqual([
    "not-sent",
    "refunded",
    "rejected",
    ...endingsOf(5).map(() => "succeeded"),
  ]);
});
