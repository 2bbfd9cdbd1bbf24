/** How a campaign is changed, by people and by its own rules, and what it tells; on real Redis. */
import { randomUUID } from "node:crypto";
import { CAMPAIGN_MOVES, type Limits, ROW_STATES } from "@surefill/campaign";
import { endMove, type TopupRecord } from "@surefill/topup";
import {
  type Campaign,
  type CampaignFeed,
  CampaignRetention,
  type Campaigns,
  LOG_START,
  readEvents,
  type Upload,
  Uploads,
} from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  campaignStores,
  feedNext,
  plannedRows,
  readyCampaign,
  referenceAt,
  startedCampaign,
} from "../../support/test-campaign.js";
import { LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

const DAY_MS = 86_400_000;

/** An upload of one row, as it is stored. */
const UPLOADED: Omit<Upload, "id"> = {
  caller: "test",
  createdAtMs: 1,
  sha256: "0".repeat(64),
  bytesReceived: 20,
  bytes: 20,
  encoding: "utf-8",
  encodingFrom: "content",
  delimiter: ",",
  hasHeader: true,
  columns: ["phone", "amount"],
  rows: 1,
  emptyRows: 0,
  firstRows: [],
};

let t: TestLedger;
let campaigns: Campaigns;
let feed: CampaignFeed;
beforeEach(async () => {
  t = await openTestLedger();
  ({ campaigns, feed } = campaignStores(t, () => t.nowMs));
});
afterEach(() => t.close());

async function told(): Promise<string[]> {
  const events = await readEvents(t.redis.client, t.redis.prefix, LOG_START, 1_000);
  return events.flatMap((event) => {
    if (event.type === "campaign.progress") return [`${event.type} ${event.percent}`];
    return event.type.startsWith("campaign.") ? [event.type] : [];
  });
}

async function sent(row: number): Promise<TopupRecord> {
  const answer = await t.ledger.claim(referenceAt(row), 1, LEASE);
  if (answer.kind !== "claimed") throw new Error(`row ${row} was not claimed: ${answer.kind}`);
  await t.ledger.move(answer.record, {
    to: "processing",
    because: "accepted-by-provider",
    patch: {},
    dueAtMs: t.nowMs,
  });
  return recordOf(t.ledger, referenceAt(row));
}

async function end(row: number, to: "succeeded" | "refunded" | "failed", code = "FAILED"): Promise<void> {
  const record = await sent(row);
  if (to === "succeeded") {
    const settlement = { cost: "5", costCurrency: "USD" };
    await t.ledger.move(record, endMove(to, "status-successful", { settlement }));
  } else if (to === "refunded") await t.ledger.move(record, endMove(to, "status-refunded", { code }));
  else {
    await t.ledger.move(record, { to: "held", because: "status-failed", patch: { holdReason: "failed" }, dueAtMs: 1 });
    await t.ledger.move(await recordOf(t.ledger, record.reference), endMove(to, "no-attempts-left", { code }));
  }
}

async function fed(count: number, limits: Partial<Limits> = {}): Promise<Campaign> {
  const rows = plannedRows(count);
  const campaign = await startedCampaign(campaigns, rows, { limits });
  await feedNext(feed, campaign, rows);
  return campaign;
}

describe("Starting", () => {
  test("needs the hash of the very plan, and asking twice starts it once", async () => {
    const { id, plan } = await readyCampaign(campaigns, plannedRows(3));
    expect(await campaigns.start(id, { planHash: "0".repeat(64) })).toMatchObject({ kind: "refused", because: "plan" });
    const planHash = plan?.hash ?? "";
    expect(await campaigns.start(id, { planHash })).toMatchObject({ kind: "changed", campaign: { state: "running" } });
    expect(await campaigns.start(id, { planHash })).toMatchObject({ kind: "unchanged" });
    expect(await told()).toEqual(["campaign.checked", "campaign.started"]);
    expect(await campaigns.active()).toEqual([id]);
  });

  test("is refused without a row to send", async () => {
    const { id, plan } = await readyCampaign(campaigns, [{ kind: "left-out" }]);
    expect(await campaigns.start(id, { planHash: plan?.hash ?? "" })).toMatchObject({
      kind: "refused",
      because: "plan",
    });
  });

  test("for later waits for its time, and is told when it comes", async () => {
    const { id, plan } = await readyCampaign(campaigns, plannedRows(3));
    const startAtMs = t.nowMs + 60_000;
    const scheduled = await campaigns.start(id, { planHash: plan?.hash ?? "", startAtMs });
    expect(scheduled).toMatchObject({ campaign: { state: "scheduled", startAtMs } });
    expect(await campaigns.pause(id, "person")).toMatchObject({ campaign: { state: "paused" } });
    expect(await campaigns.resume(id)).toMatchObject({ campaign: { state: "scheduled" } });
    expect(await campaigns.startScheduled(id)).toMatchObject({ campaign: { state: "running", startedAtMs: t.nowMs } });
    expect(await told()).toContain("campaign.started");
  });
});

describe("Resuming", () => {
  test("goes on where it was: running, or completing when every row is fed", async () => {
    const { id } = await fed(3);
    await campaigns.pause(id, "person");
    expect(await campaigns.resume(id)).toMatchObject({ kind: "changed", campaign: { state: "completing" } });
    expect(await campaigns.resume(id)).toMatchObject({ kind: "unchanged" });
    expect((await campaigns.find(id))?.pause).toBeUndefined();
  });

  test("by a rule does not end a person's pause", async () => {
    const { id } = await fed(3);
    await campaigns.pause(id, "balance");
    await campaigns.pause(id, "person", { by: "Ada" });
    expect(await campaigns.resume(id, { onlyFrom: "balance" })).toMatchObject({ kind: "refused", because: "state" });
    expect(await campaigns.find(id)).toMatchObject({ state: "paused", pause: { reason: "person", by: "Ada" } });
    // One pause, for whoever listens.
    expect((await told()).filter((type) => type === "campaign.paused")).toHaveLength(1);
  });

  test("after the canary lets the rest go", async () => {
    const { id } = await startedCampaign(campaigns, plannedRows(3), { limits: { canary: { rows: 1 } } });
    await campaigns.pause(id, "canary");
    await campaigns.resume(id);
    expect(await campaigns.find(id)).toMatchObject({ state: "running", canaryReleased: true });
  });
});

describe("Cancelling", () => {
  test("grants no claim from its answer on, and ends when everything in flight has settled", async () => {
    const { id } = await fed(3);
    const record = await sent(1);
    const cancelled = await campaigns.cancel(id);
    expect(cancelled).toMatchObject({
      campaign: { state: "cancelling" },
      tally: { rows: { processing: 1, queued: 2 } },
    });
    expect((await t.ledger.claim(referenceAt(2), 1, LEASE)).kind).toBe("gated");
    for (const row of [2, 3]) {
      await t.ledger.move(await recordOf(t.ledger, referenceAt(row)), endMove("cancelled", "withdrawn"));
    }
    expect((await campaigns.find(id))?.state).toBe("cancelling");
    await t.ledger.move(
      record,
      endMove("succeeded", "status-successful", { settlement: { cost: "5", costCurrency: "USD" } }),
    );
    expect(await campaigns.find(id)).toMatchObject({ state: "cancelled", endedAtMs: t.nowMs });
    expect((await told()).filter((type) => type === "campaign.cancelled")).toHaveLength(1);
    expect(await campaigns.active()).toEqual([]);
    expect(await campaigns.cancel(id)).toMatchObject({ kind: "unchanged" });
  });

  test("ends at once where nothing is under way", async () => {
    const ready = await readyCampaign(campaigns, plannedRows(3));
    const scheduled = await readyCampaign(campaigns, plannedRows(3));
    await campaigns.start(scheduled.id, { planHash: scheduled.plan?.hash ?? "", startAtMs: t.nowMs + 1_000 });
    const running = await startedCampaign(campaigns, plannedRows(3));
    const paused = await startedCampaign(campaigns, plannedRows(3));
    await campaigns.pause(paused.id, "person");
    for (const [before, { id }] of Object.entries({ ready, scheduled, running, paused })) {
      expect(await campaigns.find(id)).toMatchObject({ state: before });
      expect(await campaigns.cancel(id)).toMatchObject({ campaign: { state: "cancelled" } });
      expect(CAMPAIGN_MOVES).toMatchObject({ [before]: expect.arrayContaining(["cancelled"]) });
    }
    expect(await campaigns.resume(running.id)).toMatchObject({ kind: "refused", because: "state" });
  });

  test("of one that is over is refused", async () => {
    const { id } = await fed(1);
    await end(1, "succeeded");
    expect(await campaigns.cancel(id)).toMatchObject({
      kind: "refused",
      because: "state",
      campaign: { state: "completed" },
    });
  });
});

test("A change that was decided on an older version is refused", async () => {
  const { id, version } = await readyCampaign(campaigns, plannedRows(3));
  await campaigns.edit(id, { name: "one" }, { voidsPlan: false, ifVersion: version });
  expect(await campaigns.edit(id, { name: "two" }, { voidsPlan: false, ifVersion: version })).toMatchObject({
    kind: "refused",
    because: "version",
    campaign: { name: "one", state: "ready" },
  });
});

test("An edit that voids the plan makes a draft of the campaign, and a check that ran is not believed", async () => {
  const { id, plan } = await readyCampaign(campaigns, plannedRows(3));
  const begun = await campaigns.beginCheck(id);
  const planVersion = begun.kind === "changed" ? (begun.campaign.check?.planVersion ?? 0) : 0;
  expect(planVersion).toBe((plan?.version ?? 0) + 1);
  expect(await campaigns.noteChecked(id, planVersion, { rowsChecked: 2 })).toBe(true);
  await campaigns.edit(id, { name: "other" }, { voidsPlan: true });
  expect(await campaigns.noteChecked(id, planVersion, { rowsChecked: 3 })).toBe(false);
  const summary = await campaigns.plans.summary(id, plan?.version ?? 0);
  expect(summary, "the plan of the check before is deleted").toBeUndefined();
  expect(await campaigns.giveUpCheck(id, planVersion, "X")).toMatchObject({ kind: "refused" });
  expect(await campaigns.find(id)).toMatchObject({ state: "draft", name: "other" });
});

describe("A change that leaves the state as it is", () => {
  test("leaves a pause with its reason, its person and its time", async () => {
    const { id } = await fed(3, { budget: "100" });
    await campaigns.pause(id, "person", { by: "Ada" });
    const before = await campaigns.find(id);
    if (before === undefined) throw new Error("the campaign is gone");
    t.nowMs += 5_000;
    const limits = { ...before.limits, budget: "200" };
    await campaigns.edit(id, { limits }, { voidsPlan: false });
    expect(await campaigns.find(id)).toEqual({ ...before, limits, version: before.version + 1 });
  });

  test("leaves a check that runs", async () => {
    const { id } = await readyCampaign(campaigns, plannedRows(1));
    await campaigns.beginCheck(id);
    const before = await campaigns.find(id);
    await campaigns.edit(id, { name: "new" }, { voidsPlan: false });
    expect(await campaigns.find(id)).toEqual({ ...before, name: "new", version: (before?.version ?? 0) + 1 });
    expect(await campaigns.checking()).toEqual([id]);
    expect(await campaigns.noteChecked(id, before?.check?.planVersion ?? 0, { rowsChecked: 1 })).toBe(true);
  });
});

describe("Progress", () => {
  test("is told at every fifth of the rows, once, and the end after the last top-up", async () => {
    const { id } = await fed(7);
    for (const row of [1, 2, 3, 4, 5, 6, 7]) await end(row, row === 3 ? "refunded" : "succeeded");
    expect(await told()).toEqual([
      "campaign.checked",
      "campaign.started",
      ...[20, 40, 60, 80, 100].map((percent) => `campaign.progress ${percent}`),
      "campaign.completed",
    ]);
    const events = await readEvents(t.redis.client, t.redis.prefix, LOG_START, 1_000);
    expect(events.at(-1)).toMatchObject({ type: "campaign.completed", campaign: id, rows: 7, finals: 7 });
    expect(events.findLast(({ type }) => type === "topup.succeeded")?.id).toBe(events.at(-3)?.id);
  });

  test("is complete only when every row is final, and not while one is held or in review", async () => {
    const { id } = await fed(2);
    await end(1, "succeeded");
    await t.ledger.move(await sent(2), endMove("review", "processing-for-too-long"));
    expect(await campaigns.progress(id)).toMatchObject({ campaign: { state: "completing" }, atRiskUnits: 500_000 });
    await t.ledger.move(await recordOf(t.ledger, referenceAt(2)), endMove("failed", "resolved-by-operator"));
    expect(await campaigns.progress(id)).toMatchObject({ campaign: { state: "completed" }, atRiskUnits: 0 });
  });

  test("has a series by the minute, and wider points the longer the campaign runs", async () => {
    const { id, startedAtMs = 0 } = await fed(4);
    const minuteOf = (ms: number, width: number) => Math.floor(ms / (width * 60_000)) * width * 60_000;
    await end(1, "succeeded");
    t.nowMs = startedAtMs + 2 * DAY_MS;
    await end(2, "refunded");
    t.nowMs = startedAtMs + 11 * DAY_MS;
    await end(3, "failed");
    const point = { sent: 1, succeeded: 0, refunded: 0, failed: 0, rejected: 0, cancelled: 0, spentUnits: 0 };
    expect(await campaigns.minutes(id)).toEqual([
      { ...point, atMs: minuteOf(startedAtMs, 1), widthMs: 60_000, succeeded: 1, spentUnits: 500_000 },
      { ...point, atMs: minuteOf(startedAtMs + 2 * DAY_MS, 10), widthMs: 600_000, refunded: 1 },
      { ...point, atMs: minuteOf(startedAtMs + 11 * DAY_MS, 60), widthMs: 3_600_000, failed: 1 },
    ]);
  });
});

describe("Failures", () => {
  test("are counted by code and operator", async () => {
    const { id } = await fed(5);
    await end(1, "failed", "PHONE_BANNED_BY_OPERATOR");
    await end(2, "refunded", "PHONE_BANNED_BY_OPERATOR");
    await end(3, "failed");
    await end(4, "succeeded");
    expect((await campaigns.progress(id))?.failures).toEqual([
      { code: "PHONE_BANNED_BY_OPERATOR", operatorId: 341, rows: 2 },
      { code: "FAILED", operatorId: 341, rows: 1 },
    ]);
  });

  test("of one class pause the campaign in the very step that makes them too many", async () => {
    const failureRules = [{ class: "recipient" as const, sharePercent: 30, ofLast: 10 }];
    const { id } = await fed(40, { failureRules });
    // Of another class, and too few to be judged: nothing happens.
    for (const row of [1, 2, 3, 4, 5]) await end(row, "failed", "FAILED");
    for (const row of [6, 7, 8]) await end(row, "failed", "INVALID_RECIPIENT_PHONE");
    expect((await campaigns.find(id))?.state).toBe("completing");
    await end(9, "succeeded");
    expect((await campaigns.find(id))?.state).toBe("completing");
    await end(10, "failed", "RECIPIENT_PHONE_INACTIVE");
    expect(await campaigns.find(id)).toMatchObject({
      state: "paused",
      pause: { reason: "failures", detail: "recipient: 4 of the last 10" },
    });
    // Resumed, it starts to count anew, or it would be paused by the same failures again.
    await campaigns.resume(id);
    await end(11, "failed", "RECIPIENT_PHONE_INACTIVE");
    expect((await campaigns.find(id))?.state).toBe("completing");
  });
});

describe("What is listed", () => {
  test("are campaigns, newest first, page by page and by state", async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push((await readyCampaign(campaigns, plannedRows(1))).id);
    const newestFirst = made.toSorted().toReversed();
    await campaigns.cancel(newestFirst[1] ?? "");
    const first = await campaigns.list({ limit: 2 });
    expect(first.campaigns.map(({ id }) => id)).toEqual(newestFirst.slice(0, 2));
    const rest = await campaigns.list({ limit: 5, cursor: first.nextCursor ?? "" });
    expect(rest.campaigns.map(({ id }) => id)).toEqual(newestFirst.slice(2));
    expect(rest.nextCursor).toBeUndefined();
    const ready = await campaigns.list({ limit: 5, states: ["ready"] });
    expect(ready.campaigns.map(({ id }) => id)).toEqual(newestFirst.filter((_, index) => index !== 1));
    await expect(campaigns.list({ limit: 2, cursor: "x" })).rejects.toThrow(RangeError);
  });

  test("are a campaign's rows of one state, in the file's order, page by page", async () => {
    const { id } = await fed(5);
    await end(3, "failed");
    const pageOf = (...rows: number[]) => ({ references: rows.map(referenceAt), rows });
    expect(await campaigns.rows(id, "queued", { limit: 2 })).toEqual({ ...pageOf(1, 2), nextCursor: "2" });
    expect(await campaigns.rows(id, "queued", { limit: 2, cursor: "2" })).toEqual(pageOf(4, 5));
    expect(await campaigns.rows(id, "failed", { limit: 2 })).toEqual(pageOf(3));
    await expect(campaigns.rows(id, "failed", { limit: 2, cursor: "x" })).rejects.toThrow(RangeError);
  });
});

describe("Retention", () => {
  let retention: CampaignRetention;
  beforeEach(() => {
    retention = new CampaignRetention(t.redis.client, { prefix: t.redis.prefix, nowMs: () => t.nowMs });
  });

  test("shrinks rows and leaves the campaign's numbers as they were", async () => {
    const { id } = await fed(3);
    for (const row of [1, 2, 3]) await end(row, row === 1 ? "failed" : "succeeded");
    const before = await campaigns.progress(id);
    t.nowMs += 100 * DAY_MS;
    expect(await t.ledger.shrinkOld(90 * DAY_MS, 100)).toBe(3);
    const { campaign, tally, spentUnits, failures } = (await campaigns.progress(id)) ?? {};
    expect({ campaign, tally, spentUnits, failures }).toEqual({
      campaign: before?.campaign,
      tally: before?.tally,
      spentUnits: before?.spentUnits,
      failures: before?.failures,
    });
    for (const state of ROW_STATES) expect((await campaigns.rows(id, state, { limit: 5 })).references).toEqual([]);
  });

  test("deletes the plan of a campaign that has long been over, and keeps its numbers", async () => {
    const { id, plan } = await fed(2);
    for (const row of [1, 2]) await end(row, "succeeded");
    const beforeMs = t.nowMs + 1;
    expect(await retention.forget(id, t.nowMs)).toBe(false);
    expect(await retention.forget(id, beforeMs)).toBe(true);
    expect(await campaigns.plans.read(id, plan?.version ?? 0, 0)).toBeUndefined();
    expect(await campaigns.progress(id)).toMatchObject({
      campaign: { state: "completed", forgottenAtMs: t.nowMs },
      spentUnits: 1_000_000,
    });
    expect(await retention.forget(id, beforeMs)).toBe(false);
    const left = await t.redis.client.keys(`${t.redis.prefix}:{0}:k:${id}:*`);
    expect(left.map((key) => key.split(":").at(-1)).toSorted()).toEqual(["counts", "history", "minutes", "money"]);
  });

  test("deletes an upload with the last campaign that used it", async () => {
    const upload = `upl_${randomUUID()}`;
    const uploads = new Uploads(t.redis.client, { prefix: t.redis.prefix, keptMs: DAY_MS, nowMs: () => t.nowMs });
    await uploads.writeChunk(upload, 0, [{ line: 2, cells: ["08030000001", "5"] }]);
    await uploads.finish({ ...UPLOADED, id: upload });
    const users: string[] = [];
    for (const run of ["run-2", "run-3"]) {
      const { id } = await startedCampaign(campaigns, plannedRows(1), { run, upload });
      await uploads.use(upload, id);
      await campaigns.cancel(id);
      users.push(id);
    }
    await retention.forget(users[0] ?? "", t.nowMs + 1);
    expect(await uploads.get(upload)).toBeDefined();
    await retention.forget(users[1] ?? "", t.nowMs + 1);
    expect(await uploads.get(upload)).toBeUndefined();
    expect(await uploads.readChunk(upload, 0)).toBeUndefined();
    expect(await uploads.sameFile(UPLOADED.sha256)).toEqual([]);
  });

  test("looks through all campaigns, and forgets those that are due", async () => {
    const old = await fed(1);
    await end(1, "succeeded");
    t.nowMs += 90 * DAY_MS;
    const fresh = await startedCampaign(campaigns, plannedRows(1), { run: "run-2" });
    await campaigns.cancel(fresh.id);
    t.nowMs += 1;
    expect(await retention.forgetOld(90 * DAY_MS)).toBe(1);
    expect((await campaigns.find(old.id))?.forgottenAtMs).toBe(t.nowMs);
    expect((await campaigns.find(fresh.id))?.forgottenAtMs).toBeUndefined();
  });

  test("cancels what was never started, and leaves alone what is under way", async () => {
    const ready = await readyCampaign(campaigns, plannedRows(1));
    const running = await startedCampaign(campaigns, plannedRows(1));
    expect(await retention.forget(ready.id, t.nowMs + 1)).toBe(true);
    expect(await campaigns.find(ready.id)).toMatchObject({ state: "cancelled" });
    expect(await retention.forget(running.id, t.nowMs + 1)).toBe(false);
    expect(await campaigns.find(running.id)).toMatchObject({ state: "running" });
  });
});
