import { type ReloadlyClient, ReloadlyError, type TopupStatus, type Transaction } from "@surefill/reloadly-client";
import type { DeadlineSignals } from "@surefill/runtime";
import {
  customIdentifierOf,
  type LookupAnswer,
  type ProviderRow,
  type Settlement,
  type StatusAnswer,
  type SubmitOutcome,
  type TopupRecord,
} from "@surefill/topup";

/** Which operator serves a phone number, as far as the provider can tell. */
export type DetectAnswer =
  | { kind: "detected"; operatorId: number }
  | { kind: "refused"; code: string }
  | { kind: "unreached"; code: string };

/** How long a read at the provider may take, retry included. */
const READ_DEADLINE_MS = 30_000;

/**
 * The provider in our words: asks Reloadly, answers with the closed unions that decisions are made from. Nothing
 * here decides, retries a write or throws because of what the provider said.
 */
export class Provider {
  readonly #client: ReloadlyClient;
  readonly #submitTimeoutMs: number;
  readonly #deadlines: Pick<DeadlineSignals, "within">;

  /** `deadlines` end calls that take too long, and what is still under way when the process has no time left. */
  constructor(
    client: ReloadlyClient,
    options: { submitTimeoutMs: number; deadlines: Pick<DeadlineSignals, "within"> },
  ) {
    this.#client = client;
    this.#submitTimeoutMs = options.submitTimeoutMs;
    this.#deadlines = options.deadlines;
  }

  /** Has a token in hand, so that a claim is followed by nothing but the POST. Answers why not, if not. */
  async prepare(): Promise<{ kind: "ready" } | { kind: "unreached"; code: string }> {
    try {
      await this.#client.prepare({ signal: this.#deadlines.within(READ_DEADLINE_MS) });
      return { kind: "ready" };
    } catch (error) {
      return { kind: "unreached", code: codeOf(error) };
    }
  }

  /** POSTs the record's current attempt, once. `mayWrite` throws when it is too late to write. */
  async submit(record: TopupRecord, mayWrite: () => void): Promise<SubmitOutcome> {
    const { request, reference, attempt, operatorId } = record;
    const { recipientPhone, recipientEmail, senderPhone } = request;
    if (operatorId === undefined) throw new TypeError("a claimed top-up has an operator");
    const common = {
      operatorId,
      amount: request.amount,
      useLocalAmount: request.useLocalAmount,
      customIdentifier: customIdentifierOf(reference, attempt),
      ...(senderPhone && { senderPhone }),
    };
    const body = recipientPhone ? { ...common, recipientPhone } : { ...common, recipientEmail: recipientEmail ?? "" };
    try {
      const options = { signal: this.#deadlines.within(this.#submitTimeoutMs), beforeWrite: mayWrite };
      const { transactionId } = await this.#client.sendTopupAsync(body, options);
      return { kind: "accepted", transactionId };
    } catch (error) {
      return submitOutcomeOf(error);
    }
  }

  /** Asks for the status of an accepted attempt. */
  async status(transactionId: number): Promise<StatusAnswer> {
    try {
      const status = await this.#client.getTopupStatus(transactionId, {
        signal: this.#deadlines.within(READ_DEADLINE_MS),
      });
      return statusAnswerOf(status);
    } catch (error) {
      return { kind: "unreadable", code: codeOf(error) };
    }
  }

  /** Looks the current attempt up in the report, by its identifier. */
  async lookUp(record: TopupRecord): Promise<LookupAnswer> {
    const customIdentifier = customIdentifierOf(record.reference, record.attempt);
    try {
      const options = { signal: this.#deadlines.within(READ_DEADLINE_MS), retriesMax: 1 };
      const transactions = await this.#client.findTransactionsByCustomIdentifier(customIdentifier, options);
      return { kind: "rows", rows: transactions.map(providerRowOf) };
    } catch (error) {
      return { kind: isUnreadable(error) ? "unreadable" : "unreached", code: codeOf(error) };
    }
  }

  /** Detects the operator of a phone number. */
  async detectOperator(phone: { countryCode: string; number: string }): Promise<DetectAnswer> {
    try {
      const query = { phone: phone.number, countryCode: phone.countryCode };
      const options = { signal: this.#deadlines.within(READ_DEADLINE_MS), retriesMax: 1 };
      const { operatorId } = await this.#client.detectOperator(query, options);
      return { kind: "detected", operatorId };
    } catch (error) {
      const isRefusal = error instanceof ReloadlyError && error.code === "RELOADLY_REFUSED";
      return { kind: isRefusal ? "refused" : "unreached", code: codeOf(error) };
    }
  }

  /** What the account can spend, or `undefined` when the provider does not say. Decimal text with its currency. */
  async balance(): Promise<{ balance: string; currencyCode: string } | undefined> {
    try {
      return await this.#client.getBalance({ signal: this.#deadlines.within(READ_DEADLINE_MS) });
    } catch {
      return undefined;
    }
  }
}

/**
 * Reads what the client says of a failed POST. The client alone knows whether a byte left; anything that is not its
 * own error is a defect after which nothing is known.
 */
export function submitOutcomeOf(error: unknown): SubmitOutcome {
  const code = codeOf(error);
  if (!(error instanceof ReloadlyError) || error.certainty === "ambiguous") return { kind: "unknown", code };
  switch (error.code) {
    case "RELOADLY_NOT_SENT":
    case "RELOADLY_ABORTED":
      return { kind: "not-sent", cause: "too-late", code };
    case "RELOADLY_INVALID_REQUEST":
      return { kind: "refused", code: "INVALID_REQUEST" };
    case "RELOADLY_RATE_LIMITED":
      return { kind: "refused", code: "RATE_LIMIT_REACHED", ...retryAfterOf(error) };
    case "RELOADLY_UNAUTHORIZED":
      return { kind: "refused", code: error.providerCode ?? "INVALID_TOKEN", ...retryAfterOf(error) };
    case "RELOADLY_REFUSED":
    case "RELOADLY_SERVER_ERROR":
      return { kind: "refused", code, ...retryAfterOf(error) };
    default:
      return { kind: "not-sent", cause: "unreachable", code };
  }
}

function retryAfterOf(error: ReloadlyError): { retryAfterMs?: number } {
  return error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs };
}

/** The provider answered, and what it said is of no use: another pass will hardly change that. */
function isUnreadable(error: unknown): boolean {
  return error instanceof ReloadlyError && error.httpStatus !== null && error.httpStatus < 500;
}

/** The provider's code where it gave one, else the client's. Short and free of personal data, both. */
function codeOf(error: unknown): string {
  return error instanceof ReloadlyError ? cleanCode(error.providerCode ?? error.code) : "UNEXPECTED_ERROR";
}

/** Codes go into records, events and logs: whatever the provider writes there, it stays a short word. */
function cleanCode(code: string): string {
  return code.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 60);
}

function statusAnswerOf({ status, code, transaction }: TopupStatus): StatusAnswer {
  if (status.kind === "unrecognised") return { kind: "unreadable", code: "STATUS_NOT_KNOWN" };
  switch (status.status) {
    case "PROCESSING":
      return { kind: "processing" };
    case "SUCCESSFUL":
      return { kind: "successful", settlement: transaction === null ? {} : settlementOf(transaction) };
    case "REFUNDED":
      return { kind: "refunded", ...(code !== null && { code: cleanCode(code) }) };
    case "FAILED":
      return { kind: "failed", ...(code !== null && { code: cleanCode(code) }) };
  }
}

function providerRowOf(transaction: Transaction): ProviderRow {
  return {
    transactionId: transaction.transactionId,
    status: statusAnswerOf({ status: transaction.status, code: null, message: null, transaction }),
    operatorId: transaction.operatorId ?? 0,
    recipient: transaction.recipientPhone?.replace(/^\+/, "") ?? transaction.recipientEmail ?? "",
    requestedAmount: transaction.requestedAmount ?? "0",
    ...(transaction.deliveredAmount !== null && { deliveredAmount: transaction.deliveredAmount }),
  };
}

function settlementOf(transaction: Transaction): Settlement {
  const { balanceInfo, pinDetail } = transaction;
  return withoutNulls({
    cost: balanceInfo?.cost ?? null,
    costCurrency: balanceInfo?.currencyCode ?? null,
    delivered: transaction.deliveredAmount,
    deliveredCurrency: transaction.deliveredAmountCurrencyCode,
    operatorTransactionId: transaction.operatorTransactionId,
    pin: pinDetail === null ? null : withoutNulls(pinDetail),
  });
}

type WithoutNulls<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

function withoutNulls<T extends object>(fields: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}
