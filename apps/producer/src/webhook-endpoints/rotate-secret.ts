import type { Clock } from "@surefill/runtime";
import type { WebhookEndpoints } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import type { Commander } from "./change-endpoint.js";
import { endpointView } from "./endpoint-view.js";
import { found } from "./find-endpoint.js";

const DAY_S = 86_400;
const OVERLAP_SECONDS_MAX = 30 * DAY_S;
const error = `must be a whole number from 0 to ${OVERLAP_SECONDS_MAX}`;

/** How a secret is replaced. */
export const rotationSchema = z.strictObject({
  // A body's numbers arrive as they were written.
  overlapSeconds: z
    .union([z.number(), z.string()], { error })
    .transform(String)
    .pipe(z.string().regex(/^\d{1,7}$/, { error }))
    .transform(Number)
    .refine((seconds) => seconds <= OVERLAP_SECONDS_MAX, { error })
    .default(DAY_S)
    .describe("How long deliveries are signed with the former secret too"),
});

/**
 * `POST /v1/webhook-endpoints/{id}/rotate-secret`: makes a new secret and shows it, this once. Both sign until the
 * former one's time is over, so that receivers can change without missing a delivery.
 */
export const rotateSecret =
  ({ endpoints, clock }: { endpoints: Pick<WebhookEndpoints, "rotateSecret">; clock: Clock }) =>
  async (id: string, { overlapSeconds }: z.output<typeof rotationSchema>, by: Commander): Promise<HttpResult> => {
    const rotated = found(id, await promptly(clock, () => endpoints.rotateSecret(id, overlapSeconds * 1_000, by)));
    return { status: 200, json: { ...endpointView(rotated.endpoint), secret: rotated.secret } };
  };
