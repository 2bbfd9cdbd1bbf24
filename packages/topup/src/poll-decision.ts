import { failedSeenByHold } from "./failed-seen.js";
import { type DecisionContext, endMove, type Move } from "./move.js";
import type { Settlement, TopupRecord } from "./record.js";
import { LOOKUP_REPEAT_MS, nextPollDelayMs } from "./schedules.js";
import { unknownMove } from "./submit-decision.js";

/** What the provider says of a transaction. Anything it says that we do not know counts as `unreadable`. */
export type StatusAnswer =
  | { kind: "processing" }
  | { kind: "successful"; settlement: Settlement }
  | { kind: "refunded"; code?: string }
  | { kind: "failed"; code?: string }
  /** The transaction is another top-up's: `code` says by which field. Whatever its status is, it settles nothing. */
  | { kind: "names-another"; code: string }
  /** No answer, an error, a status word we do not know: the top-up stays open. */
  | { kind: "unreadable"; code: string };

/** Decides where a `processing` top-up goes after its status was asked for. Only the provider's finals end it. */
export function afterPoll(
  record: TopupRecord,
  answer: StatusAnswer,
  latencyMs: number,
  context: DecisionContext,
): Move {
  return { ...decidePoll(record, answer, context), latencyMs };
}

function decidePoll(record: TopupRecord, answer: StatusAnswer, context: DecisionContext): Move {
  const polls = record.polls + 1;
  switch (answer.kind) {
    case "successful":
      return endMove("succeeded", "status-successful", { polls, settlement: answer.settlement, code: null });
    case "refunded":
      return endMove("refunded", "status-refunded", { polls, code: answer.code ?? null });
    case "failed":
      return failedMove(record, answer.code, context);
    case "processing":
      return pollAgain(record, "still-processing", undefined, context);
    case "names-another":
      return disownMove(record, answer.code, context);
    case "unreadable":
      return pollAgain(record, "status-unreachable", answer.code, context);
  }
}

/**
 * The transactionId is not this attempt's: the top-up gives it up, and what became of its POST is looked up by the
 * attempt's own identifier. Nothing is sent before the rules for look-ups allow it.
 */
function disownMove(record: TopupRecord, code: string, context: DecisionContext): Move {
  const move = unknownMove(record, "answer-names-another", code, context);
  const givenUp = { transactionId: null, processingSinceMs: null, holdReason: null, holdUntilMs: null };
  return { ...move, patch: { ...move.patch, ...givenUp, polls: record.polls + 1 } };
}

function pollAgain(
  record: TopupRecord,
  because: "still-processing" | "status-unreachable",
  code: string | undefined,
  { nowMs, random, timings }: DecisionContext,
): Move {
  const sinceMs = record.processingSinceMs ?? record.enteredAtMs;
  const polls = record.polls + 1;
  if (nowMs - sinceMs > timings.POLL_AGE_MS_MAX) {
    return endMove("review", "processing-for-too-long", { polls, code: code ?? null });
  }
  return {
    to: "processing",
    because,
    patch: { polls, ...(code !== undefined && { code }), holdReason: null, holdUntilMs: null },
    dueAtMs: nowMs + nextPollDelayMs(polls + 1, random, timings),
  };
}

/**
 * FAILED: nothing was debited, and Reloadly asks to wait 30 minutes before the same product is bought for the
 * same number. The hold ends in asking again, never in believing this answer.
 */
export function failedMove(
  record: TopupRecord,
  code: string | undefined,
  { nowMs, random, timings }: DecisionContext,
): Move {
  const holdMs = timings.FAILED_HOLD_MS + Math.round(timings.FAILED_HOLD_JITTER_MS * random());
  const holdUntilMs = nowMs + holdMs;
  return {
    to: "held",
    because: "status-failed",
    patch: {
      holdReason: "failed",
      holdUntilMs,
      polls: record.polls + 1,
      leaseUntilMs: null,
      code: code ?? "FAILED",
    },
    dueAtMs: holdUntilMs,
    gate: { kind: "product", reason: code ?? "FAILED", untilMs: holdUntilMs, leastMs: holdMs },
    event: "topup.held",
  };
}

/** Decides where a top-up held on FAILED goes when the hold has ended and the status was asked for again. */
export function afterHold(
  record: TopupRecord,
  answer: StatusAnswer,
  latencyMs: number,
  context: DecisionContext,
): Move {
  return { ...decideHold(record, answer, context), latencyMs };
}

function decideHold(record: TopupRecord, answer: StatusAnswer, context: DecisionContext): Move {
  const polls = record.polls + 1;
  switch (answer.kind) {
    case "successful":
    case "refunded":
    case "names-another":
      return decidePoll(record, answer, context);
    case "processing":
      // The provider took its FAILED back; the age of PROCESSING still counts from the first time.
      return pollAgain(record, "still-processing", undefined, context);
    case "failed":
      return record.attempt < context.timings.SUBMIT_ATTEMPTS_MAX
        ? attemptAfterHold(record, context)
        : endMove("failed", "no-attempts-left", { polls, code: answer.code ?? record.code ?? "FAILED" });
    case "unreadable":
      if (context.nowMs - (record.holdUntilMs ?? record.enteredAtMs) > context.timings.POLL_AGE_MS_MAX) {
        const seen = failedSeenByHold(record, context.timings);
        return endMove("review", "status-unreachable", { polls, code: answer.code, ...seen });
      }
      return {
        to: "held",
        because: "status-unreachable",
        patch: { polls },
        dueAtMs: context.nowMs + Math.round((LOOKUP_REPEAT_MS / 5) * context.timings.SCHEDULE_SCALE),
      };
  }
}

function attemptAfterHold(record: TopupRecord, { nowMs, timings }: DecisionContext): Move {
  const move = nextAttemptMove(record, "still-failed-after-hold", nowMs);
  return { ...move, patch: { ...move.patch, ...failedSeenByHold(record, timings) } };
}

/** A new attempt, with a new identifier. Only for an attempt that is proven dead. */
export function nextAttemptMove(
  record: TopupRecord,
  because: "still-failed-after-hold" | "resolved-by-operator" | "forced-by-operator",
  nowMs: number,
): Move {
  return {
    to: "queued",
    because,
    patch: {
      attempt: record.attempt + 1,
      polls: 0,
      rounds: 0,
      outageRounds: 0,
      unknownSinceMs: null,
      lookups: 0,
      emptyLookups: null,
      unansweredLookups: null,
      identifierUsed: false,
      transactionId: null,
      processingSinceMs: null,
      refusedSinceMs: null,
      holdReason: null,
      holdUntilMs: null,
    },
    dueAtMs: nowMs,
  };
}

/**
 * The same attempt once more, because a person wants it sent and nothing shows that it was executed. That proves
 * nothing, so its identifier stays: if the provider has it after all, it refuses to take it twice.
 */
export function sameAttemptMove(because: "resolved-by-operator" | "forced-by-operator", nowMs: number): Move {
  return {
    to: "queued",
    because,
    // The time that it spent with a person is no time of being refused, or of waiting for the report. An id that is not
    // its own stays as evidence.
    patch: { refusedSinceMs: null, unknownSinceMs: null, transactionId: null },
    dueAtMs: nowMs,
  };
}
