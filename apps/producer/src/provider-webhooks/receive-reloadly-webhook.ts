import { createHash } from "node:crypto";
import type { Clock } from "@surefill/runtime";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { RawRequest } from "../http/route.js";
import type { Metrics } from "../metrics.js";
import { readHints } from "./read-hint.js";
import { type SignatureRules, verifySignature } from "./signature.js";
import type { Waker } from "./waker.js";

/** What receiving needs. */
export type ReceiveDeps = {
  rules: SignatureRules;
  waker: Pick<Waker, "take">;
  metrics: Pick<Metrics, "hinted">;
  clock: Pick<Clock, "nowMs">;
};

/**
 * `POST /v1/provider-webhooks/reloadly`: a genuine message makes somebody ask the provider, and is believed in
 * nothing. Every genuine one gets the same answer, at once, so that it tells nothing about our top-ups.
 */
export const receiveReloadlyWebhook =
  ({ rules, waker, metrics, clock }: ReceiveDeps) =>
  async ({ rawBody, header }: Pick<RawRequest, "rawBody" | "header">): Promise<HttpResult> => {
    const signature = header("x-reloadly-signature");
    const timestamp = header("x-reloadly-request-timestamp");
    const verdict = verifySignature({ body: rawBody, signature, timestamp }, rules, clock.nowMs());
    if (verdict !== "genuine") {
      metrics.hinted(verdict);
      throw new Problem("signature_invalid", { detail: "The message does not carry a valid signature." });
    }
    const hints = readHints(rawBody);
    if (hints.length === 0) metrics.hinted("malformed");
    const digest = digestOf(rawBody, timestamp ?? "");
    for (const [place, hint] of hints.entries()) {
      waker.take({ hint, digest: place === 0 ? digest : `${digest}.${place}` });
    }
    return { status: 200, json: { received: true } };
  };

function digestOf(body: Buffer, timestamp: string): string {
  return createHash("sha256").update(`${timestamp}:`).update(body).digest("base64url");
}
