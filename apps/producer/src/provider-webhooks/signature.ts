import { createHmac, timingSafeEqual } from "node:crypto";

/** How Reloadly signs its webhooks: with the webhook signature secret of its dashboard, which is not the client's. */
export type SignatureRules = {
  secret: string;
  /** What stands between body and timestamp in what is signed. */
  separator: string;
  /** The greatest age of a message. */
  ageMsMax: number;
};

/** A message as it came: the body's bytes and the two headers. */
export type SignedMessage = { body: Buffer; signature: string | undefined; timestamp: string | undefined };

/** `stale`: genuine, but its timestamp is too old, in the future, or no number. */
export type SignatureVerdict = "genuine" | "unsigned" | "forged" | "stale";

/** How far a message's clock may be ahead of ours. */
export const AHEAD_MS_MAX = 5 * 60_000;
/** 2001 in milliseconds, and the year 33658 in seconds: what is greater is in milliseconds. */
const MILLISECONDS_FROM = 1e12;

/**
 * Checks that a message was signed with the secret: hex HMAC-SHA256 over body, separator and timestamp header, the
 * header taken as the text that it is. Takes the same time whichever byte of a signature is wrong.
 */
export function verifySignature(message: SignedMessage, rules: SignatureRules, nowMs: number): SignatureVerdict {
  const { body, signature, timestamp } = message;
  if (signature === undefined || timestamp === undefined) return "unsigned";
  const expected = createHmac("sha256", rules.secret)
    .update(body)
    .update(rules.separator + timestamp)
    .digest();
  const presented = Buffer.from(/^[0-9a-f]{64}$/i.test(signature) ? signature : "", "hex");
  if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) return "forged";
  const atMs = timestampMs(timestamp);
  const isFresh = atMs !== undefined && nowMs - atMs <= rules.ageMsMax && atMs - nowMs <= AHEAD_MS_MAX;
  return isFresh ? "genuine" : "stale";
}

/** Reloadly does not document the unit: seconds and milliseconds are both taken. */
function timestampMs(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= MILLISECONDS_FROM ? number : number * 1_000;
}
