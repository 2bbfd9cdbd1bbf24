import { setTimeout as sleep } from "node:timers/promises";
import { type ReloadlyClient, ReloadlyError, type Transaction } from "@surefill/reloadly-client";
import { DeadlineSignals } from "@surefill/runtime";

/** What became of a POST, as a probe sees it. */
export type PostAnswer =
  | { kind: "accepted"; transactionId: number }
  | { kind: "refused"; code: string }
  | { kind: "unknown"; code: string };

/** Whom the probes send to, and how patient they are. Amounts are decimal texts in the wallet's currency. */
export type BenchOptions = {
  operatorId: number;
  countryCode: string;
  /** The recipients' numbers begin with this, and go on with random digits. */
  numberPrefix: string;
  numberDigits: number;
  amount: string;
  /** A number whose top-ups fail, where there is one. */
  failingNumber?: string;
  /** How long something that should come is waited for. */
  patienceMs: number;
  /** How long FAILED is watched. */
  holdMs: number;
  /** After this the answer to a POST is not waited for, where a probe gives one up. */
  abandonAfterMs: number;
};

/** The calls that probes are made of. */
export type BenchClient = Pick<
  ReloadlyClient,
  "sendTopupAsync" | "findTransactionsByCustomIdentifier" | "findTransactions" | "getTopupStatus" | "getBalance"
>;

type Order = { identifier: string; number: string; amount?: string };

/** Between two looks at something that should change. */
const LOOK_AGAIN_MS = 500;
const CALL_DEADLINE_MS = 100_000;
const RETRIES_MAX = 2;
const WINDOW_PAGES_MAX = 40;
/** Numbers that end in less are scenarios of the local Reloadly. */
const LAST_DIGITS_LEAST = 100;

/** What a probe works with: it sends single top-ups, and looks at what the provider makes of them. */
export class Bench {
  readonly options: BenchOptions;
  readonly #client: BenchClient;
  readonly #signal: AbortSignal;
  readonly #deadlines: DeadlineSignals;
  readonly #random: () => number;
  readonly #run: string;

  constructor(
    client: BenchClient,
    options: BenchOptions,
    { signal, random }: { signal: AbortSignal; random: () => number },
  ) {
    this.#client = client;
    this.options = options;
    this.#signal = signal;
    this.#deadlines = new DeadlineSignals(signal);
    this.#random = random;
    this.#run = this.#digits(8);
  }

  /** An identifier that was never used, and tells what it was for. */
  newIdentifier(purpose: string): string {
    return `surefill-probe.${this.#run}.${purpose}.${this.#digits(6)}`;
  }

  /** A recipient whom no probe has sent to. */
  newNumber(): string {
    const { numberPrefix, numberDigits } = this.options;
    const last = LAST_DIGITS_LEAST + Math.floor(this.#random() * (10_000 - LAST_DIGITS_LEAST));
    return numberPrefix + this.#digits(numberDigits - numberPrefix.length - 4) + String(last).padStart(4, "0");
  }

  /** POSTs a top-up, once. With `abandonAfterMs` its answer is not waited for any longer than that. */
  async post(
    { identifier, number, amount = this.options.amount }: Order,
    abandonAfterMs?: number,
  ): Promise<PostAnswer> {
    const { operatorId, countryCode } = this.options;
    const abandoned = new AbortController();
    const stop = () => abandoned.abort(this.#signal.reason);
    if (this.#signal.aborted) stop();
    this.#signal.addEventListener("abort", stop);
    const deadlineMs = abandonAfterMs ?? CALL_DEADLINE_MS;
    const beforeWrite = () => setTimeout(() => abandoned.abort(new Error("not waited for")), deadlineMs).unref();
    try {
      const { transactionId } = await this.#client.sendTopupAsync(
        {
          operatorId,
          amount,
          useLocalAmount: false,
          customIdentifier: identifier,
          recipientPhone: { countryCode, number },
        },
        { signal: abandoned.signal, beforeWrite },
      );
      return { kind: "accepted", transactionId };
    } catch (error) {
      if (!(error instanceof ReloadlyError)) throw error;
      const code = error.providerCode ?? error.code;
      return { kind: error.certainty === "not-executed" ? "refused" : "unknown", code };
    } finally {
      this.#signal.removeEventListener("abort", stop);
    }
  }

  /** Every transaction that the report shows with exactly this identifier. */
  rows(identifier: string): Promise<Transaction[]> {
    return this.#client.findTransactionsByCustomIdentifier(identifier, this.#reading());
  }

  /** Waits until the report shows an identifier; `undefined` when patience ends. Milliseconds since the call. */
  async untilListed(identifier: string): Promise<{ afterMs: number; rows: Transaction[] } | undefined> {
    const startedMs = performance.now();
    return this.#until(this.options.patienceMs, async () => {
      const rows = await this.rows(identifier);
      return rows.length === 0 ? undefined : { afterMs: Math.round(performance.now() - startedMs), rows };
    });
  }

  /** The status word of a transaction, as the provider writes it. */
  async status(transactionId: number): Promise<string> {
    const { status } = await this.#client.getTopupStatus(transactionId, this.#reading());
    return status.kind === "known" ? status.status : status.raw;
  }

  /** Waits until a transaction is not PROCESSING any more; answers the last status that was seen. */
  async untilSettled(transactionId: number): Promise<string> {
    const settled = await this.#until(this.options.patienceMs, async () => {
      const word = await this.status(transactionId);
      return word === "PROCESSING" ? undefined : word;
    });
    return settled ?? "PROCESSING";
  }

  /** Watches a status for a time; answers the first other one, or `undefined`. */
  watchStatus(transactionId: number, current: string, forMs: number): Promise<string | undefined> {
    return this.#until(forMs, async () => {
      const word = await this.status(transactionId);
      return word === current ? undefined : word;
    });
  }

  /** What the report shows between two times, as the provider reads them: "yyyy-MM-dd HH:mm:ss". */
  async window(startDate: string, endDate: string): Promise<Transaction[]> {
    const found: Transaction[] = [];
    for (let page = 1; page <= WINDOW_PAGES_MAX; page += 1) {
      const filter = { startDate, endDate, page, size: 500 };
      const { content, isLast } = await this.#client.findTransactions(filter, this.#reading());
      found.push(...content);
      if (isLast || content.length === 0) break;
    }
    return found;
  }

  /** What the wallet holds, as decimal text. */
  async balance(): Promise<string> {
    return (await this.#client.getBalance(this.#reading())).balance;
  }

  async #until<T>(patienceMs: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const giveUpMs = performance.now() + patienceMs;
    for (;;) {
      const seen = await look();
      if (seen !== undefined || performance.now() >= giveUpMs) return seen;
      await sleep(Math.min(LOOK_AGAIN_MS, patienceMs), undefined, { signal: this.#signal });
    }
  }

  #reading() {
    return { signal: this.#deadlines.within(CALL_DEADLINE_MS), retriesMax: RETRIES_MAX };
  }

  #digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.#random() * 10)).join("");
  }
}
