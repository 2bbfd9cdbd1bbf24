import {
  codeOf,
  detailOf,
  isNoSuchThing,
  providerRowOf,
  statusAnswerFor,
  statusAnswerOf,
  submitOutcomeOf,
} from "@surefill/provider";
import { type ReloadlyClient, ReloadlyError, type TopupStatus } from "@surefill/reloadly-client";
import type { DeadlineSignals } from "@surefill/runtime";
import {
  type AttemptStatus,
  type AttemptsAnswer,
  identifierOf,
  type LookupAnswer,
  type StatusAnswer,
  type SubmitOutcome,
  type TopupRecord,
} from "@surefill/topup";

/** Which operator serves a phone number, as far as the provider can tell. */
export type DetectAnswer =
  | { kind: "detected"; operatorId: number }
  | { kind: "refused"; code: string }
  | { kind: "unreached"; code: string; detail?: string };

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
  async prepare(): Promise<{ kind: "ready" } | { kind: "unreached"; code: string; detail?: string }> {
    try {
      await this.#client.prepare({ signal: this.#deadlines.within(READ_DEADLINE_MS) });
      return { kind: "ready" };
    } catch (error) {
      return { kind: "unreached", code: codeOf(error), ...detailOf(error) };
    }
  }

  /** POSTs the record's current attempt, once. `mayWrite` throws when it is too late to write. */
  async submit(record: TopupRecord, mayWrite: () => void): Promise<SubmitOutcome> {
    const { request, operatorId } = record;
    const { recipientPhone, recipientEmail, senderPhone } = request;
    if (operatorId === undefined) throw new TypeError("a claimed top-up has an operator");
    const common = {
      operatorId,
      amount: request.amount,
      useLocalAmount: request.useLocalAmount,
      customIdentifier: identifierOf(record),
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

  /** Asks for the status of the record's accepted attempt, and whether the transaction is that attempt at all. */
  async status(record: TopupRecord): Promise<StatusAnswer> {
    const { transactionId } = record;
    if (transactionId === undefined) throw new TypeError(`a ${record.state} top-up has a transactionId`);
    try {
      const status = await this.#client.getTopupStatus(transactionId, {
        signal: this.#deadlines.within(READ_DEADLINE_MS),
      });
      return statusAnswerFor(record, await this.#withTransaction(transactionId, status));
    } catch (error) {
      return { kind: "unreadable", code: codeOf(error) };
    }
  }

  /**
   * A last word without its transaction does not tell whose it is, and a success leaves out the PIN, which is asked for
   * at no other time: both stand in the report. Where the report cannot be reached, the question is put again later;
   * where it has no such row, or none that can be read, the word is all there is.
   */
  async #withTransaction(transactionId: number, answer: TopupStatus): Promise<TopupStatus> {
    const isLast = answer.status.kind === "known" && answer.status.status !== "PROCESSING";
    if (!isLast || answer.transaction !== null) return answer;
    try {
      const options = { signal: this.#deadlines.within(READ_DEADLINE_MS), retriesMax: 1 };
      return { ...answer, transaction: await this.#client.getTransaction(transactionId, options) };
    } catch (error) {
      const isBadRow = error instanceof ReloadlyError && error.code === "RELOADLY_UNREADABLE_BODY";
      if (isBadRow || isNoSuchThing(error)) return answer;
      throw error;
    }
  }

  /** Looks the current attempt up in the report, by its identifier. */
  async lookUp(record: TopupRecord): Promise<LookupAnswer> {
    const customIdentifier = identifierOf(record);
    try {
      const options = { signal: this.#deadlines.within(READ_DEADLINE_MS), retriesMax: 1 };
      const transactions = await this.#client.findTransactionsByCustomIdentifier(customIdentifier, options);
      return { kind: "rows", rows: transactions.map(providerRowOf) };
    } catch (error) {
      return { kind: isUnreadable(error) ? "unreadable" : "unreached", code: codeOf(error) };
    }
  }

  /**
   * Everything that the provider has of these attempts of a top-up, with its status now: what the report shows by their
   * identifiers, and every transaction that was seen of them.
   */
  async attempts(record: TopupRecord, attempts: readonly number[]): Promise<AttemptsAnswer> {
    const options = () => ({ signal: this.#deadlines.within(READ_DEADLINE_MS), retriesMax: 1 });
    const shown = new Map<number, number>();
    for (const { attempt, transactionId } of record.evidence ?? []) {
      if (attempts.includes(attempt)) shown.set(transactionId, attempt);
    }
    if (record.transactionId !== undefined && attempts.includes(record.attempt)) {
      shown.set(record.transactionId, record.attempt);
    }
    try {
      for (const attempt of attempts) {
        const identifier = identifierOf(record, attempt);
        const rows = await this.#client.findTransactionsByCustomIdentifier(identifier, options());
        for (const { transactionId } of rows) shown.set(transactionId, attempt);
      }
      const transactions = [];
      for (const [transactionId, attempt] of shown) {
        // The status is the newer word: a row of the report may be behind.
        transactions.push({ attempt, transactionId, status: await this.#attemptStatus(transactionId) });
      }
      return { kind: "shown", transactions };
    } catch (error) {
      return { kind: "unreached", code: codeOf(error) };
    }
  }

  async #attemptStatus(transactionId: number): Promise<AttemptStatus> {
    try {
      const options = { signal: this.#deadlines.within(READ_DEADLINE_MS) };
      return statusAnswerOf(await this.#client.getTopupStatus(transactionId, options));
    } catch (error) {
      if (isNoSuchThing(error)) return { kind: "missing" };
      throw error;
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
      if (isRefusal) return { kind: "refused", code: codeOf(error) };
      return { kind: "unreached", code: codeOf(error), ...detailOf(error) };
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

/** The provider answered, and what it said is of no use: another pass will hardly change that. */
function isUnreadable(error: unknown): boolean {
  return error instanceof ReloadlyError && error.httpStatus !== null && error.httpStatus < 500;
}
