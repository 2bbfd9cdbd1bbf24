/** Answers that go on: how they are written, and how they end. */
import type { ServerResponse } from "node:http";
import type { Clock } from "@surefill/runtime";
import { ReaderTooSlow, type StreamBody } from "./result.js";

/** What a stream needs besides its response. */
export type OutletParts = {
  clock: Pick<Clock, "sleep">;
  /** Aborts when the server stops. */
  stopping: AbortSignal;
  /** How long a reader may take nothing. */
  stallMs: number;
};

/** How long the last words may take to leave before the connection is cut. */
const LAST_WORDS_MS = 1_000;

/** A signal that aborts when an answer is over, when its reader has gone, or when the server stops. */
export function endOf(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const ended = new AbortController();
  const end = () => {
    stopping.removeEventListener("abort", end);
    ended.abort();
  };
  stopping.addEventListener("abort", end, { once: true });
  response.once("close", end);
  if (response.destroyed || stopping.aborted) end();
  return ended.signal;
}

/**
 * Writes a stream, whose head has been set, to its end. Whatever happens, the response is over when this settles. A
 * failure of `body` is thrown on.
 */
export async function writeStream(response: ServerResponse, body: StreamBody, parts: OutletParts): Promise<void> {
  const signal = endOf(response, parts.stopping);
  response.setHeader("connection", "close"); // A reader that comes back does so on a new connection anyway.
  response.flushHeaders();
  try {
    const lastWords = await body({ signal, write: (piece) => write(response, piece, signal, parts) });
    if (!response.destroyed) await finish(response, lastWords, parts.clock);
  } finally {
    if (!response.writableFinished) response.destroy();
  }
}

/** One piece at a time: what a reader has not taken never adds up. */
async function write(
  response: ServerResponse,
  piece: string | Uint8Array,
  signal: AbortSignal,
  parts: OutletParts,
): Promise<void> {
  signal.throwIfAborted();
  if (response.write(piece)) return;
  if (await happens(response, "drain", parts.stallMs, signal, parts.clock)) return;
  signal.throwIfAborted();
  throw new ReaderTooSlow(parts.stallMs);
}

/** A reader that is only slow may still learn why; one that takes nothing is cut. */
async function finish(response: ServerResponse, lastWords: string, clock: Pick<Clock, "sleep">): Promise<void> {
  const gone = new AbortController();
  const over = happens(response, "close", LAST_WORDS_MS, gone.signal, clock);
  response.end(lastWords, () => gone.abort());
  await over;
}

/** Waits for an event of the response, at most `ms`; false when it does not come or the signal aborts first. */
async function happens(
  response: ServerResponse,
  event: "drain" | "close",
  ms: number,
  signal: AbortSignal,
  clock: Pick<Clock, "sleep">,
): Promise<boolean> {
  const wait = new AbortController();
  let happened = false;
  const come = () => {
    happened = true;
    wait.abort();
  };
  const giveUp = () => wait.abort();
  response.once(event, come);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  await clock.sleep(ms, wait.signal).catch(() => undefined);
  response.off(event, come);
  signal.removeEventListener("abort", giveUp);
  return happened;
}
