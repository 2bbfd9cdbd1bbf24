/** Sends deliveries. No other file of this app makes a request to an address that a stranger chose. */
import { isIPv6 } from "node:net";
import { type Clock, type DeadlineSignals, type Networks, type Resolve, vetOutboundUrl } from "@surefill/runtime";
import type { DeliveryOutcome } from "@surefill/topup";
import { ANSWER_BYTES_MAX } from "@surefill/topup-store";
import { Client, type Dispatcher } from "undici";

/** A request to send: one attempt. */
export type Delivery = { url: string; headers: Readonly<Record<string, string>>; body: Buffer };

export type SenderOptions = {
  clock: Clock;
  /** Networks that may be called although they are not public. */
  allowed: Networks;
  resolve: Resolve;
  deadlines: DeadlineSignals;
  timeoutMs: number;
};

/** What is read of an answer's body before the connection is closed. */
const READ_BYTES_MAX = 4_096;

/**
 * Makes the function that sends one attempt. It judges the URL afresh, connects to the address that was judged and
 * follows no redirect. Connections are not kept: a kept one would outlive the judgement. Never rejects.
 */
export function createSender(options: SenderOptions): (delivery: Delivery) => Promise<DeliveryOutcome> {
  const { clock, deadlines, timeoutMs } = options;
  return async (delivery) => {
    const startedMs = clock.monotonicMs();
    const passedMs = () => Math.round(clock.monotonicMs() - startedMs);
    const signal = deadlines.within(timeoutMs);
    const target = await vetOutboundUrl(delivery.url, options);
    if (target.kind === "refused") return { kind: "refused", reason: target.reason, latencyMs: passedMs() };
    const client = openPinned(target.url, target.address, timeoutMs);
    try {
      const { pathname, search } = target.url;
      const answer = await client.request({
        method: "POST",
        path: `${pathname}${search}`,
        headers: { ...delivery.headers, connection: "close" },
        body: delivery.body,
        signal,
      });
      const latencyMs = passedMs();
      const retryAfterMs = readRetryAfter(answer, clock.nowMs());
      return {
        kind: "answered",
        status: answer.statusCode,
        latencyMs,
        answer: await readBeginning(answer.body),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      };
    } catch (error) {
      return { kind: "unanswered", code: signal.aborted ? "TIMEOUT" : codeOf(error), latencyMs: passedMs() };
    } finally {
      await client.destroy();
    }
  };
}

/** A connection to this address only, whatever the host's name means by now; TLS still asks for the name. */
function openPinned(url: URL, address: string, timeoutMs: number): Client {
  const pinned = { address, family: isIPv6(address) ? 6 : 4 };
  return new Client(url.origin, {
    connect: {
      timeout: timeoutMs,
      lookup: (_hostname, options, done) =>
        options.all ? done(null, [pinned]) : done(null, pinned.address, pinned.family),
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

/** The status has come, so whatever becomes of the body, the receiver has answered. */
async function readBeginning(body: Dispatcher.ResponseData["body"]): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= READ_BYTES_MAX) break; // Leaving the loop closes the body.
    }
  } catch {
    // What has come until then is what there is to show.
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString("utf8");
}

/** How long the receiver asks us to wait: seconds or a date, on 429 and 503. */
function readRetryAfter({ statusCode, headers }: Dispatcher.ResponseData, nowMs: number): number | undefined {
  const value = headers["retry-after"];
  if ((statusCode !== 429 && statusCode !== 503) || typeof value !== "string") return undefined;
  const waitMs = /^\d{1,10}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return waitMs > 0 ? Math.round(waitMs) : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "FAILED";
}
