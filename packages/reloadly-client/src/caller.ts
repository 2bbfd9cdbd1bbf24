import { readAnswer } from "./answer.js";
import type { Call, CallKind } from "./call.js";
import type { Clock } from "./clock.js";
import { ReloadlyError } from "./errors.js";
import { noAnswerError } from "./failures.js";
import type { Observer } from "./observer.js";
import { withRetries } from "./retries.js";
import type { Token, TokenSource } from "./token.js";
import { type Transport, type TransportAnswer, TransportFailure } from "./transport.js";

/** How a write is made. There is no retry option, on purpose. */
export interface WriteOptions {
  /** The call's deadline. Aborting it before the request is written proves that nothing was sent. */
  signal: AbortSignal;
  /**
   * Called synchronously in the tick in which the request is written, once a connection is ready. If it throws,
   * nothing is written and the call fails with RELOADLY_NOT_SENT, "not-executed", with what it threw as the cause.
   * Called a second time before the one re-send that follows an HTTP 401.
   */
  beforeWrite?: () => void;
}

/** How a read is made. */
export interface ReadOptions {
  /** The call's deadline, retries included. */
  signal: AbortSignal;
  /** How often a read is repeated after a lost connection, an HTTP 5xx or 429. Default 0. */
  retriesMax?: number;
}

/** Makes authorised calls. */
export interface Caller {
  /** Sends once. The only re-send is the one after an HTTP 401, which proves that nothing was executed. */
  write<T>(call: Call<T>, options: WriteOptions): Promise<T>;
  read<T>(call: Call<T>, options: ReadOptions): Promise<T>;
}

/** What a caller works with. */
export interface CallerParts {
  transport: Transport;
  tokens: TokenSource;
  clock: Clock;
  observer: Observer;
}

const BODY_BYTES_MAX = 1_024 * 1_024;

/** Puts token, transport and the reading of answers together. */
export function createCaller({ transport, tokens, clock, observer }: CallerParts): Caller {
  async function exchange<T>(kind: CallKind, call: Call<T>, options: WriteOptions, token: Token): Promise<T> {
    const done = observer.start(call.operation, call.method);
    let answer: TransportAnswer;
    try {
      answer = await transport.send({
        method: call.method,
        path: call.path,
        headers: token.headers,
        body: call.body ?? null,
        bodyBytesMax: call.bodyBytesMax ?? BODY_BYTES_MAX,
        signal: options.signal,
        beforeWrite: options.beforeWrite,
      });
    } catch (cause) {
      if (!(cause instanceof TransportFailure)) throw cause;
      const error = noAnswerError(kind, call.operation, cause);
      done(error.httpStatus, error.code);
      throw error;
    }
    const result = readAnswer(kind, call, answer, clock.nowMs());
    if (result.ok) {
      done(answer.status);
      return result.value;
    }
    done(answer.status, result.error.providerCode ?? result.error.code);
    throw result.error;
  }

  /** A 401 proves that nothing was executed, so the same body goes out once more with a fresh token. */
  async function authorised<T>(kind: CallKind, call: Call<T>, options: WriteOptions): Promise<T> {
    const token = tokens.current() ?? (await tokens.get(options.signal));
    try {
      return await exchange(kind, call, options, token);
    } catch (error) {
      if (!(error instanceof ReloadlyError) || error.httpStatus !== 401) throw error;
      tokens.discard(token);
    }
    return exchange(kind, call, options, await tokens.get(options.signal));
  }

  return {
    write: (call, options) => authorised("write", call, options),
    read: (call, { signal, retriesMax = 0 }) =>
      withRetries({ signal, retriesMax }, clock, () => authorised("read", call, { signal })),
  };
}
