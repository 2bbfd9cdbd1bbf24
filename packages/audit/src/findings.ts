/** What must always hold, one sentence each. The ids are those that docs/failure-modes.md and every finding name. */
export const INVARIANTS = {
  S1: "a top-up has at most one transaction at the provider that is paid or may be paid",
  S2: "every transaction at the provider is an attempt of one top-up, with its recipient, operator and amount",
  S3: "whatever the provider received was granted in the ledger before",
  S4: "a final state says what the provider says",
  S5: "records move only as the table allows, one version at a time, and never leave a final state",
  S6: "a new attempt waits for proof that the last one is dead, and no identifier is sent twice within the quiet period",
  S7: "every acknowledged top-up exists, and ends or waits for a person",
  S8: "every completion, hold and review has exactly one event, in order, and no event lacks its move",
  S9: "every grant has a fence of its own",
  S10: "what a reference stands for never changes",
  S11: "the provider debited what the ledger counts as paid, to the cent",
  S12: "every open top-up has an alarm, and no other has one",
  S13: "no phone number stands where history, events and codes are shown",
} as const;

export type InvariantId = keyof typeof INVARIANTS;

/** Every kind of finding: which invariant it breaks, and what that means in plain words. */
export const FINDING_KINDS = {
  "paid-more-than-once": { invariant: "S1", says: "More than one transaction at the provider is or may be paid." },
  "orphan-transaction": { invariant: "S2", says: "The provider has a transaction that no top-up of the ledger made." },
  "attempt-never-made": { invariant: "S2", says: "The provider has a transaction of an attempt that was never made." },
  "transaction-differs": {
    invariant: "S2",
    says: "The provider's transaction is for another recipient, operator or amount.",
  },
  "transaction-of-another": { invariant: "S2", says: "The ledger gives the transaction to another top-up." },
  "not-granted": {
    invariant: "S3",
    says: "The provider received an attempt for which the ledger had granted nothing.",
  },
  "paid-but-open": {
    invariant: "S4",
    says: "The provider has a transaction that is or may be paid, and the top-up may still be sent.",
  },
  "paid-but-ended": {
    invariant: "S4",
    says: "The provider has a transaction that is or may be paid, and the ledger says that no money moved.",
  },
  "success-not-confirmed": {
    invariant: "S4",
    says: "The ledger says succeeded, and the provider shows no SUCCESSFUL transaction.",
  },
  "refund-not-confirmed": {
    invariant: "S4",
    says: "The ledger says refunded, and the provider shows no REFUNDED transaction.",
  },
  "illegal-move": { invariant: "S5", says: "The history holds a move that the table does not allow." },
  "history-broken": { invariant: "S5", says: "The history does not lead to where the record is." },
  "version-behind": { invariant: "S5", says: "The record has seen more writes than its version counts." },
  "sent-within-quiet-period": {
    invariant: "S6",
    says: "An identifier was sent again while an earlier request with it could still take effect.",
  },
  "attempt-without-proof": {
    invariant: "S6",
    says: "A new attempt was sent without proof that the one before it is dead.",
  },
  "attempt-too-soon": { invariant: "S6", says: "A new attempt was sent before the hold after FAILED was over." },
  "too-many-attempts": { invariant: "S6", says: "More attempts were made than are allowed." },
  "acknowledged-but-missing": { invariant: "S7", says: "A top-up was acknowledged, and the ledger has none of it." },
  "not-ended": { invariant: "S7", says: "The top-up has not ended, and nobody was asked to decide." },
  "event-missing": { invariant: "S8", says: "A move that must be told has no event." },
  "event-without-move": { invariant: "S8", says: "The log holds an event of a move that was never made." },
  "event-repeated": { invariant: "S8", says: "The log tells one move more than once." },
  "event-out-of-order": { invariant: "S8", says: "The log tells the moves of the top-up in another order." },
  "fence-differs": { invariant: "S9", says: "The record has another fence than it has had grants." },
  "content-changed": { invariant: "S10", says: "What the reference stands for is not what was accepted." },
  "cost-differs": { invariant: "S11", says: "The ledger has another cost than the provider." },
  "books-differ": { invariant: "S11", says: "The provider kept another sum than its transactions add up to." },
  "alarm-missing": { invariant: "S12", says: "The top-up is open, and nothing will make anybody look at it." },
  "alarm-left-over": { invariant: "S12", says: "The top-up waits for nothing, and an alarm is still set." },
  "listed-wrongly": { invariant: "S12", says: "The lists show the top-up in another state than it is in." },
  "number-shown": { invariant: "S13", says: "A phone number stands in a code that is logged and shown." },
} as const satisfies Record<string, { invariant: InvariantId; says: string }>;

export type FindingKind = keyof typeof FINDING_KINDS;

/** A transaction as a finding shows it. */
export type ShownTransaction = {
  transactionId: number;
  status: string;
  /** Its customIdentifier, with longer runs of digits masked. */
  identifier: string | null;
  /** The attempt that it names; null where the identifier is not of our form. */
  attempt: number | null;
  /** When the provider took it, by its clock. */
  at: string | null;
  /** What it debited; decimal text in its currency. */
  cost: string | null;
  costCurrency: string | null;
};

/** One broken invariant of one top-up, or of one transaction that belongs to none. Holds nothing personal. */
export type Finding = {
  kind: FindingKind;
  invariant: InvariantId;
  /** The top-up; null when there is none. */
  reference: string | null;
  /** Plain words: what was found, with the facts that show it. */
  what: string;
  /** The transactions that show it, if any do. */
  transactions: readonly ShownTransaction[];
  /** The person who has seen this contradiction and decided in spite of it; absent while nobody has. */
  acceptedBy?: string;
};

/** Makes a finding; `detail` follows the kind's own sentence. */
export function finding(
  kind: FindingKind,
  reference: string | null,
  detail: string,
  transactions: readonly ShownTransaction[] = [],
): Finding {
  const { invariant, says } = FINDING_KINDS[kind];
  return { kind, invariant, reference, what: `${says} ${detail}`, transactions };
}

/** What a finding is remembered by: the same for the same fact, however often and by whomever it is found. */
export function findingKey({ kind, reference, transactions }: Finding): string {
  const ids = transactions.map(({ transactionId }) => transactionId).sort((left, right) => left - right);
  return [kind, reference ?? "", ...ids].join(":");
}
