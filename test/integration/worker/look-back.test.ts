/**
 * Before a later attempt is sent, and before a top-up fails, the provider is asked again what it has of the attempts
 * before: FAILED may have been taken back since it was believed. No audit runs beside.
 */
import { jobIdOf, QUEUES, type TopupRecord } from "@surefill/topup";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LiveAudit, openLiveAudit } from "../../support/live-audit.js";
import { openPipeline, type Pipeline } from "../../support/pipeline.js";
import { acceptance, claimed, heldOnFailed, LEASE, nextAfterFailed, recordOf } from "../../support/test-ledger.js";

const NUMBER = "2348031230042";
const NO_AUDIT = { AUDIT_OPEN_INTERVAL_MS: "3600000", AUDIT_RECENT_INTERVAL_MS: "3600000" };
const outcome = (customIdentifier: string, kind: "success" | "failed") => ({
  match: { customIdentifier },
  fault: { kind },
});

let pipeline: Pipeline;
let audit: LiveAudit;

beforeEach(async () => {
  pipeline = await openPipeline({
    sandbox: { failedBurnsIdentifier: false },
    settings: { ...NO_AUDIT, SUBMIT_ATTEMPTS_MAX: "2" },
  });
  audit = await openLiveAudit(pipeline);
});
afterEach(async () => {
  await audit.close();
  await pipeline.close();
});

/** Has the provider execute an attempt, and answers its id once the provider has a last word of it. */
async function executed(customIdentifier: string): Promise<number> {
  const recipientPhone = { countryCode: "NG", number: NUMBER };
  const request = { operatorId: 341, amount: "5", useLocalAmount: false, customIdentifier, recipientPhone };
  const signal = AbortSignal.timeout(60_000);
  const { transactionId } = await audit.client.sendTopupAsync(request, { signal });
  await expect
    .poll(() => pipeline.sandbox.books({ customIdentifier }).identifiers?.[0]?.statuses)
    .not.toContain("PROCESSING");
  return transactionId;
}

async function ring(queue: "submit" | "poll", { reference, attempt, fence }: TopupRecord): Promise<void> {
  const jobId = jobIdOf(QUEUES[queue], { reference, attempt, fence });
  await pipeline.queue(QUEUES[queue]).add(QUEUES[queue], { reference, attempt }, { jobId });
}

/** A top-up whose first attempt the ledger believes FAILED; the provider has it as `executed` left it. */
async function secondAttempt(): Promise<TopupRecord> {
  const request = { operatorId: 341, amount: "5", useLocalAmount: false } as const;
  const recipientPhone = { countryCode: "NG", number: NUMBER };
  const claim = await claimed(pipeline.ledger, "late", { ...request, recipientPhone });
  return nextAfterFailed(pipeline.ledger, claim, await executed("late"));
}

const executions = () => pipeline.sandbox.books().totals.executions;

test("FAILED that turned SUCCESSFUL after its hold stops the next attempt: a person is asked, nothing is sent", async () => {
  await ring("submit", await secondAttempt());
  await pipeline.startWorker();
  expect(await pipeline.until("late", "review")).toMatchObject({ attempt: 2, code: "EARLIER_ATTEMPT_MAY_BE_PAID" });
  expect(executions()).toBe(1);
});

test("a transaction that only the report knows of an earlier attempt stops the next one, and is kept", async () => {
  pipeline.sandbox.setFaultPlan({ rules: [{ ...outcome("late", "failed"), times: 1 }] });
  const record = await secondAttempt();
  // The provider does not count the failed one and executes the identifier again: a request that was very late.
  const later = await executed("late");
  await ring("submit", record);
  await pipeline.startWorker();
  const review = await pipeline.until("late", "review");
  expect(review.evidence).toContainEqual({ attempt: 1, transactionId: later });
  expect(pipeline.sandbox.books({ customIdentifier: "late~2" }).identifiers).toEqual([]);
});

test("while the report is away no later attempt is sent, and it is sent once the report shows nothing that is paid", async () => {
  const failed = outcome("late", "failed");
  const away = { match: { operation: "report" as const }, fault: { kind: "html-502" as const } };
  pipeline.sandbox.setFaultPlan({ rules: [failed, away] });
  await ring("submit", await secondAttempt());
  await pipeline.startWorker();
  const [job] = await pipeline.queue(QUEUES.submit).getJobs();
  await expect.poll(() => pipeline.queue(QUEUES.submit).getJobState(job?.id ?? "")).toBe("delayed");
  expect(executions()).toBe(1);
  pipeline.sandbox.setFaultPlan({ rules: [failed] });
  expect(await pipeline.until("late", "succeeded")).toMatchObject({ attempt: 2 });
  expect(executions()).toBe(2);
});

test("a top-up whose last attempt FAILED does not fail while an earlier one turned SUCCESSFUL", async () => {
  pipeline.sandbox.setFaultPlan({ rules: [outcome("late", "success"), outcome("late~2", "failed")] });
  const { ledger } = pipeline;
  await secondAttempt();
  const claim = await ledger.claim("late", 2, LEASE);
  if (claim.kind !== "claimed") throw new Error(`it was ${claim.kind}`);
  await ledger.move(claim.record, acceptance(await executed("late~2"), await ledger.nowMs()));
  await heldOnFailed(ledger, "late");
  await ring("poll", await recordOf(ledger, "late"));
  await pipeline.startWorker();
  expect(await pipeline.until("late", "review", "failed")).toMatchObject({ state: "review", attempt: 2 });
});
