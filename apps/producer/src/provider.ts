import { type ReloadlyClient, ReloadlyError, type Transaction } from "@surefill/reloadly-client";
import { customIdentifierOf, type Settlement, type TopupRecord } from "@surefill/topup";
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

/** A transaction as the provider shows it. A field that it did not tell is null. */
export type SeenTransaction = {
  transactionId: number;
  /** PROCESSING, SUCCESSFUL, REFUNDED, FAILED, or a word that we do not know. */
  status: string;
  customIdentifier: string | null;
  operatorId: number | null;
  /** E.164 digits, or an e-mail address. */
  recipient: string | null;
  requestedAmount: string | null;
  deliveredAmount: string | null;
  settlement: Settlement;
};

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
        const identifier = customIdentifierOf(record.reference, attempt);
        const options = { signal, retriesMax: RETRIES_MAX };
        const rows = await asProviderProblem(client.findTransactionsByCustomIdentifier(identifier, options));
        for (const row of rows) {
          found.set(row.transactionId, { ...seen(row.transactionId, row), status: wordOf(row.status) });
        }
      }
      for (const transactionId of transactionIdsOf(record)) {
        const onRecord = await transaction(transactionId, signal);
        if (onRecord !== undefined) found.set(transactionId, onRecord);
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

function wordOf(status: Transaction["status"]): string {
  return status.kind === "known" ? status.status : `unknown word "${status.raw.slice(0, 40)}"`;
}

function seen(transactionId: number, row: Transaction | undefined): Omit<SeenTransaction, "status"> {
  return {
    transactionId,
    customIdentifier: row?.customIdentifier ?? null,
    operatorId: row?.operatorId ?? null,
    recipient: row?.recipientPhone?.replace(/^\+/, "") ?? row?.recipientEmail?.toLowerCase() ?? null,
    requestedAmount: row?.requestedAmount ?? null,
    deliveredAmount: row?.deliveredAmount ?? null,
    settlement: row === undefined ? {} : settlementOf(row),
  };
}

function settlementOf({
  balanceInfo,
  deliveredAmount,
  deliveredAmountCurrencyCode,
  operatorTransactionId,
}: Transaction): Settlement {
  return {
    ...(balanceInfo?.cost != null && { cost: balanceInfo.cost }),
    ...(balanceInfo?.currencyCode != null && { costCurrency: balanceInfo.currencyCode }),
    ...(deliveredAmount !== null && { delivered: deliveredAmount }),
    ...(deliveredAmountCurrencyCode !== null && { deliveredCurrency: deliveredAmountCurrencyCode }),
    ...(operatorTransactionId !== null && { operatorTransactionId }),
  };
}

/** The answer, or `undefined` where the provider says that there is no such thing. */
async function known<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ReloadlyError && error.httpStatus === 404) return undefined;
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
