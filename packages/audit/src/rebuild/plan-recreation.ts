import type { ProviderTransaction } from "@surefill/provider";
import { isFinal, type TopupRecord, type TopupRequest, type TopupState } from "@surefill/topup";
import {
  type AcceptedAgain,
  type Decision,
  type EndedRecreation,
  encodeAsked,
  type Intent,
  type RecordFields,
  type Recreation,
} from "@surefill/topup-store";
import { attemptOf, isLive } from "../provider-transaction.js";

/** What is known of a top-up from outside of the ledger. */
export type KnownElsewhere = {
  reference: string;
  /** The latest claim that the journals tell of. */
  intent?: Intent;
  /** Nothing came of that claim, for certain: it was refused, or not sent. */
  isVoid?: boolean;
  /** The latest decision of a person. */
  decision?: Decision;
  /** Every transaction of the provider that names an attempt of it. */
  transactions: readonly ProviderTransaction[];
};

/** What a rebuild does about one top-up. */
export type Plan = {
  /** The record to write; absent where the ledger knows as much. */
  recreation?: Recreation;
  /** The record to write where a person ended it; then there is no other. */
  ended?: EndedRecreation;
  /** What a person had accepted of it. */
  accepted?: AcceptedAgain;
  /** Transactions that the record, as it will be, does not tell of. Those that may be paid contradict it. */
  evidence: { attempt: number; transactionId: number }[];
  /** Something at the provider may be paid, and its row says too little to make a record from. */
  isUnreadable: boolean;
};

type Attempt = { attempt: number; fence: number; rows: readonly ProviderTransaction[] };

/**
 * Compares what the ledger still has of a top-up with what is known elsewhere. Nothing is planned that would forget
 * what the ledger knows: a record is only made where there is none, and only brought forward, to a later claim or to
 * a transaction that it does not know of. What nobody knows the end of becomes `unknown`, and is looked up.
 */
export function planRecreation(record: TopupRecord | undefined, known: KnownElsewhere, nowMs: number): Plan {
  const ended = endedBy(record, known);
  const accepted = acceptedOf(ended !== undefined ? ended.decision.decided : record?.state, known);
  if (ended !== undefined || accepted !== undefined) {
    const evidence = evidenceBeside(record, known, ended?.decision.transactionId);
    return { ...(ended && { ended }), ...(accepted && { accepted }), evidence, isUnreadable: false };
  }
  const latest = latestAttempt(record, known);
  const nothing: Plan = { evidence: evidenceBeside(record, known, undefined), isUnreadable: false };
  if (latest === undefined || !isAhead(record, latest, known)) return nothing;
  const source = sourceOf(record, known, latest, nowMs);
  if (source === undefined) return { ...nothing, isUnreadable: true };

  const [row, ...others] = latest.rows;
  const found = row !== undefined && others.length === 0 ? row.transactionId : undefined;
  const common = {
    reference: known.reference,
    ...(record !== undefined && { ifVersion: record.version }),
    attempt: latest.attempt,
    fence: latest.fence,
    needsConfirmation: latest.rows.every(({ status }) => status === "FAILED"),
    ...source,
  };
  const recreation: Recreation =
    found === undefined ? { ...common, state: "unknown" } : { ...common, state: "processing", transactionId: found };
  return { recreation, evidence: evidenceBeside(record, known, found), isUnreadable: false };
}

/**
 * How a person ended it, where that still holds: a final state is never left, so a later claim or a later attempt shows
 * that nothing came of the decision.
 */
function endedBy(record: TopupRecord | undefined, { decision, intent }: KnownElsewhere): EndedRecreation | undefined {
  if (decision === undefined || decision.decided === "open") return undefined;
  const isClaimedSince = intent !== undefined && intent.fence > decision.fence;
  const isPast =
    record !== undefined &&
    (isFinal(record.state) || record.fence > decision.fence || record.attempt > decision.attempt);
  if (isClaimedSince || isPast) return undefined;
  const { decided } = decision;
  return { ...(record !== undefined && { ifVersion: record.version }), decision: { ...decision, decided } };
}

/** What a person had accepted, where the top-up ends in the state that it had then. */
function acceptedOf(state: TopupState | undefined, { decision }: KnownElsewhere): AcceptedAgain | undefined {
  if (decision?.accepted === undefined || decision.decided !== state) return undefined;
  const { reference, decided, accepted } = decision;
  return { reference, decided, accepted };
}

/** The claim, if anything may have come of it. */
function claimOf({ intent, isVoid }: KnownElsewhere): Intent | undefined {
  return isVoid === true ? undefined : intent;
}

/** The highest attempt that was made for certain. `undefined`: none that could have been paid, or still be. */
function latestAttempt(record: TopupRecord | undefined, known: KnownElsewhere): Attempt | undefined {
  const { intent, transactions } = known;
  const claim = claimOf(known);
  const rowsOf = (attempt: number) => transactions.filter((each) => attemptOf(each)?.attempt === attempt);
  // A FAILED one that no journal tells of cost nothing, and whoever sends its reference again is answered from there.
  const live = transactions.filter((each) => each.status !== "FAILED" || claim !== undefined);
  const attempt = Math.max(claim?.attempt ?? 0, ...live.map((each) => attemptOf(each)?.attempt ?? 0));
  if (attempt === 0) return undefined;
  // Each attempt had a claim of its own, and no fence is given out twice.
  const fences = [
    ...(intent === undefined ? [] : [claim?.attempt === attempt ? intent.fence : intent.fence + 1]),
    ...(record === undefined ? [] : [record.fence + 1]),
  ];
  return { attempt, fence: fences.length === 0 ? attempt : Math.max(...fences), rows: rowsOf(attempt) };
}

/** Tells whether the ledger is behind what is known elsewhere. A final state is never left. */
function isAhead(record: TopupRecord | undefined, latest: Attempt, known: KnownElsewhere): boolean {
  const intent = claimOf(known);
  if (record === undefined) return true;
  if (isFinal(record.state)) return false;
  if (latest.attempt !== record.attempt) return latest.attempt > record.attempt;
  if (intent !== undefined && intent.attempt === record.attempt && intent.fence > record.fence) {
    // Whoever polls a transaction knows more of this attempt than that it was claimed.
    return record.transactionId === undefined;
  }
  const isWaiting = record.state === "queued" || (record.state === "held" && record.holdReason !== "failed");
  return isWaiting && latest.rows.length > 0;
}

type Source = Pick<Recreation, "grantedAtMs" | "acceptedAtMs" | "operatorId" | "request" | "content">;

function sourceOf(
  record: TopupRecord | undefined,
  { intent, transactions }: KnownElsewhere,
  latest: Attempt,
  nowMs: number,
): Source | undefined {
  if (intent !== undefined) {
    const { atMs, acceptedAtMs, operatorId, request } = intent;
    // A claim of a later attempt that no journal tells of may have been granted a moment ago.
    const grantedAtMs = intent.attempt === latest.attempt ? atMs : nowMs;
    return { grantedAtMs, acceptedAtMs, operatorId, request, content: "known" };
  }
  const row = latest.rows[0] ?? transactions[0];
  if (row === undefined) return undefined;
  const operatorId = record?.operatorId ?? row.operatorId;
  const request = record === undefined ? requestOf(row) : encodeAsked(record);
  if (operatorId === null || request === undefined) return undefined;
  const acceptedAtMs = record?.acceptedAtMs ?? row.atMs ?? nowMs;
  const content = record === undefined ? "any" : "known";
  return { grantedAtMs: row.atMs ?? nowMs, acceptedAtMs, operatorId, request, content };
}

/** What must have been asked for, by a row of the report; `undefined` where it does not say enough. */
function requestOf(row: ProviderTransaction): RecordFields | undefined {
  const { operatorId, recipient, requestedAmount, requestedCurrency, costCurrency, countryCode } = row;
  if (operatorId === null || recipient === null || requestedAmount === null) return undefined;
  const isEmail = recipient.includes("@");
  if (!isEmail && countryCode === undefined) return undefined;
  const useLocalAmount = requestedCurrency !== undefined && costCurrency !== null && requestedCurrency !== costCurrency;
  const request: TopupRequest = {
    operatorId,
    amount: requestedAmount,
    useLocalAmount,
    ...(isEmail
      ? { recipientEmail: recipient }
      : { recipientPhone: { countryCode: countryCode ?? "", number: recipient } }),
  };
  return encodeAsked({ request });
}

/** Transactions that may be paid and that the record will not tell of. */
function evidenceBeside(
  record: TopupRecord | undefined,
  { transactions }: KnownElsewhere,
  adopted: number | undefined,
): Plan["evidence"] {
  const told = new Set([adopted, record?.transactionId, ...(record?.evidence ?? []).map((each) => each.transactionId)]);
  return transactions
    .filter((each) => isLive(each) && !told.has(each.transactionId))
    .map((each) => ({ attempt: attemptOf(each)?.attempt ?? 1, transactionId: each.transactionId }));
}
