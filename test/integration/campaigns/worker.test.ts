/** Campaigns with real workers against the local Reloadly: what the provider's books say is what the campaign says. */
import { type Limits, type PlannedRow, unitsOf } from "@surefill/campaign";
import { jobIdOf, QUEUES } from "@surefill/topup";
import { type Campaign, CampaignFeed, Campaigns, LOG_START, readEvents } from "@surefill/topup-store";
import { afterEach, describe, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import {
  claimedRows,
  feedNext,
  plannedRow,
  plannedRows,
  readyCampaign,
  referenceAt,
  startedCampaign,
} from "../../support/test-campaign.js";
import { waitFor } from "../../support/wait-for.js";

let pipeline: Pipeline | undefined;
afterEach(() => pipeline?.close());

type World = { pipeline: Pipeline; campaigns: Campaigns; feed: CampaignFeed };

async function open(options: Parameters<typeof openPipeline>[0] = {}): Promise<World> {
  pipeline = await openPipeline({ ...options, settings: { CAMPAIGN_INTERVAL_MS: "40", ...options.settings } });
  const { client, prefix } = pipeline.redis;
  return {
    pipeline,
    campaigns: new Campaigns(client, { prefix }),
    feed: new CampaignFeed(client, pipeline.ledger, { prefix }),
  };
}

/** A Nigerian number of its own with an ending that decides what the provider does. */
function phoneWith(ending: string, row: number): string {
  return `23480${String(row).padStart(4, "0")}${ending}`;
}

async function untilState(campaigns: Campaigns, id: string, state: Campaign["state"]): Promise<void> {
  await waitFor(async () => expect((await campaigns.find(id))?.state).toBe(state), { interval: 50 });
}

/** The endings of a campaign that meets everything that may come of a top-up within seconds. */
const MIXED_ENDINGS = ["1111", "2222", "0002", "0003", "0005", "0006", "0007", "0008", "0015", "0023", "0033"];

describe("A campaign of 2,000 rows with mixed endings, fed by two workers", () => {
  test("ends with every row final, paid once, and sums that are those of the provider's books", async () => {
    const { pipeline: p, campaigns } = await open({
      sandbox: { initialBalance: "100000" },
      settings: {
        SUBMIT_ATTEMPTS_MAX: "2",
        // Two thousand rows on a busy machine: what is merely slow must not be taken for lost.
        SEND_DEADLINE_MS: "5000",
        SUBMIT_TIMEOUT_MS: "10000",
        SUBMIT_LEASE_MS: "16000",
        QUIET_MS: "12000",
        SWEEP_LATE_MS: "5000",
      },
    });
    // Mostly ordinary: one row in twenty ends in something else, and a third of all are another operator's.
    const rows = plannedRows(2_000, (row) => ({
      recipient: phoneWith(row % 20 === 0 ? (MIXED_ENDINGS[(row / 20) % MIXED_ENDINGS.length] ?? "1111") : "1111", row),
      operatorId: row % 3 === 0 ? 342 : 341,
      amount: row % 2 === 0 ? "5" : "6.5",
      reserveUnits: row % 2 === 0 ? 500_000 : 650_000,
    }));
    await Promise.all([p.startWorker(), p.startWorker()]);
    const limits = { ratePerS: 1_000, window: 100, budget: "20000", failureRules: [] } satisfies Partial<Limits>;
    const { id } = await startedCampaign(campaigns, rows, { limits });
    await untilState(campaigns, id, "completed");

    const progress = await campaigns.progress(id);
    if (progress === undefined) throw new Error("the campaign is gone");
    const { tally, spentUnits, reservedUnits } = progress;
    const { succeeded, refunded, failed, rejected } = tally.rows;
    expect(succeeded + refunded + failed + rejected).toBe(2_000);
    expect(refunded).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(0);
    expect(rejected).toBeGreaterThan(0);
    expect(reservedUnits).toBe(0);

    const { wallet, totals, identifiers = [] } = p.sandbox.books({ rows: true });
    expect(totals.byStatus.SUCCESSFUL).toBe(succeeded);
    expect(totals.byStatus.REFUNDED).toBe(refunded);
    expect(totals.identifiersWithSeveralExecutions).toBe(0);
    expect(spentUnits).toBe(unitsOf(wallet.debited) - unitsOf(wallet.refunded));
    const paid = identifiers
      .filter(({ statuses }) => statuses.includes("SUCCESSFUL"))
      .map(({ recipient }) => recipient);
    expect(new Set(paid).size).toBe(succeeded);

    const events = await readEvents(p.redis.client, p.redis.prefix, LOG_START, 10_000);
    const told = events.flatMap((event) => (event.type === "campaign.progress" ? [event.percent] : []));
    expect(told).toEqual([20, 40, 60, 80, 100]);
    expect(events.at(-1)?.type).toBe("campaign.completed");
  });
});

describe("A feeder that dies", () => {
  test("between storing rows and ringing for them loses none and pays none twice", async () => {
    const { pipeline: p, campaigns, feed } = await open();
    const rows = plannedRows(30, (row) => ({ recipient: phoneWith("1111", row) }));
    const campaign = await startedCampaign(campaigns, rows);
    // Its last act: fed, and no job added.
    expect(await feedNext(feed, campaign, rows, { limit: 12 })).toMatchObject({ topups: { length: 12 } });
    expect(await p.queue(QUEUES.submit).count()).toBe(0);
    await p.startWorker();
    await untilState(campaigns, campaign.id, "completed");
    expect(p.sandbox.books().totals).toMatchObject({ posts: 30, executions: 30, identifiers: 30 });
    expect((await campaigns.progress(campaign.id))?.tally.rows).toMatchObject({ succeeded: 30, already: 0 });
  });

  test("with the right to feed is replaced when its lease is over", async () => {
    const { pipeline: p, campaigns, feed } = await open();
    const rows = plannedRows(5, (row) => ({ recipient: phoneWith("1111", row) }));
    const campaign = await startedCampaign(campaigns, rows);
    expect(await feed.take(campaign.id, "dead", 700)).toBe(true);
    expect(await feed.take(campaign.id, "other", 700)).toBe(false);
    await p.startWorker();
    await untilState(campaigns, campaign.id, "completed");
    expect(p.sandbox.books().totals).toMatchObject({ posts: 5, executions: 5 });
  });
});

describe("Pausing under load", () => {
  test("starts no POST after its answer but for those already claimed, and resuming sends the rest", async () => {
    const { pipeline: p, campaigns } = await open({ settings: { SUBMIT_CONCURRENCY: "4" } });
    const rows = plannedRows(400, (row) => ({ recipient: phoneWith("1111", row) }));
    await p.startWorker();
    const { id } = await startedCampaign(campaigns, rows, { limits: { window: 80 } });
    await waitFor(() => expect(p.sandbox.books().totals.posts).toBeGreaterThan(60), {
      interval: 5,
    });
    const paused = await campaigns.pause(id, "person");
    if (paused.kind !== "changed") throw new Error(paused.kind);
    // Everything that was in flight has settled, and everything else is parked or was never fed.
    await waitFor(
      async () => {
        const progress = await campaigns.progress(id);
        expect(progress?.inFlightRows).toBe(0);
        expect(progress?.tally.rows.queued).toBe(0);
      },
      { interval: 50 },
    );
    const { totals } = p.sandbox.books();
    expect(totals.posts).toBeLessThan(400);
    expect(totals.posts).toBeLessThanOrEqual(claimedRows(paused.tally));
    const before = await campaigns.progress(id);
    expect(before?.tally.rows.parked).toBeGreaterThan(0);
    expect(before?.tally.rows.succeeded).toBe(totals.posts);

    await campaigns.resume(id);
    await untilState(campaigns, id, "completed");
    expect(p.sandbox.books().totals).toMatchObject({ posts: 400, executions: 400, identifiers: 400 });
  });
});

test("Cancelling withdraws everything that was not sent, and nothing that may be in flight", async () => {
  const { pipeline: p, campaigns } = await open({ settings: { SUBMIT_CONCURRENCY: "20" } });
  const rows = plannedRows(300, (row) => ({ recipient: phoneWith(row % 10 === 0 ? "0002" : "1111", row) }));
  await p.startWorker();
  const { id } = await startedCampaign(campaigns, rows, { limits: { window: 120 } });
  await waitFor(() => expect(p.sandbox.books().totals.posts).toBeGreaterThan(30), { interval: 5 });
  await campaigns.cancel(id);
  await untilState(campaigns, id, "cancelled");
  const progress = await campaigns.progress(id);
  const { succeeded = 0, cancelled = 0 } = progress?.tally.rows ?? {};
  expect(cancelled).toBeGreaterThan(0);
  expect(progress).toMatchObject({ unfedRows: 300 - succeeded - cancelled, reservedUnits: 0 });
  expect(p.sandbox.books().totals).toMatchObject({ executions: succeeded, byStatus: { SUCCESSFUL: succeeded } });
});

test("A closed operator parks that operator's rows only, and its rows do not fill the window", async () => {
  const { pipeline: p, campaigns } = await open();
  const rows = plannedRows(60, (row) => ({ recipient: phoneWith("1111", row), operatorId: row % 2 === 0 ? 342 : 341 }));
  await p.ledger.gates.close("operator:342", { reason: "OPERATOR_NOT_IN_SERVICE", untilMs: Date.now() + 600_000 });
  await p.startWorker();
  const { id } = await startedCampaign(campaigns, rows, { limits: { window: 5 } });
  await waitFor(async () => expect((await campaigns.progress(id))?.tally.rows.succeeded).toBe(30));
  expect(await campaigns.progress(id)).toMatchObject({ unfedRows: 30, campaign: { state: "running" } });
  await p.ledger.gates.open("operator:342");
  await untilState(campaigns, id, "completed");
  expect(p.sandbox.books().totals).toMatchObject({ executions: 60, identifiers: 60 });
});

describe("The canary", () => {
  const canaryRows = (ending: string): PlannedRow[] =>
    plannedRows(20, (row) => ({ recipient: phoneWith(row === 2 ? ending : "1111", row) }));

  test("waits for a person when its rows are final", async () => {
    const { pipeline: p, campaigns } = await open();
    await p.startWorker();
    const { id } = await startedCampaign(campaigns, canaryRows("1111"), { limits: { canary: { rows: 5 } } });
    await untilState(campaigns, id, "paused");
    expect(await campaigns.find(id)).toMatchObject({ fed: 5, finals: 5, pause: { reason: "canary" } });
    expect(p.sandbox.books().totals.posts).toBe(5);
    await campaigns.resume(id);
    await untilState(campaigns, id, "completed");
    expect(p.sandbox.books().totals.executions).toBe(20);
  });

  test("goes on by itself while its rule allows it, and waits when it does not", async () => {
    const { pipeline: p, campaigns } = await open();
    await p.startWorker();
    const canary = { rows: 5, release: "health", failedPercentMax: 10 } as const;
    const healthy = await startedCampaign(campaigns, canaryRows("1111"), { limits: { canary } });
    await untilState(campaigns, healthy.id, "completed");
    const ill = canaryRows("0006").map((row) => ({ ...row, recipient: row.recipient.replace("23480", "23481") }));
    const { id } = await startedCampaign(campaigns, ill, { run: "run-2", limits: { canary } });
    await untilState(campaigns, id, "paused");
    expect((await campaigns.find(id))?.pause).toMatchObject({
      reason: "canary",
      detail: "1 of the first 5 did not succeed",
    });
  });
});

test("An empty wallet pauses the campaign, and it goes on by itself when money is paid in", async () => {
  const { pipeline: p, campaigns } = await open({ sandbox: { initialBalance: "23" } });
  await p.startWorker();
  const rows = plannedRows(8, (row) => ({ recipient: phoneWith("1111", row) }));
  const { id } = await startedCampaign(campaigns, rows, { limits: { window: 3 } });
  await untilState(campaigns, id, "paused");
  expect((await campaigns.find(id))?.pause?.reason).toBe("balance");
  p.sandbox.topUpWallet("100");
  await untilState(campaigns, id, "completed");
  expect(p.sandbox.books().totals).toMatchObject({ executions: 8, identifiers: 8 });
});

test("A campaign starts when its time has come", async () => {
  const { pipeline: p, campaigns } = await open();
  await p.startWorker();
  const rows = [plannedRow(1, { recipient: phoneWith("1111", 1) })];
  const later = await startLater(campaigns, rows, 600);
  expect((await campaigns.find(later))?.state).toBe("scheduled");
  await untilState(campaigns, later, "completed");
  const { startAtMs = 0, startedAtMs = 0 } = (await campaigns.find(later)) ?? {};
  expect(startedAtMs).toBeGreaterThanOrEqual(startAtMs);
});

async function startLater(campaigns: Campaigns, rows: readonly PlannedRow[], inMs: number): Promise<string> {
  const { id, plan } = await readyCampaign(campaigns, rows);
  await campaigns.start(id, { planHash: plan?.hash ?? "", startAtMs: (await campaigns.nowMs()) + inMs });
  return id;
}

test("A campaign is sent within its hours only, and goes on when they are changed", async () => {
  const { pipeline: p, campaigns } = await open();
  await p.startWorker();
  const clockAt = (hoursAhead: number) => new Date(Date.now() + hoursAhead * 3_600_000).toISOString().slice(11, 16);
  const hours = (from: number, to: number) => ({ from: clockAt(from), to: clockAt(to), zone: "UTC" });
  const rows = plannedRows(3, (row) => ({ recipient: phoneWith("1111", row) }));
  const campaign = await startedCampaign(campaigns, rows, { limits: { dailyWindow: hours(2, 3) } });
  // Told to the campaign by the feeder, which found it closed.
  await waitFor(async () => expect((await campaigns.find(campaign.id))?.sendFromMs).toBeGreaterThan(Date.now()));
  const other = await startedCampaign(campaigns, [plannedRow(9, { recipient: phoneWith("1111", 9) })], {
    run: "run-2",
    limits: { dailyWindow: hours(-1, 1) },
  });
  await untilState(campaigns, other.id, "completed");
  expect(await campaigns.find(campaign.id)).toMatchObject({ state: "running", fed: 0 });
  const limits = { ...campaign.limits, dailyWindow: hours(-1, 1) };
  await campaigns.edit(campaign.id, { limits }, { voidsPlan: false });
  await untilState(campaigns, campaign.id, "completed");
  expect(p.sandbox.books().totals).toMatchObject({ executions: 4, identifiers: 4 });
});

describe("A top-up that is sent alone", () => {
  test("goes before all rows of a running campaign, in both queues", async () => {
    const { pipeline: p, campaigns } = await open({
      // A single hand, so that the order in the queues is the order of the POSTs.
      settings: { SUBMIT_CONCURRENCY: "1", POLL_CONCURRENCY: "1" },
    });
    const rows = plannedRows(150, (row) => ({ recipient: phoneWith("1111", row) }));
    await p.startWorker();
    const { id } = await startedCampaign(campaigns, rows, { limits: { window: 150 } });
    await waitFor(async () => expect(await p.queue(QUEUES.submit).getPrioritizedCount()).toBeGreaterThan(50), {
      interval: 5,
    });
    await p.enqueue(topupTo("1111", "alone"));
    await p.until("alone", "succeeded");
    const progress = await campaigns.progress(id);
    expect(progress?.tally.rows.succeeded, "rows of the campaign that were paid before it").toBeLessThan(150);
    expect(await p.queue(QUEUES.submit).getPrioritizedCount()).toBeGreaterThan(0);
  });

  test("has jobs without a priority, and a campaign's row has one in both queues", async () => {
    const { pipeline: p, campaigns, feed } = await open();
    const rows = [plannedRow(1, { recipient: phoneWith("0009", 1) })];
    const campaign = await startedCampaign(campaigns, rows);
    await feedNext(feed, campaign, rows);
    await p.enqueue(topupTo("0009", "alone"));
    await p.startWorker();
    await p.until(referenceAt(1), "processing");
    await p.until("alone", "processing");
    const priorityOf = async (reference: string) => {
      const job = await p.queue(QUEUES.poll).getJob(jobIdOf(QUEUES.poll, { reference, attempt: 1, fence: 1 }));
      return job?.priority;
    };
    await waitFor(async () => {
      expect(await priorityOf(referenceAt(1))).toBe(1);
      expect(await priorityOf("alone")).toBe(0);
    });
  });
});
