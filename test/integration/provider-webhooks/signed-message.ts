/** Messages as Reloadly signs them, and as somebody else would. */
import { createHmac } from "node:crypto";

export const SECRET = "webhook-signature-secret";

export type SignedMessage = { body: string; headers: Record<string, string> };

/** A message with a valid signature over its own bytes; the options make it wrong in one way each. */
export function signed(
  body: string,
  options: { secret?: string; separator?: string; timestamp?: string; signedBody?: string } = {},
): SignedMessage {
  const { secret = SECRET, separator = ":", timestamp = String(Math.floor(Date.now() / 1_000)), signedBody } = options;
  const signature = createHmac("sha256", secret)
    .update(`${signedBody ?? body}${separator}${timestamp}`)
    .digest("hex");
  return { body, headers: { "x-reloadly-signature": signature, "x-reloadly-request-timestamp": timestamp } };
}

/** What Reloadly says of a transaction: the status envelope in `data`. `extra` makes one message differ from another. */
export function announcement(transactionId: number | string, status = "SUCCESSFUL", extra: object = {}): string {
  const transaction = { transactionId, status, customIdentifier: null, ...extra };
  return JSON.stringify({ type: "airtime_transaction.status", data: { status, transaction } });
}

/** Posts a message to a producer's webhook route. */
export async function deliver(producerUrl: string, { body, headers }: SignedMessage) {
  const response = await fetch(`${producerUrl}/v1/provider-webhooks/reloadly`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, text: await response.text() };
}

/** How many messages had each result, by the producer's own counters. */
export async function hintCounts(producerUrl: string, key: string): Promise<Record<string, number>> {
  const headers = { authorization: `Bearer ${key}` };
  const text = await (await fetch(`${producerUrl}/metrics`, { headers, signal: AbortSignal.timeout(60_000) })).text();
  const lines = text.matchAll(/^surefill_provider_webhooks_total\{result="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, result, count]) => [String(result), Number(count)]));
}
