/** Outages of the provider, and a report that lags: what waited settles when they end, and no person is asked. */
import type { FaultPlan } from "@surefill/reloadly-sandbox";
import { afterEach, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { waitFor } from "../../support/wait-for.js";

let pipeline: Pipeline;
afterEach(() => pipeline.close());

async function enqueueMany(count: number): Promise<string[]> {
  const references = Array.from({ length: count }, (_, index) => `patient-${index}`);
  for (const [index, reference] of references.entries()) {
    await pipeline.enqueue(topupTo(String(7000 + index), reference));
  }
  return references;
}

async function expectEachPaidOnce(references: readonly string[]): Promise<void> {
  for (const reference of references) {
    expect((await pipeline.until(reference, "succeeded", "review", "failed")).state).toBe("succeeded");
    expect((await pipeline.ledger.history(reference)).map(({ to }) => to)).not.toContain("review");
    expect(pipeline.sandbox.books({ customIdentifier: reference }).identifiers?.[0]?.executions).toBe(1);
  }
}

test("a provider that answers no POST for longer than all rounds last: every top-up is paid when it is back", async () => {
  pipeline = await openPipeline({
    settings: { UNKNOWN_ROUNDS_MAX: "1", SCHEDULE_SCALE: "0.005" },
    sandbox: { faultPlan: { rules: [{ fault: { kind: "reset-before-commit" } }] } },
  });
  await pipeline.startWorker();
  const references = await enqueueMany(12);
  await waitFor(async () => {
    const records = await pipeline.ledger.records(references);
    expect(Math.max(...records.map(({ rounds }) => rounds))).toBeGreaterThan(1);
  });
  pipeline.sandbox.setFaultPlan({ rules: [] });
  await expectEachPaidOnce(references);
});

test("a report that lags behind by more than the quiet period: each used identifier is looked for until it is shown", async () => {
  pipeline = await openPipeline({
    settings: { SCHEDULE_SCALE: "0.005" },
    sandbox: { reportLagMs: 8_000, faultPlan: { rules: [{ fault: { kind: "reset-after-commit" } }] } },
  });
  await pipeline.startWorker();
  await expectEachPaidOnce(await enqueueMany(6));
});

/** Beyond the bound for a used identifier (an eighth of the age), and far beyond the quiet period. */
const LAG_MS = 9_000;
const LAG_SETTINGS = { SCHEDULE_SCALE: "0.005", UNKNOWN_AGE_MS_MAX: "40000", UNKNOWN_ROUNDS_MAX: "1" };

test("a report that is seen to lag, since it lacks what is paid: nothing is sent twice, or goes to a person", async () => {
  const lost = { match: { phoneEnding: "5" }, fault: { kind: "reset-after-commit" } } as const;
  pipeline = await openPipeline({
    settings: LAG_SETTINGS,
    sandbox: { reportLagMs: LAG_MS, faultPlan: { rules: [lost] } },
  });
  await pipeline.startWorker();
  const references = Array.from({ length: 60 }, (_, index) => `lags-${index}`);
  const enqueue = (index: number) => pipeline.enqueue(topupTo(String(7000 + index), references[index] ?? ""));
  for (const index of references.keys()) await enqueue(index);
  const unknown = references.filter((_, index) => index % 10 === 5);
  await waitFor(async () => {
    for (const record of await pipeline.ledger.records(unknown)) expect(record.reportLagsSinceMs).toBeDefined();
  });
  await expectEachPaidOnce(references);
  for (const { submits } of await pipeline.ledger.records(unknown)) expect(submits).toBe(1);
});

test("a POST that was lost while the report lags is sent again when the report shows what was sent later", async () => {
  const lost = { match: { customIdentifier: "lost" }, times: 1, fault: { kind: "reset-before-commit" } } as const;
  pipeline = await openPipeline({
    settings: LAG_SETTINGS,
    sandbox: { reportLagMs: LAG_MS, faultPlan: { rules: [lost] } },
  });
  await pipeline.startWorker();
  await pipeline.enqueue(topupTo("7000", "lost"));
  await pipeline.until("lost", "unknown");
  await pipeline.enqueue(topupTo("7001", "shown-later"));
  await pipeline.until("shown-later", "succeeded");
  const paidMs = await pipeline.ledger.nowMs();
  await waitFor(async () => {
    expect((await pipeline.ledger.look("lost"))?.record.reportLagsSinceMs).toBeDefined();
  });
  const record = await pipeline.until("lost", "succeeded", "review", "failed");
  expect(record).toMatchObject({ state: "succeeded", submits: 2 });
  expect(record.reportLagsSinceMs).toBeUndefined();
  expect((record.grantedAtMs ?? 0) - paidMs).toBeGreaterThan(LAG_MS / 2);
});

const CANNOT_NOW = { kind: "refuse", errorCode: "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT" } as const;
const AWAY: readonly (readonly [string, FaultPlan["rules"]])[] = [
  [
    "executes and answers nothing, and has no report",
    [{ fault: { kind: "timeout-after-commit" } }, { match: { operation: "report" }, fault: { kind: "html-502" } }],
  ],
  ["says that it cannot process anything now", [{ fault: CANNOT_NOW }]],
];

test.for(AWAY)(
  "60 top-ups while the provider %s: all are paid once when it is back, and no person is asked",
  async ([, rules]) => {
    pipeline = await openPipeline({
      settings: { SCHEDULE_SCALE: "0.005" },
      sandbox: { faultPlan: { rules } },
    });
    await pipeline.startWorker();
    const references = await enqueueMany(60);
    // The outage lasts for longer than a POST, its quiet period and the rounds that a top-up has.
    const sinceMs = await pipeline.ledger.nowMs();
    await waitFor(async () => expect((await pipeline.ledger.nowMs()) - sinceMs).toBeGreaterThan(14_000));
    const { succeeded, review } = await pipeline.ledger.counts();
    expect({ succeeded, review }).toEqual({ succeeded: 0, review: 0 });
    pipeline.sandbox.setFaultPlan({ rules: [] });
    await expectEachPaidOnce(references);
  },
);
