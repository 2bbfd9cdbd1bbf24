/** Bodies that come in over time: how long they may take, and what becomes of what nobody reads. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@surefill/runtime";
import { Problem } from "./problem.js";

/** The body of a request that has none. */
export const NO_BODY: AsyncIterable<Buffer> = {
  async *[Symbol.asyncIterator]() {},
};

/** Requests whose bodies may take as long as they come in at all. */
const streamed = new WeakSet<IncomingMessage>();

/** Cuts a request whose body is not here after so long, unless it is taken as a stream meanwhile. */
export function limitBodyTime(
  request: IncomingMessage,
  response: ServerResponse,
  { ms, clock }: { ms: number; clock: Pick<Clock, "sleep"> },
): void {
  const hasBody = request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined;
  if (!hasBody || request.complete) return;
  const over = new AbortController();
  const stop = () => over.abort();
  request.once("close", stop);
  const cut = () => {
    request.off("close", stop);
    if (request.complete || streamed.has(request)) return;
    if (!response.headersSent) response.writeHead(408, { connection: "close" }).end();
    request.socket.destroySoon();
  };
  clock.sleep(ms, over.signal).then(cut, () => undefined);
}

/** How a body is waited for. `stallMs`: how long the sender may send nothing. `stopping` aborts when the server stops. */
export type BodyWait = { stallMs: number; stopping: AbortSignal; clock: Pick<Clock, "sleep" | "monotonicMs"> };

/** The least that a sender must send, averaged over what `PATIENCE_STALLS` stalls last: the slowest of mobile lines. */
const BYTES_PER_MS_MIN = 1;
const PATIENCE_STALLS = 3;

/**
 * The body of a request, piece by piece, no faster than it is read. Throws a `body_incomplete` problem when the sender
 * goes away, sends nothing for too long or next to nothing for longer, and when the server stops.
 */
export async function* streamBody(request: IncomingMessage, wait: BodyWait): AsyncGenerator<Buffer> {
  streamed.add(request);
  const patienceMsMax = PATIENCE_STALLS * wait.stallMs;
  // Every byte buys the sender a millisecond in which we wait for it; what we do in between is not its fault.
  let patienceMs = patienceMsMax;
  for (;;) {
    const piece: Buffer | null = request.read();
    if (piece !== null) {
      patienceMs = Math.min(patienceMsMax, patienceMs + piece.length / BYTES_PER_MS_MIN);
      yield piece;
    } else if (request.readableEnded) return;
    else if (request.destroyed) throw incomplete("The body ended early.");
    else {
      const sinceMs = wait.clock.monotonicMs();
      const happened = await somethingHappens(request, Math.min(wait.stallMs, patienceMs), wait);
      patienceMs -= wait.clock.monotonicMs() - sinceMs;
      if (patienceMs <= 0) throw incomplete("Fewer than 1,000 bytes a second came.");
      if (!happened) throw incomplete(`Nothing came for ${wait.stallMs} ms.`);
    }
  }
}

const SIGNS = ["readable", "end", "error", "close"] as const;

/** Waits for a sign of the sender, at most so long; false when there was none. */
async function somethingHappens(
  request: IncomingMessage,
  waitMs: number,
  { stopping, clock }: BodyWait,
): Promise<boolean> {
  const wait = new AbortController();
  const wake = () => wait.abort();
  for (const sign of SIGNS) request.once(sign, wake);
  stopping.addEventListener("abort", wake, { once: true });
  if (stopping.aborted) wake();
  const slept = await clock.sleep(waitMs, wait.signal).then(
    () => true,
    () => false,
  );
  for (const sign of SIGNS) request.off(sign, wake);
  stopping.removeEventListener("abort", wake);
  if (stopping.aborted) throw incomplete("The server stops.");
  return !slept;
}

function incomplete(detail: string): Problem {
  return new Problem("body_incomplete", { detail });
}

/** What was not read may still come in for so long, so that a sender hears the answer before its line is cut. */
const DRAIN_MS = 2_000;

/** Lets go by what is left of a body that was refused before its end. */
export function drainBody(request: IncomingMessage, clock: Pick<Clock, "sleep">): void {
  if (request.complete || request.destroyed) return;
  request.on("error", () => undefined); // That the sender goes away is nobody's concern any more.
  request.resume();
  const over = new AbortController();
  request.once("close", () => over.abort());
  clock.sleep(DRAIN_MS, over.signal).then(
    () => {
      if (!request.complete) request.destroy();
    },
    () => undefined,
  );
}
