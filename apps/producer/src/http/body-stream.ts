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

/**
 * The body of a request, piece by piece, no faster than it is read. Throws a `body_incomplete` problem when the sender
 * goes away, or sends nothing for `stallMs`, and when the server stops.
 */
export async function* streamBody(
  request: IncomingMessage,
  response: ServerResponse,
  { stallMs, stopping, clock }: { stallMs: number; stopping: AbortSignal; clock: Pick<Clock, "sleep"> },
): AsyncGenerator<Buffer> {
  streamed.add(request);
  // The socket is still needed for the answer when somebody stops reading before the end.
  const pieces: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const { done, value } = await nextPiece(pieces.next(), { stallMs, stopping, clock });
      if (done) return;
      yield value;
    }
  } finally {
    if (response.destroyed) request.destroy();
    else await pieces.return?.();
  }
}

async function nextPiece(
  next: Promise<IteratorResult<Buffer>>,
  { stallMs, stopping, clock }: { stallMs: number; stopping: AbortSignal; clock: Pick<Clock, "sleep"> },
): Promise<IteratorResult<Buffer>> {
  const wait = new AbortController();
  const stop = () => wait.abort(STOPPING);
  stopping.addEventListener("abort", stop, { once: true });
  if (stopping.aborted) stop();
  const stalled = clock.sleep(stallMs, wait.signal).then(() => {
    throw new Problem("body_incomplete", { detail: `Nothing came for ${stallMs} ms.` });
  });
  try {
    return await Promise.race([next, stalled]);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const detail = error === STOPPING ? "The server stops." : "The body ended early.";
    throw new Problem("body_incomplete", { detail });
  } finally {
    stopping.removeEventListener("abort", stop);
    wait.abort();
    next.catch(() => undefined);
    stalled.catch(() => undefined);
  }
}

const STOPPING = new Error("the server stops");

/** What was not read may still come in for so long, so that a sender hears the answer before its line is cut. */
const DRAIN_MS = 2_000;

/** Lets go by what is left of a body that was refused before its end. */
export function drainBody(request: IncomingMessage, clock: Pick<Clock, "sleep">): void {
  if (request.complete || request.destroyed) return;
  request.on("error", () => undefined);
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
