import {
  isNoSuchThing,
  mergeSettlements,
  type ProviderTransaction,
  providerTransactionOf,
  settlementOf,
  wordOf,
} from "@surefill/provider";
import { type ReloadlyClient, ReloadlyError, type Transaction } from "@surefill/reloadly-client";
import { identifierOf, type Settlement, type TopupRecord } from "@surefill/topup";
import { z } from "zod";
import { Problem } from "./http/problem.js";

/** The account's balance as the API shows it. Decimal texts in `currencyCode`. */
export const balanceSchema = z
  .object({
    balance: z.string().describe("What can be spent"),
    currencyCode: z.string(),
    frozenBalance: z.string().nullable(),
    lowBalanceThreshold: z.string().nullable(),
  })
  .meta({ id: "Balance" });

export type BalanceView = z.output<typeof balanceSchema>;

/** A transaction as the provider shows it, with what it debited and delivered. A field that it did not tell is null. */
export type SeenTransaction = Pick<
  ProviderTransaction,
  "transactionId" | "status" | "customIdentifier" | "operatorId" | "recipient" | "requestedAmount" | "deliveredAmount"
> & { settlement: Settlement };

/**
 * Reads at the provider; nothing here sends money. Every method throws a `Problem` when the provider does not answer
 * as it should, `provider_unavailable` or `provider_refused`.
 */
export interface ProviderReader {
  balance(signal: AbortSignal): Promise<BalanceView>;
  /** A transaction by its id; `undefined` when the provider knows none. */
  transaction(transactionId: number, signal: AbortSignal): Promise<SeenTransaction | undefined>;
  /**
   * Everything the provider has of a top-up: by the identifier of each attempt, and by every id on record, since the
   * report shows a transaction later than its status.
   */
  transactionsOf(record: TopupRecord, signal: AbortSignal): Promise<SeenTransaction[]>;
}

/** The parts of the client that only read. The producer has no way to send a top-up. */
export type ReadingClient = Pick<
  ReloadlyClient,
  "getBalance" | "getTopupStatus" | "getTransaction" | "findTransactionsByCustomIdentifier"
>;

const RETRIES_MAX = 1;

/** Makes a reader over a client. */
export function createProviderReader(client: ReadingClient): ProviderReader {
  async function details(transactionId: number, signal: AbortSignal): Promise<Transaction | undefined> {
    return known(client.getTransaction(transactionId, { signal, retriesMax: RETRIES_MAX }));
  }

  async function transaction(transactionId: number, signal: AbortSignal): Promise<SeenTransaction | undefined> {
    const status = await known(client.getTopupStatus(transactionId, { signal, retriesMax: RETRIES_MAX }));
    if (status === undefined) return undefined;
    // The answer often leaves the transaction out; whose it is stands in the report then.
    const row = status.transaction ?? (await details(transactionId, signal));
    return { ...seen(transactionId, row), status: wordOf(status.status) };
  }

  return {
    transaction,
    async balance(signal) {
      const { balance, currencyCode, frozenBalance, lowBalanceThreshold } = await asProviderProblem(
        client.getBalance({ signal, retriesMax: RETRIES_MAX }),
      );
      return { balance, currencyCode, frozenBalance, lowBalanceThreshold };
    },
    async transactionsOf(record, signal) {
      const found = new Map<number, SeenTransaction>();
      for (let attempt = 1; attempt <= record.attempt; attempt += 1) {
        const identifier = identifierOf(record, attempt);
        const options = { signal, retriesMax: RETRIES_MAX };
        const rows = await asProviderProblem(client.findTransactionsByCustomIdentifier(identifier, options));
        for (const row of rows) {
          found.set(row.transactionId, { ...seen(row.transactionId, row), status: wordOf(row.status) });
        }
      }
      for (const transactionId of transactionIdsOf(record)) {
        const onRecord = await transaction(transactionId, signal);
        if (onRecord !== undefined) found.set(transactionId, mergeSeen(found.get(transactionId), onRecord));
      }
      return [...found.values()];
    },
  };
}

/** Every transaction that the provider once answered or showed for this top-up, each once. */
export function transactionIdsOf({ transactionId, evidence = [] }: TopupRecord): ReadonlySet<number> {
  const former = evidence.map((entry) => entry.transactionId);
  return new Set(transactionId === undefined ? former : [...former, transactionId]);
}

function seen(transactionId: number, row: Transaction | undefined): Omit<SeenTransaction, "status"> {
  if (row !== undefined) return { ...providerTransactionOf(row), settlement: settlementOf(row) };
  const nothing = { customIdentifier: null, operatorId: null, recipient: null };
  return { transactionId, ...nothing, requestedAmount: null, deliveredAmount: null, settlement: {} };
}

/** Two answers about one transaction: the newer one, with what only the older one tells of its settlement. */
export function mergeSeen(older: SeenTransaction | undefined, newer: SeenTransaction): SeenTransaction {
  if (older === undefined) return newer;
  return { ...newer, settlement: mergeSettlements(older.settlement, newer.settlement) };
}

/** The answer, or `undefined` where the provider says that there is no such thing. */
async function known<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNoSuchThing(error)) return undefined;
    throw providerProblem(error);
  }
}

/** The answer of a read at the provider; its failure as a `provider_unavailable` or `provider_refused` problem. */
export async function asProviderProblem<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw providerProblem(error);
  }
}

/** Failures that may pass by themselves; after any other, asking again would get the same answer. */
const PASSING: ReadonlySet<string> = new Set([
  "RELOADLY_CONNECTION_FAILED",
  "RELOADLY_CONNECTION_LOST",
  "RELOADLY_TIMEOUT",
  "RELOADLY_ABORTED",
  "RELOADLY_TOKEN_UNAVAILABLE",
  "RELOADLY_RATE_LIMITED",
  "RELOADLY_SERVER_ERROR",
]);

function providerProblem(error: unknown): unknown {
  if (!(error instanceof ReloadlyError)) return error;
  const code = error.providerCode ?? error.code;
  return PASSING.has(error.code)
    ? new Problem("provider_unavailable", { detail: `Reloadly did not answer in time (${code}).` }, { cause: error })
    : new Problem(
        "provider_refused",
        { detail: `Reloadly did not give what was asked for (${code}).` },
        { cause: error },
      );
}
