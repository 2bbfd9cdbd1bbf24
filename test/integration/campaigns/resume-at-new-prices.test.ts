/** A campaign whose operator's price doubles while it runs, against the local Reloadly: what a person is told and must say. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld();
});
afterEach(() => world.close());

const FAST = { ratePerS: 200, failureRules: [] };
const books = () => world.pipeline.sandbox.books();
const debited = () => Number(books().wallet.debited) - Number(books().wallet.refunded);

/** 100 rows, each a little below 5 USD in the operator's own currency. */
const localDraft = (limits: Record<string, unknown>) =>
  world.draft(fileOf(endingsOf(100), { amount: "2500" }), {
    limits: { ...FAST, ...limits },
    options: { useLocalAmount: true },
  });

const resume = (id: string, planHash?: string) =>
  world.call("POST", `/v1/campaigns/${id}/resume${planHash === undefined ? "" : `?planHash=${planHash}`}`);

test("A budget of 300 holds while the price doubles and a person resumes each time, with two workers", async () => {
  await Promise.all([world.startWorker(), world.startWorker()]);
  const id = await localDraft({ budget: "300", window: 20 });
  await world.start(id);
  await waitFor(() => expect(books().totals.executions).toBeGreaterThanOrEqual(10), { interval: 5 });
  world.pipeline.sandbox.setPrice(341, { fxRate: "252.715" });

  for (;;) {
    const { pause, repriced } = (await world.until(id, "paused", "completed")) as unknown as Repriced;
    expect(debited()).toBeLessThanOrEqual(300);
    await waitFor(async () => expect((await world.get(id)).progress?.rows["inFlight"]).toBe(0), { interval: 50 });
    if (pause?.reason !== "price") {
      expect(pause?.reason).toBe("budget");
      break;
    }
    expect(repriced?.agreed).toBe(false);
    const refused = await resume(id);
    expect(refused.status).toBe(409);
    const answer = await resume(id, (refused.json as unknown as Refused).difference.planHash.current);
    expect(answer.status, answer.text).toBe(200);
  }

  expect(debited()).toBeLessThanOrEqual(300);
  expect(debited()).toBeGreaterThan(250);
  const { progress } = await world.get(id);
  expect(Number(progress?.money["confirmed"])).toBeCloseTo(debited(), 3);
});

test("Resuming after a price needs the planHash that the refusal names, and says what the campaign may cost now", async () => {
  await world.startWorker();
  const id = await localDraft({ window: 5 });
  await world.start(id);
  await waitFor(() => expect(books().totals.executions).toBeGreaterThanOrEqual(5), { interval: 5 });
  world.pipeline.sandbox.setPrice(341, { fxRate: "252.715" });
  const paused = (await world.until(id, "paused")) as unknown as Repriced;
  expect(paused.pause?.reason).toBe("price");
  const current = paused.repriced?.planHash ?? "";
  expect(current).toMatch(/^[0-9a-f]{64}$/);
  expect(paused.repriced).toMatchObject({ agreed: false, operators: [{ operatorId: 341, useLocalAmount: true }] });

  const old = (await world.get(id)).planHash ?? "";
  for (const planHash of [undefined, old]) {
    const refused = await resume(id, planHash);
    expect(refused).toMatchObject({ status: 409, json: { code: "plan_changed" } });
    expect(refused.json["difference"]).toMatchObject({
      planHash: { agreedTo: planHash ?? null, current },
      operators: [{ operatorId: 341, useLocalAmount: true, name: "MTN Nigeria" }],
    });
    const { before, after } = (refused.json as unknown as Refused).difference.cost;
    expect(Number(after)).toBeGreaterThan(Number(before) * 1.8);
    expect(refused.json["detail"]).toContain(`resume with planHash ${current}`);
  }
  expect((await resume(id, "0123")).status).toBe(422);

  expect((await resume(id, current)).status).toBe(200);
  const done = (await world.until(id, "completed")) as unknown as Repriced;
  expect(done.repriced).toMatchObject({ planHash: current, agreed: true });
  expect(books().totals.executions).toBe(100);
});

type Repriced = {
  pause: { reason: string } | null;
  repriced: { planHash: string; agreed: boolean } | null;
};
type Refused = { difference: { planHash: { current: string }; cost: { before: string; after: string } } };
