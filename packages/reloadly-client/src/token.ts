import { setMaxListeners } from "node:events";
import { z } from "zod";
import type { Clock } from "./clock.js";
import { wholeNumberSchema } from "./decimal.js";
import type { Endpoints } from "./environment.js";
import { readErrorBody } from "./error-body.js";
import { ReloadlyError } from "./errors.js";
import { parseJson } from "./json.js";
import type { Observer } from "./observer.js";
import { retryAfterMs } from "./retry-after.js";
import { type Transport, type TransportAnswer, TransportFailure } from "./transport.js";

/** A bearer token with the header list that carries it, built once and shared by every request. */
export interface Token {
  readonly expiresAtMs: number;
  readonly lifetimeMs: number;
  readonly headers: string[];
}

/** Keeps one token of one audience in memory. */
export interface TokenSource {
  /** The token in hand if it is not about to expire. Costs nothing. */
  current(): Token | undefined;
  /** A token that is not about to expire; callers at the same time share one fetch. */
  get(signal: AbortSignal): Promise<Token>;
  /** Resolves when the token in hand will live for two more minutes, or half its life if that is shorter. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Forgets a token that the API refused. A newer one is kept. */
  discard(token: Token): void;
}

/** The token service has its own deadline: a shared fetch must not depend on the first caller's patience. */
const FETCH_TIMEOUT_MS = 30_000;
const MARGIN_MS_MAX = 60_000;
const PREPARED_MS_MAX = 120_000;
const TOKEN_BYTES_MAX = 64 * 1_024;
const OPERATION = "fetchToken";

const ACCEPT = "application/com.reloadly.topups-v1+json";
const TOKEN_HEADERS = ["accept", "application/json", "content-type", "application/json"];

const tokenSchema = z.object({
  // Only what may stand in a header: a line break in it would otherwise end up in an exception text.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: wholeNumberSchema.refine((seconds) => seconds > 0),
});

/** What a token source works with. */
export interface TokenSourceOptions {
  endpoints: Endpoints;
  clientId: string;
  clientSecret: string;
  transport: Transport;
  clock: Clock;
  observer: Observer;
}

/** Fetches nothing until it is asked. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { clock } = options;
  let held: Token | undefined;
  let fetching: Promise<Token> | undefined;

  const livesFor = (token: Token, neededMs: number) => token.expiresAtMs - clock.nowMs() > neededMs;
  const current = () => (held !== undefined && livesFor(held, marginMs(held)) ? held : undefined);

  function fetchShared(): Promise<Token> {
    fetching ??= fetchToken(options)
      .then((token) => {
        held = token;
        return token;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  }

  return {
    current,
    async get(signal) {
      return current() ?? waitFor(fetchShared(), signal);
    },
    async prepare(signal) {
      if (held !== undefined && livesFor(held, Math.min(PREPARED_MS_MAX, held.lifetimeMs / 2))) return;
      await waitFor(fetchShared(), signal);
    },
    discard(token) {
      if (held === token) held = undefined;
    },
  };
}

function marginMs(token: Token): number {
  return Math.min(MARGIN_MS_MAX, token.lifetimeMs / 10);
}

async function fetchToken(options: TokenSourceOptions): Promise<Token> {
  const { endpoints, clientId, clientSecret, transport, clock, observer } = options;
  const startedMs = clock.nowMs();
  const done = observer.start(OPERATION, "POST");
  try {
    const answer = await transport.send({
      method: "POST",
      path: "/oauth/token",
      headers: TOKEN_HEADERS,
      body: JSON.stringify({
        client_id: clientId,
        client_secret: clientSecret,
        grant_type: "client_credentials",
        audience: endpoints.audience,
      }),
      bodyBytesMax: TOKEN_BYTES_MAX,
      signal: clock.deadline(FETCH_TIMEOUT_MS),
      beforeWrite: undefined,
    });
    const token = readToken(answer, startedMs, clock);
    done(answer.status);
    return token;
  } catch (cause) {
    const error = cause instanceof ReloadlyError ? cause : unavailable("there was no answer", fetchFailure(cause));
    done(error.httpStatus, error.code);
    throw error;
  }
}

function readToken(answer: TransportAnswer, startedMs: number, clock: Clock): Token {
  if (answer.status !== 200) throw refusal(answer, clock);
  const parsed = tokenSchema.safeParse(parseJson(answer.body));
  if (!parsed.success) {
    throw unavailable("the answer holds no usable token", { httpStatus: answer.status });
  }
  const lifetimeMs = parsed.data.expires_in * 1_000;
  return {
    lifetimeMs,
    // Counted from before the request: the token may have been made the moment we asked.
    expiresAtMs: startedMs + lifetimeMs,
    headers: [
      "accept",
      ACCEPT,
      "content-type",
      "application/json",
      "authorization",
      `Bearer ${parsed.data.access_token}`,
    ],
  };
}

/** A 4xx is about our credentials or audience and will not pass by itself; 408 and 429 may, as may everything else. */
function refusal(answer: TransportAnswer, clock: Clock): ReloadlyError {
  const { providerCode, providerMessage } = readErrorBody(answer.body);
  const facts = {
    httpStatus: answer.status,
    providerCode,
    providerMessage,
    retryAfterMs: retryAfterMs(answer.status, answer.headers, clock.nowMs()),
  };
  const { status } = answer;
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (!isRefusal) return unavailable(`the token service answered HTTP ${status}`, facts);
  return new ReloadlyError({
    code: "RELOADLY_TOKEN_REFUSED",
    operation: OPERATION,
    certainty: "not-executed",
    reason: `the token service refused the credentials or the audience (HTTP ${status})`,
    ...facts,
  });
}

function fetchFailure(cause: unknown): { cause: unknown; httpStatus: number | null } {
  return cause instanceof TransportFailure
    ? { cause: cause.cause, httpStatus: cause.status }
    : { cause, httpStatus: null };
}

function unavailable(
  reason: string,
  facts: Partial<Pick<ReloadlyError, "httpStatus" | "providerCode" | "providerMessage" | "retryAfterMs" | "cause">>,
): ReloadlyError {
  return new ReloadlyError({
    code: "RELOADLY_TOKEN_UNAVAILABLE",
    operation: OPERATION,
    certainty: "not-executed",
    reason,
    ...facts,
  });
}

/** Waits for a shared fetch no longer than this caller's signal allows; the fetch goes on for the others. */
function waitFor(fetching: Promise<Token>, signal: AbortSignal): Promise<Token> {
  return new Promise((resolve, reject) => {
    const onAbort = () =>
      reject(unavailable("the deadline passed while a token was fetched", { cause: signal.reason }));
    if (signal.aborted) onAbort();
    setMaxListeners(0, signal); // One signal may serve many calls; each takes its listener off again.
    signal.addEventListener("abort", onAbort, { once: true });
    // Also when this caller has given up: a failure must not become an unhandled rejection.
    fetching.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
