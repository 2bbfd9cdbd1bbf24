import type { RequestInfo } from "@surefill/reloadly-client";
import type { Clock } from "@surefill/runtime";

/** Why this process does not reach Reloadly. `code` is the client's or the provider's; times by the process's clock. */
export type CutOff = { code: string; sinceMs: number };

/** Failures in a row, without an answer between them, after which this process counts as cut off. */
const FAILURES_MAX = 3;

/** Between two probes of a process that is cut off: the first wait, doubled up to the longest. */
const PROBE_FIRST_MS = 1_000;
const PROBE_DELAY_MS_MAX = 15_000;

/** The operation of the client that fetches a token. */
const FETCH_TOKEN = "fetchToken";

/**
 * The circuit breaker of one process: opens when it alone or everybody fails to reach Reloadly (no connection, no
 * token, HTTP 401 with a fresh token), and closes with the first answer. It says nothing about other processes, so it
 * closes no gate. An answer of any other status is an answer: what it refuses is not this breaker's matter.
 */
export class ProviderBreaker {
  readonly #clock: Pick<Clock, "nowMs" | "monotonicMs">;
  #failures = 0;
  #cutOff: CutOff | undefined;
  #probeDelayMs = PROBE_FIRST_MS;
  #probedAtMs = 0;

  constructor(clock: Pick<Clock, "nowMs" | "monotonicMs">) {
    this.#clock = clock;
  }

  /** Set while this process is cut off. */
  get cutOff(): CutOff | undefined {
    return this.#cutOff;
  }

  /** Takes note of a request that has ended. */
  note(info: RequestInfo): void {
    const { operation, status, errorCode } = info;
    if (isCutOffBy(info)) this.#failed(errorCode ?? `HTTP_${status}`);
    else if (status !== undefined && operation !== FETCH_TOKEN) this.#answered();
  }

  /**
   * Asks `request` whether Reloadly answers again, when a probe is due. What it sends is noted as any request. Answers
   * whether one was sent.
   */
  async probe(request: () => Promise<unknown>): Promise<boolean> {
    if (this.#cutOff === undefined) return false;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#probedAtMs < this.#probeDelayMs) return false;
    this.#probedAtMs = nowMs;
    this.#probeDelayMs = Math.min(2 * this.#probeDelayMs, PROBE_DELAY_MS_MAX);
    await request();
    return true;
  }

  #failed(code: string): void {
    this.#failures += 1;
    if (this.#failures < FAILURES_MAX) return;
    if (this.#cutOff === undefined) {
      this.#probeDelayMs = PROBE_FIRST_MS;
      this.#probedAtMs = this.#clock.monotonicMs();
    }
    this.#cutOff = { code, sinceMs: this.#cutOff?.sinceMs ?? this.#clock.nowMs() };
  }

  #answered(): void {
    this.#failures = 0;
    this.#cutOff = undefined;
  }
}

/** A token that was not had, a connection that was not opened, or a refused token. A time-out may be the provider's. */
function isCutOffBy({ operation, status, errorCode }: Omit<RequestInfo, "method" | "durationMs">): boolean {
  if (operation === FETCH_TOKEN) return errorCode !== undefined;
  return status === 401 || (status === undefined && errorCode === "RELOADLY_CONNECTION_FAILED");
}
