import { z } from "zod";
import { EVENT_TYPES } from "./events.js";

/** What an endpoint can ask for: the event log's types, and word that another endpoint only fails or was disabled. */
export const WEBHOOK_EVENT_TYPES = [...EVENT_TYPES, "webhook_endpoint.failing", "webhook_endpoint.disabled"] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/**
 * Why an endpoint gets nothing: a person disabled it, it answered 410, or it only failed for days. The last two come
 * with an event.
 */
export const DISABLED_REASONS = ["operator", "gone", "failing"] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** What callers command an endpoint to do; each is kept with the name of the API key that it came with. */
export const ENDPOINT_COMMANDS = [
  "create",
  "change",
  "rotate-secret",
  "expire-old-secret",
  "enable",
  "disable",
  "test",
  "redeliver",
  "replay",
] as const;
export type EndpointCommandName = (typeof ENDPOINT_COMMANDS)[number];

/** A command that was given to an endpoint, by whose API key, and what it was about: fields, an event, a window. */
export type EndpointCommand = { atMs: number; command: EndpointCommandName; key: string; about?: string };

/** An endpoint that is gone, and whose API key deleted it. */
export type EndpointDeletion = { id: string; atMs: number; key?: string; description?: string };

/** `whe_` and a UUID version 7. */
export const webhookEndpointIdSchema = z
  .string()
  .regex(/^whe_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { error: "must be the id of a webhook endpoint" });

const URL_LENGTH_MAX = 2_048;

/** What the owner of an endpoint chooses. Whether the URL may be called is checked where there is a network. */
const chosenFields = {
  url: z
    .string({ error: "must be a URL as text" })
    .min(1, { error: "must not be empty" })
    .max(URL_LENGTH_MAX, { error: `must have at most ${URL_LENGTH_MAX} characters` }),
  description: z.string().max(200, { error: "must have at most 200 characters" }),
  eventTypes: z.union(
    [
      z.literal("all"),
      z
        .array(z.enum(WEBHOOK_EVENT_TYPES))
        .min(1)
        .max(WEBHOOK_EVENT_TYPES.length)
        .transform((types) => [...new Set(types)]),
    ],
    { error: `must be "all" or a list out of ${WEBHOOK_EVENT_TYPES.join(", ")}` },
  ),
  includeRecipient: z.boolean({ error: "must be true or false" }),
};

/** An endpoint as it is asked for. Without a choice it gets every event, with the recipient masked. */
export const newWebhookEndpointSchema = z.strictObject({
  url: chosenFields.url,
  description: chosenFields.description.optional(),
  eventTypes: chosenFields.eventTypes.default("all"),
  includeRecipient: chosenFields.includeRecipient.default(false),
});
export type NewWebhookEndpoint = z.output<typeof newWebhookEndpointSchema>;

/** A change of an endpoint: what is left out stays. An empty description removes it. */
export const webhookEndpointPatchSchema = z
  .strictObject(chosenFields)
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, { error: "must change something" });
export type WebhookEndpointPatch = z.output<typeof webhookEndpointPatchSchema>;

/** An endpoint as it is kept, without its secrets. Times in milliseconds since 1970, by the ledger's clock. */
export type WebhookEndpoint = NewWebhookEndpoint & {
  id: string;
  state: "enabled" | "disabled";
  createdAtMs: number;
  /** The name of the API key that made it. Absent where none is known. */
  createdBy?: string;
  /** Present while disabled. */
  disabledReason?: DisabledReason;
  disabledAtMs?: number;
  /** After a rotation: until when deliveries are signed with the former secret too. */
  oldSecretUntilMs?: number;
  /** When the first failure after the last success was. Absent while deliveries succeed. */
  failingSinceMs?: number;
  /** Attempts that have failed since then. */
  failures: number;
};

/** Whether an endpoint asks for events of a type. `ping` goes to whoever is pinged. */
export function isSubscribed(endpoint: Pick<WebhookEndpoint, "eventTypes">, type: WebhookEventType): boolean {
  return endpoint.eventTypes === "all" || endpoint.eventTypes.includes(type);
}
