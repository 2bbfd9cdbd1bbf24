import { differingPart } from "./answer-identity.js";
import type { Because } from "./because.js";
import { type DecisionContext, endMove, type Move, type RecordPatch } from "./move.js";
import { afterPoll, failedMove, type StatusAnswer } from "./poll-decision.js";
import type { LookupTally, TopupRecord } from "./record.js";
import type { ReportCurrency } from "./report-lag.js";
import { nextLookupAtMs } from "./schedules.js";
import { acceptedMove, quietUntilMsOf } from "./submit-decision.js";

/** One row of the provider's report, in our words. Amounts are decimal texts. */
export type ProviderRow = {
  transactionId: number;
  status: StatusAnswer;
  operatorId: number;
  /** E.164 digits, or the e-mail address. */
  recipient: string;
  requestedAmount: string;
  deliveredAmount?: string;
};

/**
 * What a look-up by customIdentifier showed. `unreached`: the provider did not answer, which counts for nothing.
 * `unreadable`: it did, and its answer cannot be used. `report` is asked for where nothing was found.
 */
export type LookupAnswer =
  | { kind: "rows"; rows: readonly ProviderRow[]; report?: ReportCurrency }
  | { kind: "unreached"; code: string }
  | { kind: "unreadable"; code: string };

/** A used identifier is looked for during this part of `UNKNOWN_AGE_MS_MAX`: 6 hours as shipped. */
const USED_AGE_DIVISOR = 8;

/**
 * Decides where an `unknown` top-up goes after a look-up. Only evidence, or the quiet period, leaves `unknown`; and what
 * a report does not show that is seen to lag is neither.
 */
export function afterLookup(record: TopupRecord, answer: LookupAnswer, context: DecisionContext): Move {
  const move = moveAfterLookup(record, answer, context);
  const isAnswered = answer.kind === "rows" && move.because !== "report-lags";
  if (record.reportLagsSinceMs === undefined || (move.to === "unknown" && !isAnswered)) return move;
  return { ...move, patch: { ...move.patch, reportLagsSinceMs: null } };
}

function moveAfterLookup(record: TopupRecord, answer: LookupAnswer, context: DecisionContext): Move {
  // A pass on which the provider was away proves nothing and ends nothing, or one long outage would send every
  // unknown top-up to a person.
  if (answer.kind === "unreached") return afterNoAnswer(record, answer.code, context);
  if (answer.kind === "unreadable") {
    if (isTooOld(record, context)) return endMove("review", "unknown-for-too-long", { code: answer.code });
    return afterNoAnswer(record, answer.code, context);
  }
  const [row, ...others] = answer.rows;
  if (row === undefined) return afterNothingFound(record, answer.report, context);
  if (others.length > 0) return endMove("review", "several-provider-rows");
  if (!isSameTopup(record, row)) return endMove("review", "provider-row-differs", { transactionId: row.transactionId });
  return adopt(record, row, context);
}

/**
 * Decides what a look-up says of a claim whose worker was lost and whose lease still runs. One row that is this
 * top-up proves that its POST was executed, so it is adopted and polled; what the row says of the status is left to
 * the poll. Anything else proves nothing yet: `undefined`, and the lease runs on.
 */
export function afterEarlyLookup(
  record: TopupRecord,
  answer: LookupAnswer,
  context: DecisionContext,
): Move | undefined {
  if (answer.kind !== "rows") return undefined;
  const [row, ...others] = answer.rows;
  if (row === undefined || others.length > 0 || !isSameTopup(record, row)) return undefined;
  const move = acceptedMove(row.transactionId, "found-in-report", context);
  return { ...move, patch: { ...move.patch, interruptions: record.interruptions + 1 } };
}

function afterNothingFound(record: TopupRecord, report: ReportCurrency | undefined, context: DecisionContext): Move {
  const { nowMs, timings } = context;
  if (nowMs < quietUntilMsOf(record, timings)) return notFoundYet(record, context);
  if (report?.kind === "lags" && !isTooOld(record, context)) return waitForReport(record, context);
  if (mayStillBeShown(record, context)) return notFoundYet(record, context);
  if (record.identifierUsed) return endMove("review", "identifier-used-but-not-found");
  if (countedRoundsOf(record) >= timings.UNKNOWN_ROUNDS_MAX) return endMove("review", "unknown-too-often");
  if (isTooOld(record, context)) return endMove("review", "unknown-for-too-long");
  return {
    to: "queued",
    because: "not-found-after-quiet-period",
    patch: { lookups: record.lookups + 1 },
    dueAtMs: nowMs,
  };
}

function notFoundYet(record: TopupRecord, context: DecisionContext): Move {
  const emptyLookups = oneMore(record.emptyLookups, context.nowMs);
  return lookAgain(record, "not-found-yet", { lookups: record.lookups + 1, emptyLookups }, context);
}

/** A report that does not show what is paid for certain may not show this one either: no round, no verdict, no POST. */
function waitForReport(record: TopupRecord, context: DecisionContext): Move {
  const { nowMs } = context;
  const emptyLookups = oneMore(record.emptyLookups, nowMs);
  const reportLagsSinceMs = record.reportLagsSinceMs ?? nowMs;
  return lookAgain(record, "report-lags", { lookups: record.lookups + 1, emptyLookups, reportLagsSinceMs }, context);
}

/**
 * An identifier that is used proves that the provider has a transaction, and a report may lag by hours: it is looked for
 * so long before a person is asked. Nothing is sent in that time, or after it.
 */
function mayStillBeShown({ identifierUsed, enteredAtMs }: TopupRecord, { nowMs, timings }: DecisionContext): boolean {
  return identifierUsed && nowMs - enteredAtMs <= timings.UNKNOWN_AGE_MS_MAX / USED_AGE_DIVISOR;
}

/** Rounds in which the provider accepted others meanwhile. An outage must not send what waited for its end to a person. */
function countedRoundsOf({ rounds, outageRounds = 0 }: TopupRecord): number {
  return rounds - outageRounds;
}

function afterNoAnswer(record: TopupRecord, code: string, context: DecisionContext): Move {
  const unansweredLookups = oneMore(record.unansweredLookups, context.nowMs);
  return lookAgain(record, "report-unreachable", { code, unansweredLookups }, context);
}

function oneMore(before: LookupTally | undefined, nowMs: number): LookupTally {
  return { times: (before?.times ?? 0) + 1, firstMs: before?.firstMs ?? nowMs, lastMs: nowMs };
}

function isTooOld(record: TopupRecord, { nowMs, timings }: DecisionContext): boolean {
  return nowMs - (record.unknownSinceMs ?? record.enteredAtMs) > timings.UNKNOWN_AGE_MS_MAX;
}

/**
 * Decides what is done when the report shows the attempt under a transactionId that another top-up has. One that was
 * given a wrong id gives it up when it is polled, so this one is looked up again, for as long as an unknown outcome may
 * last; a person is asked then.
 */
export function afterTakenTransaction(record: TopupRecord, context: DecisionContext): Move {
  if (isTooOld(record, context))
    return endMove("review", "several-transaction-ids", { code: "SEVERAL_TRANSACTION_IDS" });
  return lookAgain(record, "transaction-taken", { lookups: record.lookups + 1 }, context);
}

function lookAgain(
  record: TopupRecord,
  because: "report-unreachable" | "not-found-yet" | "report-lags" | "transaction-taken",
  patch: RecordPatch,
  { nowMs, timings }: DecisionContext,
): Move {
  const quietUntilMs = quietUntilMsOf(record, timings);
  return {
    to: "unknown",
    because,
    patch,
    dueAtMs: nextLookupAtMs({ sinceMs: record.enteredAtMs, quietUntilMs }, nowMs, timings),
  };
}

/** Tells whether a provider row buys what the record asks for: same recipient (whichever of a line's numbers it shows), same operator, same amount. */
export function isSameTopup(record: TopupRecord, row: ProviderRow): boolean {
  const { operatorId, recipient, requestedAmount, deliveredAmount = null } = row;
  return differingPart(record, { operatorId, recipient, requestedAmount, deliveredAmount }) === undefined;
}

/** Takes a found row over: first its transactionId, and with it what its status already says. */
function adopt(record: TopupRecord, row: ProviderRow, context: DecisionContext): Move {
  const because: Because = "found-in-report";
  const adopted = acceptedMove(row.transactionId, because, context);
  const asProcessing: TopupRecord = { ...record, transactionId: row.transactionId, processingSinceMs: context.nowMs };
  switch (row.status.kind) {
    case "successful":
    case "refunded": {
      const end = afterPoll(asProcessing, row.status, 0, context);
      const { latencyMs: _, ...move } = end;
      return { ...move, because, patch: { ...move.patch, polls: record.polls, transactionId: row.transactionId } };
    }
    case "failed": {
      const held = failedMove(asProcessing, row.status.code, context);
      return { ...held, because, patch: { ...adopted.patch, ...held.patch } };
    }
    case "processing":
    case "names-another":
    case "unreadable":
      return adopted;
  }
}
