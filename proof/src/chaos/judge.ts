/**
 * The verdict on a run, from the provider's own books, the callers' receipts and the event log. It trusts no counter of
 * ours. Invariants have the ids of docs/assumptions.md and `surefill verify`.
 */
import type { IdentifierBooks } from "@surefill/reloadly-sandbox";
import { attemptOfCustomIdentifier, customIdentifierOf, isFinal, type TopupRecord } from "@surefill/topup";
import { type Evidence, isAtRest } from "./evidence.js";

/** Something that must never be, with what shows it. */
export type Violation = { invariant: string; subject: string; what: string };

/** The verdict of the judge; `reviews` are the top-ups that a person has to look at, each with its reason. */
export type Verdict = { violations: Violation[]; reviews: { reference: string; because: string; code: string }[] };

/** Judges everything. */
export function judge(evidence: Evidence): Verdict {
  const rows = rowsByReference(evidence.rows);
  const violations = [
    ...findLost(evidence),
    ...[...evidence.records.values()].flatMap((record) => againstBooks(record, rows.get(record.reference) ?? [])),
    ...findDouble(evidence),
    ...findOrphans(evidence, rows),
    ...compareMoney(evidence),
    ...compareEvents(evidence),
    ...compareReceipts(evidence),
    ...evidence.wrongAnswers.map((what) => ({ invariant: "S10", subject: "a caller", what })),
    ...evidence.numbersInLogs.map((subject) => ({ invariant: "S13", subject, what: "names a recipient's number" })),
    ...evidence.endedByThemselves.map((subject) => ({ invariant: "process", subject, what: "ended by itself" })),
    ...evidence.overdueStops.map((subject) => ({
      invariant: "process",
      subject,
      what: "did not stop within its time",
    })),
  ];
  const { reviews, unjustified } = weighReviews(evidence, rows);
  return { violations: [...violations, ...unjustified], reviews };
}

/** The reference that a customIdentifier belongs to. */
function referenceOf(customIdentifier: string): string {
  return attemptOfCustomIdentifier(customIdentifier)?.reference ?? customIdentifier;
}

function rowsByReference(rows: readonly IdentifierBooks[]): Map<string, IdentifierBooks[]> {
  const byReference = new Map<string, IdentifierBooks[]>();
  for (const row of rows) {
    const reference = referenceOf(row.customIdentifier);
    const known = byReference.get(reference);
    if (known === undefined) byReference.set(reference, [row]);
    else known.push(row);
  }
  return byReference;
}

/** S7: what was acknowledged exists, as it was ordered, and has come to an end. */
function findLost({ acknowledged, records, open }: Evidence): Violation[] {
  const violations: Violation[] = [];
  const lost = (subject: string, what: string) => violations.push({ invariant: "S7", subject, what });
  for (const [reference, order] of acknowledged) {
    const record = records.get(reference);
    if (record === undefined) lost(reference, "was acknowledged and is not in the ledger");
    else if (!isAtRest(record.state)) lost(reference, `is still ${record.state} (${record.code ?? "no code"})`);
    else if (record.request.amount !== order.amount) lost(reference, "has another amount than its caller sent");
  }
  if (open > 0) lost("ledger", `counts ${open} open top-ups`);
  return violations;
}

/** S1 and S6: nothing was executed twice, and nothing that was executed was sent again. */
function findDouble({ books, rows }: Evidence): Violation[] {
  const violations: Violation[] = [];
  for (const { customIdentifier: subject, executions, duplicateRefusals } of rows) {
    if (executions > 1) violations.push({ invariant: "S1", subject, what: `was executed ${executions} times` });
    if (duplicateRefusals > 0) {
      violations.push({ invariant: "S6", subject, what: `was sent ${duplicateRefusals} times after it was executed` });
    }
  }
  const { identifiersWithSeveralExecutions: several, postsWithoutIdentifier } = books.totals;
  if (several > 0) violations.push({ invariant: "S1", subject: "books", what: `${several} executed several times` });
  if (postsWithoutIdentifier > 0) {
    violations.push({ invariant: "S2", subject: "books", what: `${postsWithoutIdentifier} POSTs without identifier` });
  }
  return violations;
}

const isPaid = (status: string) => status === "SUCCESSFUL";
const isDead = (status: string) => status === "FAILED" || status === "REFUNDED";

/** S1 and S4: each end is what the provider's books say, to the transaction. */
function againstBooks(record: TopupRecord, rows: readonly IdentifierBooks[]): Violation[] {
  const { reference: subject, state } = record;
  const statuses = rows.flatMap((row) => row.statuses);
  const paid = statuses.filter(isPaid).length;
  const alive = statuses.filter((status) => !isPaid(status) && !isDead(status)).length;
  const violations: Violation[] = [];
  const wrong = (invariant: string, what: string) => violations.push({ invariant, subject, what });
  if (paid > 1) wrong("S1", `was paid ${paid} times`);
  if (state === "succeeded") {
    if (paid !== 1) wrong("S4", `is succeeded and was paid ${paid} times`);
    const [row] = rows.filter((candidate) => candidate.statuses.some(isPaid));
    if (row !== undefined) violations.push(...compareRow(record, row));
  } else if (isFinal(state)) {
    if (paid + alive > 0) wrong("S4", `is ${state} and ${paid + alive} of its transactions are not dead`);
    if (state === "refunded" && !statuses.includes("REFUNDED")) wrong("S4", "is refunded and was not at the provider");
    // An earlier attempt of a rejected top-up may have FAILED; the one that was refused was not executed.
    const last = rows.find(({ customIdentifier }) => customIdentifier === customIdentifierOf(subject, record.attempt));
    if (state === "rejected" && (last?.executions ?? 0) > 0) wrong("S4", "is rejected and was executed");
  }
  return violations;
}

/** S2: what was bought is what was ordered. */
function compareRow(record: TopupRecord, row: IdentifierBooks): Violation[] {
  const { reference: subject, request, attempt, transactionId, operatorId } = record;
  const expected = {
    customIdentifier: customIdentifierOf(subject, attempt),
    recipient: request.recipientPhone?.number ?? request.recipientEmail ?? null,
    operatorId: operatorId ?? null,
    useLocalAmount: request.useLocalAmount,
    transactionId,
    amount: toUnits(request.amount),
  };
  const found = { ...row, transactionId: row.transactionIds[0], amount: toUnits(row.amount ?? "0") };
  return (Object.keys(expected) as (keyof typeof expected)[])
    .filter((field) => found[field] !== expected[field])
    .map((field) => ({ invariant: "S2", subject, what: `has another ${field} at the provider` }));
}

/** S2: the provider executed nothing that we do not know of. */
function findOrphans({ records }: Evidence, rows: ReadonlyMap<string, readonly IdentifierBooks[]>): Violation[] {
  return [...rows].flatMap(([subject, found]) => {
    const attempts = records.get(subject)?.attempt ?? 0;
    const known = Array.from({ length: attempts }, (_, index) => customIdentifierOf(subject, index + 1));
    return found
      .filter(({ customIdentifier, executions }) => executions > 0 && !known.includes(customIdentifier))
      .map(({ customIdentifier }) => ({ invariant: "S2", subject, what: `knows nothing of ${customIdentifier}` }));
  });
}

/** S11: what the provider kept is what our succeeded top-ups cost, to the last decimal. */
function compareMoney({ books, rows, records, paidIn }: Evidence): Violation[] {
  const { openingBalance, credited, debited, refunded, balance } = books.wallet;
  const kept = toUnits(debited) - toUnits(refunded);
  const ours = [...records.values()].filter(({ state }) => state === "succeeded");
  const unpriced = ours.filter(({ settlement }) => settlement?.cost === undefined);
  const violations: Violation[] = unpriced.map(({ reference: subject }) => ({
    invariant: "S11",
    subject,
    what: "is succeeded without a cost",
  }));
  const agree = (what: string, left: bigint, right: bigint) => {
    if (left !== right) violations.push({ invariant: "S11", subject: "money", what: `${what}: ${left} and ${right}` });
  };
  const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total + toUnits(amount), 0n);
  // A top-up in review may have been paid; a person finds out.
  const inReview = rows.filter(
    ({ customIdentifier }) => records.get(referenceOf(customIdentifier))?.state === "review",
  );
  const undecided = sum(inReview.map((row) => row.debited)) - sum(inReview.map((row) => row.refunded));
  agree(
    "what succeeded cost and what the provider kept",
    sum(ours.map((it) => it.settlement?.cost ?? "0")) + undecided,
    kept,
  );
  agree(
    "the rows of the books and their wallet",
    sum(rows.map((row) => row.debited)) - sum(rows.map((row) => row.refunded)),
    kept,
  );
  agree("what was paid in and what the books say", sum(paidIn), toUnits(credited));
  agree("the wallet and its changes", toUnits(openingBalance) + toUnits(credited) - kept, toUnits(balance));
  return violations;
}

/** Hundred-thousandths, the smallest part of money that the provider counts. */
function toUnits(amount: string): bigint {
  const [whole = "0", part = ""] = amount.split(".");
  return BigInt(whole) * 100_000n + BigInt(part.padEnd(5, "0").slice(0, 5));
}

/** S8: one completion per ended top-up, of the right kind, after everything else that is told of it. */
function compareEvents({ events, records }: Evidence): Violation[] {
  const violations: Violation[] = [];
  const wrong = (subject: string, what: string) => violations.push({ invariant: "S8", subject, what });
  const completions = new Map<string, number>();
  const versions = new Map<string, number>();
  for (const { reference, type, state, version } of events) {
    const record = records.get(reference);
    if (record === undefined) {
      wrong(reference, `has the event ${type} and is in no ledger`);
      continue;
    }
    if (version <= (versions.get(reference) ?? 0)) wrong(reference, `is told of out of order (${type})`);
    versions.set(reference, version);
    if (!isFinal(state) || type === "topup.contradicted") continue;
    completions.set(reference, (completions.get(reference) ?? 0) + 1);
    if (record.state !== state) wrong(reference, `is ${record.state} and was told to be ${state}`);
  }
  for (const { reference, state } of records.values()) {
    const count = completions.get(reference) ?? 0;
    if (count !== (isFinal(state) ? 1 : 0)) wrong(reference, `is ${state} and has ${count} completion events`);
  }
  return violations;
}

/**
 * S8: whoever reads the events over HTTP, and whoever has them delivered, got exactly what is in the log. A delivery that
 * a worker put off by a clock that ran ahead is late and not lost: it must be there, to be delivered then.
 */
function compareReceipts({ events, told, delivered, putOff }: Evidence): Violation[] {
  const known = new Set(told.map(({ id }) => id));
  const logged = new Set(events.map(({ id }) => id));
  const ids = (list: Iterable<string>, isWrong: (id: string) => boolean, what: string) =>
    [...list].filter(isWrong).map((subject) => ({ invariant: "S8", subject, what }));
  return [
    ...ids(logged, (id) => !known.has(id), "was never told over HTTP"),
    ...ids(known, (id) => !logged.has(id), "was told over HTTP and is not in the log"),
    ...ids(logged, (id) => !delivered.has(id) && !putOff.has(id), "was not delivered by webhook and is not put off"),
    ...ids(delivered.keys(), (id) => !logged.has(id), "was delivered by webhook and is not in the log"),
  ];
}

/** What a review may rest on here. The provider keeps to its rules in these runs, so no row may differ or come twice. */
const JUSTIFIED = new Set(["unknown-too-often"]);

function weighReviews(
  { records, histories }: Evidence,
  rows: ReadonlyMap<string, readonly IdentifierBooks[]>,
): { reviews: Verdict["reviews"]; unjustified: Violation[] } {
  const reviews: Verdict["reviews"] = [];
  const unjustified: Violation[] = [];
  for (const { reference, state, code = "" } of records.values()) {
    if (state !== "review") continue;
    const because = histories.get(reference)?.findLast(({ to }) => to === "review")?.because ?? "no history";
    reviews.push({ reference, because, code });
    const executions = (rows.get(reference) ?? []).reduce((sum, row) => sum + row.executions, 0);
    const isJustified = JUSTIFIED.has(because) && executions === 0;
    if (!isJustified) {
      const what = `is in review (${because}, ${code}) with ${executions} executions at the provider`;
      unjustified.push({ invariant: "review", subject: reference, what });
    }
  }
  return { reviews, unjustified };
}
