import type { Evidence, TopupRecord } from "@surefill/topup";

/** One top-up as a ledger in memory keeps it: the record, and what the ledger alone looks at. */
export type StoredTopup = {
  record: TopupRecord;
  /** What was asked for, to tell the same request from another one under its reference. */
  content: string;
  /** Absent once the record was shrunk. */
  phoneHash?: string;
  /**
   * Evidence that must be weighed before anything more is sent: the answer that was missing, or something that only a
   * person can judge.
   */
  toWeigh?: "answer" | "contradiction";
  /** The latest operation that wrote to it; the same one again is answered and not made. */
  operation: string;
};

/** The record's evidence and this transaction; `undefined` when it is in there already. */
export function evidenceWith(
  { evidence = [] }: Pick<TopupRecord, "evidence">,
  attempt: number,
  transactionId: number,
): Evidence[] | undefined {
  const isKnown = evidence.some((seen) => seen.attempt === attempt && seen.transactionId === transactionId);
  return isKnown ? undefined : [...evidence, { attempt, transactionId }];
}

/** The gates that a claim must find open. */
export function gateNamesOf({ record, phoneHash }: StoredTopup): string[] {
  const { operatorId, request } = record;
  const names = ["account", `operator:${operatorId}`, `phone:${phoneHash}`, `product:${phoneHash}:${operatorId}`];
  return request.campaign === undefined ? names : [...names, `campaign:${request.campaign}`];
}
