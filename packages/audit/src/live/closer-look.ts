import { isNoSuchThing, type ProviderTransaction, providerTransactionOf, wordOf } from "@surefill/provider";
import { identifierOf, type TopupRecord } from "@surefill/topup";
import type { LedgerReader, TopupFile } from "@surefill/topup-store";
import type { AuditContext } from "../audit-context.js";
import { checkAgainstProvider } from "../checks/check-provider.js";
import type { Finding } from "../findings.js";
import { type AuditClient, READ_DEADLINE_MS, READ_RETRIES_MAX, type ReadingManner } from "./report-walk.js";

/** What a closer look came to. `moving`: the top-up moved on whenever the provider had answered. */
export type CloserLook =
  | { kind: "judged"; file: TopupFile; transactions: readonly ProviderTransaction[]; findings: Finding[] }
  | { kind: "missing" }
  | { kind: "moving" };

const TRIES_MAX = 3;

/**
 * Asks the provider for everything that it has of one top-up, and judges it against a file that did not change
 * meanwhile: two readings of different moments would contradict each other without anything being wrong. `seen` are
 * transactions that the report has shown of it already.
 */
export async function lookCloser(
  parts: { ledger: Pick<LedgerReader, "files">; client: AuditClient },
  reference: string,
  seen: readonly ProviderTransaction[],
  context: AuditContext,
  manner: ReadingManner,
): Promise<CloserLook> {
  let [before] = await parts.ledger.files([reference]);
  for (let round = 1; round <= TRIES_MAX; round += 1) {
    if (before === undefined) return { kind: "missing" };
    const transactions = await transactionsOf(parts.client, before.record, seen, manner);
    const [after] = await parts.ledger.files([reference]);
    if (after !== undefined && after.record.version === before.record.version) {
      const findings = checkAgainstProvider(after, transactions, context);
      return { kind: "judged", file: after, transactions, findings };
    }
    before = after;
  }
  return { kind: "moving" };
}

async function transactionsOf(
  client: AuditClient,
  record: TopupRecord,
  seen: readonly ProviderTransaction[],
  manner: ReadingManner,
): Promise<ProviderTransaction[]> {
  const found = new Map(seen.map((transaction) => [transaction.transactionId, transaction]));
  const options = () => ({
    signal: manner.deadlines.within(READ_DEADLINE_MS),
    retriesMax: READ_RETRIES_MAX,
  });
  const shownNow = new Set<number>();
  for (let attempt = 1; attempt <= record.attempt; attempt += 1) {
    await manner.pause();
    const identifier = identifierOf(record, attempt);
    for (const row of await client.findTransactionsByCustomIdentifier(identifier, options())) {
      found.set(row.transactionId, providerTransactionOf(row));
      shownNow.add(row.transactionId);
    }
  }
  // The report shows a transaction later than its status.
  for (const { transactionId, attempt } of idsOnRecord(record)) {
    if (shownNow.has(transactionId)) continue;
    await manner.pause();
    const asked = await askFor(client, { transactionId, customIdentifier: identifierOf(record, attempt) }, options);
    if (asked !== undefined) found.set(transactionId, asked);
  }
  return [...found.values()];
}

function idsOnRecord({ transactionId, attempt, evidence = [] }: TopupRecord) {
  return transactionId === undefined ? evidence : [...evidence, { transactionId, attempt }];
}

async function askFor(
  client: AuditClient,
  known: { transactionId: number; customIdentifier: string },
  options: () => { signal: AbortSignal; retriesMax: number },
): Promise<ProviderTransaction | undefined> {
  const { transactionId, customIdentifier } = known;
  const status = await unlessUnknown(client.getTopupStatus(transactionId, options()));
  if (status === undefined) return undefined;
  const row = status.transaction ?? (await unlessUnknown(client.getTransaction(transactionId, options())));
  const transaction = row === undefined ? undefined : providerTransactionOf(row);
  // Where the answer leaves the rest out, the provider's word for this id is all there is, and it is the attempt's.
  return {
    ...(transaction ?? { ...NOTHING_TOLD, transactionId, customIdentifier }),
    status: wordOf(status.status),
  };
}

const NOTHING_TOLD = {
  operatorId: null,
  recipient: null,
  requestedAmount: null,
  deliveredAmount: null,
  cost: null,
  costCurrency: null,
  atMs: null,
} as const;

/** The answer, or `undefined` where the provider says that there is no such thing. */
async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNoSuchThing(error)) return undefined;
    throw error;
  }
}
