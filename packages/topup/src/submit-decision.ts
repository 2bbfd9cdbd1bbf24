import { GATE_EVIDENCE, type GateClosing, UNREACHABLE_EVIDENCE } from "./gates.js";
import { type DecisionContext, endMove, type Move } from "./move.js";
import type { TopupRecord } from "./record.js";
import { readRefusal } from "./refusals.js";
import { nextLookupAtMs, nextPollDelayMs } from "./schedules.js";
import type { Timings } from "./timings.js";

/** What came of a granted claim. `code` is the provider's error code, or the client's where there is none. */
export type SubmitOutcome =
  /** Reloadly took the attempt. */
  | { kind: "accepted"; transactionId: number }
  /** Reloadly answered that nothing was executed. */
  | { kind: "refused"; code: string; retryAfterMs?: number }
  /**
   * No byte of the request left: the claim was too old, or the provider or its token could not be had. `detail` is what
   * is known of that beyond the code: an HTTP status, or the fault of the connection.
   */
  | { kind: "not-sent"; cause: "too-late" | "unreachable"; code: string; detail?: string }
  /** A byte may have left, and no answer proves what came of it. */
  | { kind: "unknown"; code: string };

/** A provider that asks for more patience than this is asked again after this. */
const RETRY_AFTER_MS_MAX = 900_000;

/** What HTTP 429 becomes. */
const RATE_LIMITED = "RATE_LIMIT_REACHED";

const INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE";

/** Rows that wait at one gate go on a little apart. */
export const HOLD_JITTER_MS = 5_000;

/** Decides where a claimed top-up goes. `record` is the record as the claim returned it. */
export function afterSubmit(
  record: TopupRecord,
  outcome: SubmitOutcome,
  latencyMs: number,
  context: DecisionContext,
): Move {
  switch (outcome.kind) {
    case "accepted":
      return { ...acceptedMove(outcome.transactionId, "accepted-by-provider", context), latencyMs };
    case "refused":
      return { ...afterRefusal(record, outcome, context), latencyMs };
    case "not-sent":
      return afterNotSent(outcome, context);
    case "unknown":
      return { ...unknownMove(record, "outcome-unknown", outcome.code, context), latencyMs };
  }
}

/** The provider has the attempt under this id: poll it. */
export function acceptedMove(
  transactionId: number,
  because: "accepted-by-provider" | "found-in-report",
  { nowMs, random, timings }: DecisionContext,
): Move {
  return {
    to: "processing",
    because,
    patch: {
      transactionId,
      processingSinceMs: nowMs,
      polls: 0,
      leaseUntilMs: null,
      refusedSinceMs: null,
      holdReason: null,
      holdUntilMs: null,
      code: null,
    },
    dueAtMs: nowMs + nextPollDelayMs(1, random, timings),
  };
}

function afterRefusal(
  record: TopupRecord,
  refusal: { code: string; retryAfterMs?: number },
  context: DecisionContext,
): Move {
  const { code } = refusal;
  const action = readRefusal(code, record.rounds > 0);
  switch (action.do) {
    case "reject":
      return endMove("rejected", "refused", { code });
    case "look":
      return unknownMove(
        record,
        code === "CUSTOM_IDENTIFIER_ALREADY_USED" ? "identifier-already-used" : "outcome-unknown",
        code,
        context,
      );
    case "wait":
      return afterPassingRefusal(record, refusal, action.gate, context);
  }
}

function afterPassingRefusal(
  record: TopupRecord,
  refusal: { code: string; retryAfterMs?: number },
  kind: "account" | "operator" | "phone",
  context: DecisionContext,
): Move {
  const { code } = refusal;
  const gate = gateFor(kind, refusal, context);
  // An empty wallet or a rate limit is ours to mend and says nothing about the recipient: it never fails a row, and its
  // time does not count as the recipient's.
  if (kind === "account") {
    const move = gateMove(gate, "refused", { code, refusedSinceMs: null }, context);
    return code === RATE_LIMITED ? { ...move, slowDownFrom: { perSecond: context.sentPerSecond ?? 1 } } : move;
  }
  const refusedSinceMs = record.refusedSinceMs ?? context.nowMs;
  const tooLong = context.nowMs - refusedSinceMs > context.timings.REFUSAL_AGE_MS_MAX;
  if (tooLong) return endMove("failed", "refused-for-too-long", { code });
  return gateMove(gate, "refused", { code, refusedSinceMs }, context);
}

function gateFor(
  kind: "account" | "operator" | "phone",
  refusal: { code: string; retryAfterMs?: number },
  { nowMs, timings }: DecisionContext,
): GateClosing {
  const { code: reason, retryAfterMs = 0 } = refusal;
  const floorMs = reason === "PHONE_RECENTLY_RECHARGED" ? timings.PHONE_GATE_MS : 0;
  const waitMs = Math.max(floorMs, Math.min(retryAfterMs, RETRY_AFTER_MS_MAX));
  // "Retry after 0 s" would have every waiting row knock at once, so it counts as no advice at all.
  if (waitMs > 0) return { kind, reason, untilMs: nowMs + waitMs };
  const closing = { kind, reason, firstMs: timings.GATE_FIRST_MS, delayMsMax: timings.GATE_DELAY_MS_MAX };
  // One phone's gate concerns one recipient, so one refusal is all the evidence there is.
  return kind === "phone" ? closing : { ...closing, evidence: GATE_EVIDENCE[kind] };
}

/** A claim that was too old to be sent is claimed again after this: what made it late is mostly over. */
const TOO_LATE_WAIT_MS = 250;

function afterNotSent(outcome: Extract<SubmitOutcome, { kind: "not-sent" }>, context: DecisionContext): Move {
  const { code } = outcome;
  switch (outcome.cause) {
    case "too-late":
      return {
        to: "queued",
        because: "not-sent",
        patch: { leaseUntilMs: null, code },
        dueAtMs: context.nowMs + Math.round(TOO_LATE_WAIT_MS * context.timings.SCHEDULE_SCALE),
      };
    case "unreachable":
      return gateMove(unreachableGate(outcome, context.timings), "not-sent", { code }, context);
  }
}

/** The gate that a provider out of reach closes: short at first, since most such faults are. */
export function unreachableGate({ code, detail }: { code: string; detail?: string }, timings: Timings): GateClosing {
  return {
    kind: "account",
    evidence: UNREACHABLE_EVIDENCE,
    reason: code,
    ...(detail !== undefined && { detail }),
    firstMs: Math.ceil(timings.GATE_FIRST_MS / 10),
    delayMsMax: timings.GATE_DELAY_MS_MAX,
  };
}

/** The top-up waits: at the gate, where this closes it, and else for a time of its own. */
export function gateMove(
  gate: GateClosing,
  because: "refused" | "not-sent",
  patch: { code: string; refusedSinceMs?: number | null },
  { nowMs, random, timings }: DecisionContext,
): Move {
  const holdJitterMs = Math.round(HOLD_JITTER_MS * timings.SCHEDULE_SCALE * random());
  const move: Move = {
    to: "held",
    because,
    patch: { ...patch, leaseUntilMs: null },
    gate: { ...gate, holdJitterMs },
    event: "topup.held",
  };
  if (gate.evidence === undefined) return move;
  const holdUntilMs = nowMs + ownWaitMs(gate, patch, { nowMs, timings }) + holdJitterMs;
  const holdReason = gate.reason === INSUFFICIENT_BALANCE ? "gate:balance" : "refused";
  return { ...move, patch: { ...move.patch, holdReason, holdUntilMs }, dueAtMs: holdUntilMs };
}

/**
 * How long one top-up waits that was refused while its gate stays open. Refusals of its own double the wait, up to
 * twice the gate's longest; a rate limit and a lost connection are over soon.
 */
function ownWaitMs(
  { reason }: GateClosing,
  { refusedSinceMs }: { refusedSinceMs?: number | null },
  { nowMs, timings }: Pick<DecisionContext, "nowMs" | "timings">,
): number {
  const { GATE_FIRST_MS, GATE_DELAY_MS_MAX } = timings;
  if (reason === RATE_LIMITED || refusedSinceMs === undefined) return Math.ceil(GATE_FIRST_MS / 10);
  // The balance is probed, and more of it wakes the top-up.
  if (reason === INSUFFICIENT_BALANCE) return GATE_DELAY_MS_MAX;
  const waitedMs = refusedSinceMs === null ? 0 : nowMs - refusedSinceMs;
  return Math.min(Math.max(GATE_FIRST_MS, waitedMs), 2 * GATE_DELAY_MS_MAX);
}

/**
 * Nobody knows what became of the attempt: look it up, and send nothing meanwhile. A reused identifier proves that
 * there is something to find, so it is looked up at once; an answer that names another top-up proves as much of the POST.
 */
export function unknownMove(
  record: TopupRecord,
  because: "outcome-unknown" | "identifier-already-used" | "lease-expired" | "answer-names-another",
  code: string,
  { nowMs, timings }: DecisionContext,
): Move {
  const identifierUsed = because === "identifier-already-used";
  const isThereToFind = identifierUsed || because === "answer-names-another";
  const quietUntilMs = quietUntilMsOf(record, timings);
  return {
    to: "unknown",
    because,
    ...(because === "outcome-unknown" && { gate: noOutcomeGate(code, timings) }),
    patch: {
      rounds: record.rounds + 1,
      lookups: 0,
      leaseUntilMs: null,
      code,
      ...(identifierUsed && { identifierUsed }),
      ...(because === "lease-expired" && { interruptions: record.interruptions + 1 }),
    },
    dueAtMs: isThereToFind ? nowMs : nextLookupAtMs({ sinceMs: nowMs, quietUntilMs }, nowMs, timings),
  };
}

/** POSTs without an outcome close the operator's gate, and the account's, as refusals do: when there are enough in a row. */
function noOutcomeGate(reason: string, { GATE_FIRST_MS, GATE_DELAY_MS_MAX }: Timings): GateClosing {
  const evidence = GATE_EVIDENCE.account; // A process that alone gets no answers must not stop the others.
  const limits = { firstMs: GATE_FIRST_MS, delayMsMax: GATE_DELAY_MS_MAX };
  return { kind: "operator", also: "account", reason, evidence, ...limits };
}

/** The end of the quiet period: until then the latest POST of this attempt may still be under way somewhere. */
export function quietUntilMsOf(
  record: Pick<TopupRecord, "grantedAtMs" | "enteredAtMs">,
  timings: Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS">,
): number {
  return (record.grantedAtMs ?? record.enteredAtMs) + timings.SEND_DEADLINE_MS + timings.QUIET_MS;
}
