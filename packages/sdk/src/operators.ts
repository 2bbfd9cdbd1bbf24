import { type CallOptions, type Connection, dataOf } from "./connection.js";
import type { components, operations } from "./generated/api.js";
import { pagesOf } from "./pages.js";
import type { TopupRequest } from "./topups.js";

/** An operator with its amounts, plans, rate and fees. */
export type Operator = components["schemas"]["Operator"];
/** What a top-up would cost and what would arrive. */
export type Quote = components["schemas"]["Quote"];
/** What the account can spend. */
export type Balance = components["schemas"]["Balance"];
/** Which operators. */
export type OperatorFilter = Omit<NonNullable<operations["listOperators"]["parameters"]["query"]>, "cursor" | "limit">;

/** What can be sent, and what it costs. */
export class Operators {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The operators that the account can send to, read page by page. */
  list(filter: OperatorFilter = {}, options: CallOptions = {}): AsyncGenerator<Operator, void> {
    return pagesOf((cursor) => {
      const params = { query: { ...filter, limit: 100, ...(cursor !== undefined && { cursor }) } };
      return dataOf(this.#connection.api.GET("/v1/operators", { params, ...options }));
    });
  }

  /** Whether a top-up is sold, what it would cost and what would arrive. Stores and sends nothing. */
  async quote(topup: TopupRequest, options: CallOptions = {}): Promise<Quote> {
    return dataOf(this.#connection.api.POST("/v1/quotes", { body: topup, ...options }));
  }

  /** The balance of the account, at most 5 seconds old. */
  async balance(options: CallOptions = {}): Promise<Balance> {
    return dataOf(this.#connection.api.GET("/v1/balance", options));
  }
}
