/** What happens when the time of a scheduled campaign comes: its prices are asked for once more before anything is sent. */
import type { Limits } from "@surefill/campaign";
import { createReloadlyClient, type ReloadlyClient } from "@surefill/reloadly-client";
import { createLogger } from "@surefill/runtime";
import { Campaigns } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCampaign } from "../../../apps/producer/src/campaigns/start-campaign.js";
import { startScheduled } from "../../../apps/worker/src/campaign/start-scheduled.js";
import { plannedRows, readyCampaign } from "../../support/test-campaign.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
let campaigns: Campaigns;
let client: ReloadlyClient;
beforeEach(async () => {
  world = await openCampaignWorld();
  const { redis, sandbox } = world.pipeline;
  campaigns = new Campaigns(redis.client, { prefix: redis.prefix });
  const environment = { apiUrl: sandbox.url, authUrl: sandbox.url, audience: sandbox.url };
  client = createReloadlyClient({ environment, clientId: "sandbox-client", clientSecret: "sandbox-secret" });
});
afterEach(async () => {
  await client.close();
  await world.close();
});

/** A campaign of ten rows that was agreed to at 48.5 USD, and whose start time has just come. */
async function dueCampaign(): Promise<string> {
  const startAt = { at: "2099-01-01T08:00", zone: "Africa/Nairobi" };
  const id = await world.draft(fileOf(endingsOf(10)), { limits: { startAt } });
  expect(await world.start(id)).toMatchObject({ state: "scheduled" });
  const { redis } = world.pipeline;
  await redis.client.hset(`${redis.prefix}:{0}:k:${id}`, "startAt", String(Date.now() - 1_000));
  return id;
}

/** One round of a worker's; answers after how long it wants to come again. */
async function round(isOurs = true): Promise<number> {
  const log = createLogger({ name: "test", level: "silent" });
  return startScheduled({ campaigns, client, isOurs: async () => isOurs, log }, new AbortController().signal);
}
const discountOf = (percent: string) => world.pipeline.sandbox.setPrice(341, { internationalDiscount: percent });
const resume = (id: string) => world.call("POST", `/v1/campaigns/${id}/resume`);

const CHANGED = "The prices of MTN Nigeria have changed since the check. The plan would cost 49.5 instead of 48.5.";

test("A worker starts a campaign whose prices have changed only when a person has agreed to them", async () => {
  const id = await dueCampaign();
  discountOf("1");
  await world.startWorker();

  const paused = await world.until(id, "paused");
  expect(paused.pause).toMatchObject({ reason: "prices", by: null, detail: CHANGED });
  expect(paused.progress).toMatchObject({ waitsFor: [{ what: "prices", detail: CHANGED }], rows: { waiting: 10 } });
  expect(world.pipeline.sandbox.books().totals.posts).toBe(0);

  expect((await resume(id)).status).toBe(200);
  await world.until(id, "completed");
  expect(world.pipeline.sandbox.books().totals).toMatchObject({ executions: 10 });
});

describe("While prices are being asked for at a start", () => {
  /** Starts a campaign whose limits are changed meanwhile; `version` is what `If-Match` asks for. */
  async function startAround(change: (limits: Limits) => Limits, version?: "as read") {
    const startAt = { at: "2098-01-01T08:00", zone: "UTC" };
    const campaign = await readyCampaign(campaigns, plannedRows(1), { limits: { startAt } });
    const { id, limits, plan } = campaign;
    const fresh = async () => {
      const edit = { limits: change(limits) };
      await campaigns.edit(id, edit, { voidsPlan: false, ifVersion: campaign.version });
      return [];
    };
    const begin = startCampaign({ campaigns, plans: campaigns.plans, catalogue: { fresh } });
    const wanted = version === undefined ? undefined : campaign.version;
    return { id, answer: begin({ id, planHash: plan?.hash ?? "", version: wanted, caller: "test" }) };
  }

  test("a start time that is changed is the one that holds", async () => {
    const startAt = { at: "2099-01-01T08:00", zone: "UTC" };
    const { id, answer } = await startAround((limits) => ({ ...limits, startAt }));
    expect((await answer).status).toBe(200);
    expect(await campaigns.find(id)).toMatchObject({ state: "scheduled", startAtMs: Date.parse("2099-01-01T08:00Z") });
  });

  test("a limit that is changed refuses a start that was tied to the limits", async () => {
    const { id, answer } = await startAround((limits) => ({ ...limits, budget: "1000" }), "as read");
    await expect(answer).rejects.toMatchObject({ code: "version_mismatch" });
    expect(await campaigns.find(id)).toMatchObject({ state: "ready", limits: { budget: "1000" } });
  });
});

describe("When its time has come a scheduled campaign", () => {
  test("starts at the prices that it was agreed to at", async () => {
    const id = await dueCampaign();
    expect((await world.get(id)).progress?.waitsFor).toMatchObject([{ what: "prices", until: null }]);
    expect(await round()).toBe(0);
    expect(await world.get(id)).toMatchObject({ state: "running", pause: null });
  });

  test("starts at prices that have moved within its margin", async () => {
    const id = await dueCampaign();
    discountOf("2.5"); // 48.75 instead of 48.5: half a percent.
    expect(await round()).toBe(0);
    expect(await world.get(id)).toMatchObject({ state: "running", pause: null });
  });

  test("is paused again when prices change once more after a person has agreed to others", async () => {
    const id = await dueCampaign();
    discountOf("1");
    await round();
    expect((await resume(id)).json["state"]).toBe("scheduled");
    discountOf("0");
    await round();
    expect((await world.get(id)).pause).toMatchObject({
      reason: "prices",
      detail: CHANGED.replace("49.5", "50"),
    });
  });

  test("starts when prices are as planned again, whatever was agreed to meanwhile", async () => {
    const id = await dueCampaign();
    discountOf("1");
    await round();
    await resume(id);
    discountOf("3");
    await round();
    expect((await world.get(id)).state).toBe("running");
  });

  test("stays scheduled while the provider does not tell its prices", async () => {
    const id = await dueCampaign();
    const rule = { match: { operation: "catalogue" }, fault: { kind: "html-502" } } as const;
    world.pipeline.sandbox.setFaultPlan({ rules: [rule] });
    expect(await round()).toBeGreaterThan(0);
    expect(await world.get(id)).toMatchObject({ state: "scheduled" });
    world.pipeline.sandbox.setFaultPlan({ rules: [] });
    expect(await round()).toBe(0);
    expect((await world.get(id)).state).toBe("running");
  });

  test("is left alone by a worker that does not look after it", async () => {
    const id = await dueCampaign();
    await round(false);
    expect((await world.get(id)).state).toBe("scheduled");
  });
});
