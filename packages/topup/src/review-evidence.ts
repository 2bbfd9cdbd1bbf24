import { type Because, isVerdict } from "./because.js";
import { mayStillTurn } from "./failed-seen.js";
import type { FailedSeen, HistoryEntry, LookupTally, TopupRecord } from "./record.js";
import { identifierOf } from "./reference.js";
import { quietUntilMsOf } from "./submit-decision.js";
import type { Timings } from "./timings.js";

/** One request to the provider, as the history tells of it. `outcome` is the reason of the move that it led to. */
export type SentRequest = {
  atMs: number;
  /** Absent while nothing has come of it. */
  outcome?: Because;
  code?: string;
  /** How long the provider took to answer. */
  latencyMs?: number;
};

/** One attempt with everything that was sent of it, and every transaction that was seen of it. */
export type ReviewedAttempt = {
  attempt: number;
  customIdentifier: string;
  requests: readonly SentRequest[];
  transactionIds: readonly number[];
};

/** A look into the provider's report that decided something. */
export type DecisiveLookup = { atMs: number; attempt: number; showed: Because; code?: string };

/** Everything that a person needs in order to decide a review, gathered from the record and its history. */
export type ReviewEvidence = {
  sinceMs: number;
  /** Why no rule could decide it; absent when the history has lost that line. */
  because?: Because;
  code?: string;
  attempts: readonly ReviewedAttempt[];
  /** Look-ups since the outcome last became unknown that were answered and showed nothing. */
  lookupsWithoutResult: number;
  /** Look-ups of the current attempt that showed nothing and decided nothing; absent where there was none. */
  emptyLookups?: LookupTally;
  /** Look-ups of the current attempt that got no answer; absent where there was none. */
  unansweredLookups?: LookupTally;
  lookups: readonly DecisiveLookup[];
  /** What the provider called FAILED, and until when it may take that back: verdicts on it wait until then. */
  failed: readonly (FailedSeen & { untilMs: number })[];
  suggestion: Suggestion;
};

/** The verdict that the evidence supports; `null` where it supports none. */
export type Suggestion = {
  verdict: "succeeded" | "refunded" | "failed" | "resubmit" | null;
  /** With `succeeded`: the transaction that paid it. */
  transactionId?: number;
  /** Plain words. */
  reason: string;
};

/** `nowMs` is the ledger's time. */
type ReviewContext = { nowMs: number; timings: Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS" | "FAILED_HOLD_MS"> };

const LOOKUPS: ReadonlySet<Because> = new Set([
  "found-in-report",
  "not-found-after-quiet-period",
  "identifier-used-but-not-found",
  "unknown-too-often",
  "unknown-for-too-long",
  "several-provider-rows",
  "provider-row-differs",
]);

/** Gathers the evidence of a record in review. `history` is the record's, oldest first. */
export function reviewEvidenceOf(
  record: TopupRecord,
  history: readonly HistoryEntry[],
  context: ReviewContext,
): ReviewEvidence {
  const entry = history.findLast(({ to }) => to === "review");
  return {
    sinceMs: record.enteredAtMs,
    ...(entry !== undefined && { because: entry.because }),
    ...(record.code !== undefined && { code: record.code }),
    attempts: Array.from({ length: record.attempt }, (_, index) => attemptOf(record, history, index + 1)),
    lookupsWithoutResult: record.lookups,
    ...(record.emptyLookups && { emptyLookups: record.emptyLookups }),
    ...(record.unansweredLookups && { unansweredLookups: record.unansweredLookups }),
    lookups: history
      .filter(({ from, because }) => from === "unknown" && LOOKUPS.has(because))
      .map(({ atMs, attempt, because, code }) => ({ atMs, attempt, showed: because, ...(code && { code }) })),
    failed: (record.failedSeen ?? []).map((seen) => ({
      ...seen,
      untilMs: seen.atMs + context.timings.FAILED_HOLD_MS,
    })),
    suggestion: suggestFromRecord(record, entry?.because, context),
  };
}

function attemptOf(record: TopupRecord, history: readonly HistoryEntry[], attempt: number): ReviewedAttempt {
  const current = record.attempt === attempt && record.transactionId !== undefined ? [record.transactionId] : [];
  const seen = (record.evidence ?? []).filter((one) => one.attempt === attempt).map((one) => one.transactionId);
  return {
    attempt,
    customIdentifier: identifierOf(record, attempt),
    requests: history.flatMap((entry, index) =>
      entry.to === "submitting" && entry.attempt === attempt ? [requestOf(entry, history[index + 1])] : [],
    ),
    transactionIds: [...new Set([...current, ...seen])],
  };
}

function requestOf({ atMs }: HistoryEntry, next: HistoryEntry | undefined): SentRequest {
  if (next === undefined || isVerdict(next.because)) return { atMs };
  const { because, code, latencyMs } = next;
  return { atMs, outcome: because, ...(code && { code }), ...(latencyMs !== undefined && { latencyMs }) };
}

/** What the record alone suggests: the provider is asked when a verdict is given. */
function suggestFromRecord(
  record: TopupRecord,
  because: Because | undefined,
  { nowMs, timings }: ReviewContext,
): Suggestion {
  if (mayStillTurn(record.failedSeen ?? [], { nowMs, timings }) !== undefined) return MAY_TURN;
  if (record.grantedAtMs !== undefined && nowMs < quietUntilMsOf(record, timings)) return WAIT;
  switch (because) {
    case "unknown-too-often":
      return record.transactionId === undefined && record.evidence === undefined ? NOTHING_EXECUTED : ASK_PROVIDER;
    case "identifier-used-but-not-found":
      return HIDDEN;
    case "several-provider-rows":
    case "several-transaction-ids":
      return SEVERAL;
    case "provider-row-differs":
      return DIFFERS;
    default:
      return ASK_PROVIDER;
  }
}

const WAIT: Suggestion = {
  verdict: null,
  reason: "It was sent too recently: until the quiet period is over the provider's having nothing proves nothing.",
};
const MAY_TURN: Suggestion = {
  verdict: null,
  reason: "The provider calls it FAILED and may still take that back: wait, then ask again.",
};
const NOTHING_EXECUTED: Suggestion = {
  verdict: "resubmit",
  reason:
    "The provider's report showed nothing of it when the quiet period was over. Send it again, with the same identifier, or end it as failed if nobody wants it any more.",
};
const ASK_PROVIDER: Suggestion = {
  verdict: null,
  reason: "Only the provider knows: ask it about the transactions and identifiers of the attempts.",
};
const HIDDEN: Suggestion = {
  verdict: null,
  reason:
    "The provider says that the identifier is used and shows no transaction with it: it may be paid. Ask its support about the customIdentifier, then name its transaction, or insist that it failed.",
};
const SEVERAL: Suggestion = {
  verdict: "succeeded",
  reason:
    "The provider has several transactions of it. If one is SUCCESSFUL it is paid: name that one, and claim the others back.",
};
const DIFFERS: Suggestion = {
  verdict: null,
  reason:
    "The provider has a transaction with its identifier that is for another recipient, operator or amount: find out who sent it.",
};

/** A transaction of the provider, as far as a verdict depends on it. */
export type ShownTransaction = {
  transactionId: number;
  /** PROCESSING, SUCCESSFUL, REFUNDED, FAILED, or a word that we do not know. */
  status: string;
  /** It is for this recipient, operator and amount, as far as the provider tells. */
  isSame: boolean;
};

const WITHOUT_CHARGE: ReadonlySet<string> = new Set(["FAILED", "REFUNDED"]);

/**
 * Tells whether anything that the provider shows of a top-up is of its current attempt. `shown` is everything that it
 * shows. An id on record counts only where its `customIdentifier` was not told (null): one that names another attempt, or
 * another top-up, was given by mistake, and says nothing of this one.
 */
export function isAttemptShown(
  record: TopupRecord,
  shown: readonly { transactionId: number; customIdentifier: string | null }[],
): boolean {
  const { attempt, transactionId, evidence = [] } = record;
  const identifier = identifierOf(record).toLowerCase();
  const known = new Set(evidence.filter((seen) => seen.attempt === attempt).map((seen) => seen.transactionId));
  if (transactionId !== undefined) known.add(transactionId);
  return shown.some((one) =>
    one.customIdentifier === null ? known.has(one.transactionId) : one.customIdentifier.toLowerCase() === identifier,
  );
}

/**
 * What everything that the provider has of a top-up suggests. The quiet period must be over. `isHiding`: it has a
 * transaction besides, and does not show it.
 */
export function suggestVerdict(shown: readonly ShownTransaction[], { isHiding }: { isHiding: boolean }): Suggestion {
  const live = shown.filter(({ status }) => !WITHOUT_CHARGE.has(status));
  const paid = live.find(({ status, isSame }) => status === "SUCCESSFUL" && isSame);
  const different = live.find(({ isSame }) => !isSame);
  if (different !== undefined) {
    return { verdict: null, reason: `Transaction ${different.transactionId} is for something else: find out why.` };
  }
  if (paid !== undefined) {
    const { transactionId } = paid;
    const others = live.filter((one) => one !== paid).map((one) => one.transactionId);
    const more = others.length === 0 ? "" : ` So is or may be ${others.join(", ")}: claim that back, then insist.`;
    return { verdict: "succeeded", transactionId, reason: `Transaction ${transactionId} paid it.${more}` };
  }
  const open = live[0];
  if (open !== undefined) {
    return { verdict: null, reason: `Transaction ${open.transactionId} is ${open.status}: wait until it has ended.` };
  }
  if (isHiding) return HIDDEN;
  const refunded = shown.find(({ status }) => status === "REFUNDED");
  if (refunded !== undefined) {
    return { verdict: "refunded", reason: `Transaction ${refunded.transactionId} was refunded.` };
  }
  if (shown.length > 0) return { verdict: "resubmit", reason: "Every transaction of it FAILED: nothing was paid." };
  return { verdict: "resubmit", reason: "The provider has nothing of it: nothing was paid." };
}
