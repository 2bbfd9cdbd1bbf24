import { newReference } from "./clock.js";
import { type CallOptions, type Connection, dataOf } from "./connection.js";
import { SurefillError } from "./errors.js";
import type { components, operations } from "./generated/api.js";
import { pagesOf } from "./pages.js";

/** The body of one top-up, as the API takes it. */
export type TopupRequest = components["schemas"]["TopupRequest"];
/** A top-up as it is now. */
export type Topup = components["schemas"]["Topup"];
/** A top-up with all that happened to it. */
export type TopupWithHistory = components["schemas"]["TopupWithHistory"];
/** What came of one top-up of a batch. */
export type BatchItemResult = components["schemas"]["BatchItemResult"];
/** Exactly one of these. */
export type TopupFilter = Omit<NonNullable<operations["listTopups"]["parameters"]["query"]>, "cursor" | "limit">;

/** Top-ups, one by one or in batches. */
export class Topups {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Sends one top-up. It is stored durably when this resolves, and is on its way. Without a reference it gets one
   * before the first try, so that a repeated request is the same top-up; it stands in the answer.
   *
   * After an error with code `unreachable` the top-up may be stored: send it again under the reference in the error's
   * `references`. A caller that may stop in between chooses the reference and keeps it before calling.
   */
  async send(topup: TopupRequest, options: CallOptions = {}): Promise<Topup> {
    const body = named(topup);
    return sending([body], dataOf(this.#connection.api.POST("/v1/topups", { body, ...options })));
  }

  /**
   * Sends up to 1,000 top-ups. Answers each by itself, in their order: one that is refused does not hurt the others.
   * Those without a reference get one, as in `send`.
   */
  async sendBatch(topups: readonly TopupRequest[], options: CallOptions = {}): Promise<BatchItemResult[]> {
    const body = { topups: topups.map(named) };
    const asked = dataOf(this.#connection.api.POST("/v1/topups/batch", { body, ...options }));
    return (await sending(body.topups, asked)).results;
  }

  /** A top-up with its history. @throws {SurefillError} `topup_not_found`. */
  async get(reference: string, options: CallOptions = {}): Promise<TopupWithHistory> {
    const params = { path: { reference } };
    return dataOf(this.#connection.api.GET("/v1/topups/{reference}", { params, ...options }));
  }

  /** All top-ups under one filter, the newest first, read page by page. */
  list(filter: TopupFilter, options: CallOptions = {}): AsyncGenerator<Topup, void> {
    return pagesOf((cursor) => {
      const params = { query: { ...filter, limit: 100, ...(cursor !== undefined && { cursor }) } };
      return dataOf(this.#connection.api.GET("/v1/topups", { params, ...options }));
    });
  }

  /** Withdraws a top-up that has not been sent yet. @throws {SurefillError} `state_conflict` where it may be paid. */
  async cancel(reference: string, options: CallOptions = {}): Promise<Topup> {
    const params = { path: { reference } };
    return dataOf(this.#connection.api.POST("/v1/topups/{reference}/cancel", { params, ...options }));
  }

  /** Gives a person's verdict on a top-up in review. It is not repeated after a doubtful outcome: ask for the top-up. */
  async resolve(
    reference: string,
    verdict: components["schemas"]["Verdict"],
    options: CallOptions = {},
  ): Promise<Topup> {
    const params = { path: { reference } };
    return dataOf(this.#connection.once.POST("/v1/topups/{reference}/resolve", { params, body: verdict, ...options }));
  }
}

/** A top-up that has a name: its own, or one that is made here, before anything is sent. */
function named(topup: TopupRequest): TopupRequest {
  const hasName = topup.reference !== undefined || topup.customIdentifier !== undefined;
  return hasName ? topup : { ...topup, reference: newReference() };
}

/** Tells in an error what it was that may have been sent. */
async function sending<Answer>(topups: readonly TopupRequest[], call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof SurefillError) {
      error.references = topups.map(({ reference, customIdentifier }) => reference ?? customIdentifier ?? "");
    }
    throw error;
  }
}
