import { isCampaignOver, type PlannedRow, type RowState, type UnfedRowState, type Units } from "@surefill/campaign";
import { isFinal, type Settlement, type TopupRecord } from "@surefill/topup";
import type { Campaign, UntakenState } from "@surefill/topup-store";

/** What became of a planned row so far. */
export type RowOutcome = {
  state: RowState | UnfedRowState;
  /** Why: the provider's code, the gate that is closed, or ours. */
  reason?: string;
  transactionId?: number;
  settlement?: Settlement;
  acceptedAtMs?: number;
  /** When its state became final. */
  finalAtMs?: number;
  /** What the provider debited beyond what the state accounts for, as the campaign counts it. */
  extra?: { transactionIds: readonly number[]; units: Units };
};

/** What is known of a planned row. */
export type RowFacts = {
  planned: PlannedRow;
  /** The top-up under the row's reference, whoever made it. */
  record: TopupRecord | undefined;
  /** That the campaign came upon the row, and found its reference taken. */
  untaken: UntakenState | undefined;
};

const UNTAKEN_REASONS = {
  already: "A top-up with this reference and content exists already.",
  conflict: "A top-up with this reference and other content exists already.",
  "paid-recently": "Another top-up has paid this recipient since the check, or may still.",
} as const satisfies Record<UntakenState, string>;

/** Tells what became of a row. */
export function outcomeOf({ id, state }: Pick<Campaign, "id" | "state">, facts: RowFacts): RowOutcome {
  const { record, untaken } = facts;
  if (record?.request.campaign === id && record.row === facts.planned.row) return outcomeOfTopup(record);
  if (untaken !== undefined) return { state: untaken, reason: UNTAKEN_REASONS[untaken] };
  const isTooLate = isCampaignOver(state) || state === "cancelling";
  return { state: isTooLate ? "withdrawn" : "waiting" };
}

/** Tells what became of a row by its top-up. */
export function outcomeOfTopup(record: TopupRecord): RowOutcome {
  const { state, holdReason, code, transactionId, settlement, acceptedAtMs, enteredAtMs } = record;
  const { extraDebits, extraUnits = 0 } = record;
  const isParked = state === "held" && holdReason !== "failed";
  const reason = isParked ? holdReason : state === "succeeded" ? undefined : code;
  return {
    state: isParked ? "parked" : state,
    acceptedAtMs,
    ...(reason !== undefined && { reason }),
    ...(transactionId !== undefined && { transactionId }),
    ...(settlement !== undefined && { settlement }),
    ...(extraDebits !== undefined && {
      extra: { transactionIds: extraDebits.map((debit) => debit.transactionId), units: extraUnits },
    }),
    ...(isFinal(state) && { finalAtMs: enteredAtMs }),
  };
}
