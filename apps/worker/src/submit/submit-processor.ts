import type { Chance, Clock } from "@surefill/runtime";
import {
  acceptedMove,
  afterEarlyLookup,
  afterSubmit,
  contradictedMove,
  earlyLookupFromMs,
  endMove,
  HOLD_JITTER_MS,
  nextEarlyLookupAtMs,
  type SubmitOutcome,
  type Timings,
  type TopupJob,
  type TopupRecord,
  unreachableGate,
} from "@surefill/topup";
import { type Claimed, LedgerUnavailableError } from "@surefill/topup-store";
import { expireLease } from "../expire-lease.js";
import type { IntentJournal } from "../journal/intent-journal.js";
import { type LedgerTime, ledgerTimeFrom } from "../ledger-time.js";
import { attemptsBefore, lookBack } from "../look-back.js";
import type { TopupMetrics } from "../metrics.js";
import type { Provider } from "../provider.js";
import type { JobResult } from "../queue/alarms.js";
import type { Processor } from "../queue/run-processor.js";
import { sendDeadlineMsOf, startSendDeadline } from "../send-deadline.js";
import { type MoveWriter, writeMove } from "../write-move.js";
import { detectOperator } from "./detect-operator.js";
import { takeIn } from "./intake.js";
import { recordOutcome } from "./record-outcome.js";
import { SendRate } from "./send-rate.js";

export type SubmitParts = MoveWriter & {
  provider: Provider;
  clock: Clock;
  chance: Chance;
  timings: Timings;
  metrics: TopupMetrics;
  /** Aborts when the process has no time left. */
  stopped: AbortSignal;
  journal: IntentJournal;
};

/** While the journal cannot be written, a job waits this long before it is looked at again, here or elsewhere. */
const JOURNAL_RETRY_MS = 2_000;

/** A job for which this process got no token goes back for so long. */
const UNREACHED_RETRY_MS = 1_000;

/** How often a claim without an answer is asked for, and the wait between these: at once first, then with a pause. */
const CLAIM_TRIES_MAX = 5;
const CLAIM_RETRY_MS = 500;

/** What comes of a claim that could not be written down. */
const NOT_WRITTEN_DOWN: SubmitOutcome = { kind: "not-sent", cause: "too-late", code: "JOURNAL_NOT_WRITTEN" };

/** What the steps of one process share. */
type SendParts = SubmitParts & { sendRate: SendRate };

/** Makes the processor of the submit queue: claim, send once, record. */
export function createSubmitProcessor(submitParts: SubmitParts): Processor {
  const parts = { ...submitParts, sendRate: new SendRate() };
  return async ({ data, replaceData }) => {
    const intake = await takeIn(parts.ledger, data);
    if (intake.kind === "refused") return { do: "refuse", reason: intake.reason };
    // From here on the ledger knows the recipient, and the queue need not.
    if (intake.fromOutside) await replaceData(intake.job);
    return submit(parts, intake.job);
  };
}

async function submit(parts: SendParts, job: TopupJob): Promise<JobResult> {
  if (!parts.journal.isWritable) return { do: "ring-again", delayMs: JOURNAL_RETRY_MS };
  const stopped = job.attempt > 1 ? await stopForEarlierAttempts(parts, job) : undefined;
  if (stopped !== undefined) return stopped;
  const prepared = await parts.provider.prepare();
  if (prepared.kind === "unreached") {
    const { kind: _, ...closing } = unreachableGate(prepared, parts.timings);
    const isClosed = await parts.ledger.gates.countFailure("account", closing);
    // Where no process gets a token, the claim below finds the gate closed and parks the top-up. Where only this one
    // gets none, another may have one.
    if (!isClosed) return { do: "ring-again", delayMs: Math.round(UNREACHED_RETRY_MS * parts.timings.SCHEDULE_SCALE) };
  }
  const checkAge = startSendDeadline(parts.clock);
  const claimed = await claim(parts, job);
  if (claimed.kind === "missing") {
    return { do: "refuse", reason: `the ledger has no top-up ${job.reference}; send it again with its reference` };
  }
  const now = ledgerTimeFrom(parts.clock, claimed.nowMs);
  switch (claimed.kind) {
    case "claimed":
      return send(parts, claimed.record, checkAge, now);
    case "gated":
      return { do: "ring-again", delayMs: (claimed.record.holdUntilMs ?? claimed.nowMs) - now() };
    case "paced":
      return { do: "ring-again", delayMs: (claimed.record.dueAtMs ?? claimed.nowMs) - now() };
    case "undetected": {
      const detected = await detectOperator(parts, claimed.record, now);
      return detected.kind === "detected" ? submit(parts, job) : detected.result;
    }
    case "answered":
      return takeLateAnswer(parts, claimed, now);
    case "contradicted": {
      const move = contradictedMove(claimed.record);
      return (await writeMove(parts, claimed.record, move, { inQueue: "submit", now })).result;
    }
    case "stale":
      return afterStaleClaim(parts, job, claimed, now);
  }
}

/**
 * Before a later attempt is sent, what the provider has of the ones before it is asked for again: the answers that
 * began this attempt may be old by now. `undefined` where nothing stands against sending. A person who had it sent
 * against what the provider shows has decided that.
 */
async function stopForEarlierAttempts(parts: SubmitParts, job: TopupJob): Promise<JobResult | undefined> {
  const looked = await parts.ledger.look(job.reference);
  if (looked === undefined || looked.record.forced === true || !isToBeSent(looked.record, job)) return undefined;
  const now = ledgerTimeFrom(parts.clock, looked.nowMs);
  const earlier = await lookBack(parts, looked.record, attemptsBefore(job.attempt), now);
  switch (earlier.do) {
    case "proceed":
      return undefined;
    case "wait":
      return { do: "ring-again", delayMs: earlier.waitMs };
    case "stop":
      return (await writeMove(parts, looked.record, earlier.move, { inQueue: "submit", now })).result;
  }
}

function isToBeSent({ state, attempt, holdReason }: TopupRecord, job: TopupJob): boolean {
  return attempt === job.attempt && (state === "queued" || (state === "held" && holdReason !== "failed"));
}

/**
 * Claims the attempt. A process that was stopped finds its question timed out, though the claim may be granted and the
 * answer be waiting: it asks again under the same id, and so knows of a claim that is its own. Nothing was sent on it. If
 * it is too old by now, the check of its age gives it back at once.
 */
async function claim(parts: SendParts, { reference, attempt }: TopupJob): Promise<Claimed> {
  const { ledger, timings, chance, clock, stopped } = parts;
  const terms = {
    operation: ledger.newOperation(),
    leaseMs: timings.SUBMIT_LEASE_MS,
    holdJitterMs: Math.round(HOLD_JITTER_MS * timings.SCHEDULE_SCALE * chance.random()),
    probePatienceMs: timings.GATE_FIRST_MS,
    probeWaitMs: Math.round(HOLD_JITTER_MS * timings.SCHEDULE_SCALE),
  };
  for (let tries = 1; ; tries += 1) {
    try {
      return await ledger.claim(reference, attempt, terms);
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError) || tries === CLAIM_TRIES_MAX) throw error;
      // A connection that was lost in that time needs a moment to be made again.
      if (tries > 1) await clock.sleep(CLAIM_RETRY_MS, stopped);
    }
  }
}

async function send(
  parts: SendParts,
  record: TopupRecord,
  checkAge: (deadlineMs: number) => void,
  now: LedgerTime,
): Promise<JobResult> {
  const isWrittenDown = await parts.journal.intend(record);
  const startedMs = parts.clock.monotonicMs();
  parts.sendRate.sent(startedMs);
  const mayWrite = () => checkAge(sendDeadlineMsOf(record, parts.timings));
  const outcome = isWrittenDown ? await parts.provider.submit(record, mayWrite) : NOT_WRITTEN_DOWN;
  const latencyMs = parts.clock.monotonicMs() - startedMs;
  parts.metrics.submitted(outcome);
  const sentPerSecond = parts.sendRate.perSecond(parts.clock.monotonicMs());
  const context = { nowMs: now(), random: parts.chance.random, timings: parts.timings, sentPerSecond };
  const move = afterSubmit(record, outcome, latencyMs, context);
  if (outcome.kind !== "accepted" && move.to !== "unknown") parts.journal.voided(record);
  return recordOutcome(parts, record, outcome, move, now);
}

/** An answer to an earlier POST of this attempt came, and its bringer did not get to write it down: it is done here. */
async function takeLateAnswer(
  parts: SubmitParts,
  { record }: Extract<Claimed, { kind: "answered" }>,
  now: LedgerTime,
): Promise<JobResult> {
  const answer = record.evidence?.findLast(({ attempt }) => attempt === record.attempt);
  if (answer === undefined) throw new TypeError("an answered top-up has the answer among its evidence");
  const context = { nowMs: now(), random: parts.chance.random, timings: parts.timings };
  const move = acceptedMove(answer.transactionId, "accepted-by-provider", context);
  const { moved, result } = await writeMove(parts, record, move, { inQueue: "submit", now });
  // The id belongs to another top-up. Left like this, the evidence would hold the top-up back for ever.
  return moved.kind === "conflict" ? askPerson(parts, record, now) : result;
}

/** One transaction for two top-ups: no rule tells whose it is. */
async function askPerson(parts: SubmitParts, record: TopupRecord, now: LedgerTime): Promise<JobResult> {
  const review = endMove("review", "several-transaction-ids", { code: "SEVERAL_TRANSACTION_IDS" });
  return (await writeMove(parts, record, review, { inQueue: "submit", now })).result;
}

/**
 * The claim was not granted because the record is elsewhere. Only one case needs this job still: a claim whose worker
 * was lost. Its outcome is unknown when its lease has ended. Reading is safe before that, so what the report shows of
 * the attempt is adopted at once; only sending again waits for lease and quiet period.
 */
async function afterStaleClaim(
  parts: SubmitParts,
  job: TopupJob,
  claimed: Extract<Claimed, { kind: "stale" }>,
  now: LedgerTime,
): Promise<JobResult> {
  const { record } = claimed;
  if (record.state !== "submitting" || record.attempt !== job.attempt) return { do: "finish" };
  const leaseUntilMs = record.leaseUntilMs ?? claimed.nowMs;
  if (leaseUntilMs > now()) {
    const grantedAtMs = record.grantedAtMs ?? claimed.nowMs;
    const fromMs = earlyLookupFromMs(grantedAtMs, parts.timings);
    const found = now() >= fromMs ? await lookUpEarly(parts, record, now) : undefined;
    if (found !== undefined) return found;
    const lookAtMs = nextEarlyLookupAtMs({ grantedAtMs, leaseUntilMs }, now(), parts.timings);
    return { do: "ring-again", delayMs: lookAtMs - now() };
  }
  const move = expireLease(record, { nowMs: now(), random: parts.chance.random, timings: parts.timings });
  return (await writeMove(parts, record, move, { inQueue: "submit", now })).result;
}

/** Adopts what the report shows of a claimed attempt; `undefined` when it shows nothing that can be adopted. */
async function lookUpEarly(parts: SubmitParts, record: TopupRecord, now: LedgerTime): Promise<JobResult | undefined> {
  const context = { nowMs: now(), random: parts.chance.random, timings: parts.timings };
  const answer = await parts.provider.lookUp(record);
  parts.metrics.lookedUp(answer, context.nowMs);
  const move = afterEarlyLookup(record, answer, context);
  if (move === undefined) return undefined;
  const { moved, result } = await writeMove(parts, record, move, { inQueue: "submit", now });
  // The transaction belongs to another top-up: the look-up after the lease decides, as for every conflict.
  return moved.kind === "conflict" ? undefined : result;
}
