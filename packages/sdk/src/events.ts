import { childOf } from "./clock.js";
import { type CallOptions, type Connection, dataOf } from "./connection.js";
import { SurefillError } from "./errors.js";
import { framesOf } from "./event-frames.js";
import type { components, operations } from "./generated/api.js";
import { RETRY_POLICY } from "./retries.js";

/** One event of the log. */
export type SurefillEvent = components["schemas"]["Event"];
/** A page of the log. */
export type EventPage = components["schemas"]["EventPage"];
/** Which events, and from where: each one that is given must fit. */
export type EventFilter = {
  /** The id of the last event that was dealt with. Without it only what comes from now on; `0-0`: all that are kept. */
  after?: string;
  types?: readonly SurefillEvent["type"][];
  /** Those of a campaign, or of top-ups with a label. */
  campaign?: string;
  /** Those of top-ups that were sent with the API key of this name. */
  caller?: string;
};

/** The server sends a comment every 15 seconds; what is silent for three times as long is lost. */
const SILENCE_MS = 45_000;
/** Codes that another connection does not mend. */
const isLasting = ({ code, status }: SurefillError) =>
  code === "cursor_expired" ||
  (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429);

/** The event log: read in pages, or followed. */
export class Events {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A page after a cursor. With `waitSeconds` (up to 25) it waits for the next event. */
  async page(
    query: NonNullable<operations["listEvents"]["parameters"]["query"]> = {},
    options: CallOptions = {},
  ): Promise<EventPage> {
    return dataOf(this.#connection.api.GET("/v1/events", { params: { query }, ...options }));
  }

  /**
   * Every event from now on, or after `after`, each once and in the order of the log. A connection that ends, for
   * whatever reason, is opened again where it ended; it stops when the loop is left or `signal` aborts.
   *
   * @throws {SurefillError} `cursor_expired`: events after the cursor are no longer kept; or a refusal such as 401.
   */
  async *follow(filter: EventFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<SurefillEvent, void> {
    const { controller: stopped, end } = childOf(signal ?? new AbortController().signal);
    const position = { id: filter.after };
    try {
      for (let failures = 0; ; failures += 1) {
        for await (const event of this.#once(filter, position, stopped.signal)) {
          failures = 0;
          yield event;
        }
        const boundMs = Math.min(RETRY_POLICY.firstWaitMs * 2 ** failures, RETRY_POLICY.waitMsMax);
        await this.#connection.clock.sleep(boundMs * (0.5 + this.#connection.clock.random() / 2), stopped.signal);
      }
    } finally {
      end();
      stopped.abort();
    }
  }

  /** The events of one connection. `position` is moved on with each frame, so that the next one starts there. */
  async *#once(
    filter: EventFilter,
    position: { id: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<SurefillEvent, void> {
    const { controller: line, end } = childOf(signal);
    try {
      const body = await this.#open(filter, position.id, line.signal);
      for await (const { id, event, data } of framesOf(body)) {
        if (event === "error") throw streamError(data);
        if (data !== undefined) yield JSON.parse(data) as SurefillEvent;
        position.id = id ?? position.id;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof SurefillError && isLasting(error)) throw error;
    } finally {
      end();
    }
  }

  async #open(
    { types, campaign, caller }: EventFilter,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const query = {
      ...(after !== undefined && { after }),
      ...(types !== undefined && { type: types.join(",") }),
      ...(campaign !== undefined && { campaign }),
      ...(caller !== undefined && { caller }),
    };
    const response = await this.#connection.open(
      (api) => api.GET("/v1/events/stream", { params: { query }, parseAs: "stream", signal }),
      { silenceMs: SILENCE_MS },
    );
    if (response.body === null) throw new SurefillError("unreachable", "the stream of events has no body");
    return response.body;
  }
}

/** The frame with which the server ends a stream for a fault. */
function streamError(data: string | undefined): SurefillError {
  const { code = "unreachable", detail = "the stream ended with an error" } = JSON.parse(data ?? "{}");
  return new SurefillError(code, detail);
}
