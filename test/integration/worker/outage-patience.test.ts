/** Outages of the provider, and a report that lags: what waited settles when they end, and no person is asked. */
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
