import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { SurefillEvent } from "./events.js";

export { WebhookVerificationError };

/** What came to a webhook endpoint: the body as it came, byte by byte, and the headers by their names in lower case. */
export type ReceivedWebhook = {
  body: string | Uint8Array;
  headers: Record<string, string | string[] | undefined>;
};

/**
 * The event of a webhook, if it is signed with one of the secrets and not older than five minutes. While a secret is
 * being changed, give both. A delivery may come more than once: drop an `id` that was dealt with.
 *
 * @param secrets As the API gave them: `whsec_…`.
 * @throws {WebhookVerificationError} Answer 400 then, and do nothing.
 */
export function verifyWebhook({ body, headers }: ReceivedWebhook, ...secrets: readonly string[]): SurefillEvent {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const single = Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  let refusal: unknown = new WebhookVerificationError("no secret was given");
  for (const secret of secrets) {
    try {
      return new Webhook(secret).verify(text, Object.fromEntries(single)) as SurefillEvent;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}
