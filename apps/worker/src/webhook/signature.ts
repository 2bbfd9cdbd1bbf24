import { createHmac } from "node:crypto";

/** Headers of one attempt. */
export type SignedHeaders = {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
};

/**
 * Signs a delivery as Standard Webhooks 1.0.0 says (symmetric, `v1`). `body` must be the very bytes that are sent.
 * `secrets` are `whsec_` and base64; with several, one signature each, so that a receiver that knows any of them
 * can verify.
 */
export function signDelivery(
  secrets: readonly string[],
  { id, sentAtMs, body }: { id: string; sentAtMs: number; body: Buffer },
): SignedHeaders {
  const timestamp = String(Math.floor(sentAtMs / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const digest = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
    return `v1,${digest}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
