import { isFinal } from "@surefill/topup";
import type { Rules } from "./rules.js";
import { DECISIONS, type Decision, type ModelRecord, type Worker, type World } from "./world.js";

/** Tells whether a record has come to its end; a review is none. */
export function isEnded({ state }: ModelRecord): boolean {
  return state !== "missing" && isFinal(state);
}

/** Grants a claim: what the ledger's claim script writes, in one step, before anything is sent. */
export function grantClaim(record: ModelRecord, claim: number, { keeps }: Rules): void {
  record.state = "submitting";
  // Where Redis has lost data a record may have a fence that was given out before.
  record.fence = keeps["fences above every former one"] ? claim : record.fence + 1;
  record.hold = "none";
  record.latestClaim = claim;
}

/**
 * Makes a control move, if the record still is where the worker believes. `conflict`: the move brings a transaction
 * and another one stands there.
 */
export function writeDecision(record: ModelRecord, worker: Worker, rules: Rules): "moved" | "stale" | "conflict" {
  const { decision, transaction } = worker;
  const isSame =
    (record.state === worker.from || !rules.keeps["state compared by the move"]) &&
    record.attempt === worker.attempt &&
    (record.fence === worker.fence || !rules.keeps.fence);
  if (!isSame || record.state === "missing") return "stale";
  const { takes = false }: { to: string; takes?: boolean } = DECISIONS[decision];
  // An answer about a transaction that is not the record's any more.
  if (transaction > 0 && !takes && record.transaction !== transaction) return "stale";
  if (transaction > 0 && record.transaction > 0 && record.transaction !== transaction) return "conflict";
  applyDecision(record, decision, transaction, rules);
  return "moved";
}

/** Writes a decision into a record. */
export function applyDecision(record: ModelRecord, decision: Decision, transaction: number, rules: Rules): void {
  const { to, hold = "none" }: { to: ModelRecord["state"]; hold?: ModelRecord["hold"] } = DECISIONS[decision];
  const isTaken = record.contradicted === "answered" && transaction > 0 && hasSeen(record, transaction);
  if (record.state === "review" || isTaken) record.contradicted = "no";
  if (to === "unknown" && record.state !== "unknown") record.rounds = Math.min(record.rounds + 1, rules.roundsMax);
  record.state = to;
  record.hold = hold;
  record.due = to !== "review" && !isEnded(record);
  if (to === "unknown" && !rules.keeps["wake-up in the move"]) record.due = false;
  if (transaction > 0) record.transaction = transaction;
  if (decision === "identifier-used") record.identifierUsed = true;
  if (decision === "next-attempt") beginNextAttempt(record);
  if (decision === "names-another") giveUpTransaction(record);
  if (isEnded(record) && rules.keeps["event in the move"]) record.events = Math.min(record.events + 1, 3);
}

function beginNextAttempt(record: ModelRecord): void {
  if (record.transaction > 0) record.evidence |= bitOf(record.transaction);
  record.attempt += 1;
  record.transaction = 0;
  record.rounds = 0;
  record.identifierUsed = false;
}

/** The transaction proved to be another top-up's: it is not this one's, and no evidence of it. */
function giveUpTransaction(record: ModelRecord): void {
  if (record.transaction > 0) record.evidence &= ~bitOf(record.transaction);
  record.transaction = 0;
}

/**
 * Tells whether the provider shows a transaction of the attempts before `attempt` that is paid or may be: what the report
 * lists of them, and what is known of them. FAILED that was under no hold may be taken back.
 */
export function isLiveBefore({ record, transactions }: World, attempt: number): boolean {
  return transactions.some((each, index) => {
    const isOfThese = each.attempt > 0 && each.attempt < attempt;
    const isKnown = hasSeen(record, index + 1) || record.transaction === index + 1;
    if (!isOfThese || !(each.listed || isKnown)) return false;
    if (each.status === "SUCCESSFUL" || each.status === "PROCESSING") return true;
    return each.status !== "REFUNDED" && !isKnown;
  });
}

/** Adds a transaction to what is known of a top-up: without a fence, moving nothing, and stopping further claims. */
export function addEvidence({ record, transactions }: World, transaction: number, attempt: number): void {
  if (hasSeen(record, transaction)) return;
  const isCurrent = record.attempt === attempt;
  const seenOfAttempt = transactions.some((each, index) => each.attempt === attempt && hasSeen(record, index + 1));
  record.evidence |= bitOf(transaction);
  if (!record.due || (isCurrent && record.transaction === transaction)) return;
  const isAnswer = isCurrent && record.transaction === 0 && !seenOfAttempt && record.contradicted === "no";
  record.contradicted = isAnswer ? "answered" : "yes";
}

/** Tells whether a transaction is among the evidence. */
export function hasSeen({ evidence }: ModelRecord, transaction: number): boolean {
  return (evidence & bitOf(transaction)) !== 0;
}

const bitOf = (transaction: number): number => 1 << (transaction - 1);

/**
 * Tells whether the quiet period after the record's latest claim is over: no claim up to that one can be sent any more,
 * no request of theirs can be executed any more, and what was booked is in the report.
 */
export function isQuiet({ record, posts, transactions }: World, { keeps, holds }: Rules): boolean {
  if (!keeps["quiet period"]) return true;
  const known = posts.slice(0, record.latestClaim);
  if (known.some(({ phase }) => phase === "granted")) return false;
  if (holds.A3 && known.some(({ phase }) => phase !== "over")) return false;
  return (
    !holds.A5 || transactions.every(({ listed, isLeftOut, claim }) => listed || isLeftOut || claim > record.latestClaim)
  );
}
