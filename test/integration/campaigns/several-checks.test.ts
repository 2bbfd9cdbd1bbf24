/** Checks that are asked for at the same time: one that waits for the provider keeps no other from going on. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld();
  // From here on the catalogue is remembered, and only numbers without an operator are asked for.
  await world.check(await world.draft(fileOf(["1000"])));
});
afterEach(() => world.close());

const detectionTakes = (delayMs: number) =>
  world.pipeline.sandbox.setFaultPlan({
    rules: [{ match: { operation: "catalogue" }, fault: { kind: "slow", delayMs } }],
  });

/** A check that has to ask the provider for a number of its own, and has begun to. */
async function slowCheck(line: number): Promise<string> {
  const id = await world.draft(fileOf(["2000"], { operator: "", line }));
  await world.call("POST", `/v1/campaigns/${id}/check`);
  await waitFor(async () => expect((await world.get(id)).check).toMatchObject({ waiting: false }));
  return id;
}

test("a check is done while another one waits for the provider", async () => {
  detectionTakes(60_000);
  const slow = await slowCheck(803_200);

  const { plan } = await world.check(await world.draft(fileOf(endingsOf(3))));

  expect(plan?.rows).toMatchObject({ planned: 3 });
  expect((await world.get(slow)).state).toBe("checking");
});

test("a check that has no place says that it waits, and begins when another one is taken back", async () => {
  detectionTakes(60_000);
  const [first = ""] = [await slowCheck(803_200), await slowCheck(803_201), await slowCheck(803_202)];
  const id = await world.draft(fileOf(endingsOf(3)));

  await world.call("POST", `/v1/campaigns/${id}/check`);
  await waitFor(async () => expect((await world.get(id)).check).toMatchObject({ rowsChecked: 0, waiting: true }));
  await world.call("PATCH", `/v1/campaigns/${first}`, { json: { options: { run: "other" } } });
  await world.call("POST", `/v1/campaigns/${first}/check`);

  const ready = await world.until(id, "ready");
  expect(ready.check).toMatchObject({ rowsChecked: 3, waiting: false });
});

test("a check that is asked for anew does not wait for the one that it replaces", async () => {
  detectionTakes(60_000);
  const id = await slowCheck(803_200);

  await world.call("PATCH", `/v1/campaigns/${id}`, { json: { options: { defaultOperatorId: 341 } } });
  const { plan } = await world.check(id);

  expect(plan?.rows).toMatchObject({ planned: 1 });
});
