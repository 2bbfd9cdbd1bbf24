/** The parts of docs/events.md that are made from code, as Markdown. */
import {
  afterDelivery,
  CAMPAIGN_EVENT_TYPES,
  type CampaignEvent,
  type CampaignEventType,
  campaignWebhookSchema,
  type Notice,
  pingOf,
  TOPUP_EVENT_TYPES,
  type TopupEvent,
  topupWebhookSchema,
  WEBHOOK_DELAYS_MS,
  type WebhookPayload,
  webhookPayloadOf,
  webhookPayloadSchema,
} from "@surefill/topup";
import { z } from "zod";
import { requestFor } from "./test-ledger.js";
import { duration, table } from "./topup-docs.js";
import { HIGHEST_CHANCE } from "./topup-record.js";

const DAY_MS = 86_400_000;
const AT_MS = Date.UTC(2026, 2, 14, 9, 26, 53, 589);
const ENDPOINT_ID = "whe_019ce9b7-2ed5-7c11-8a3e-5b1f0d6c2a90";

/** Shown in every event about a top-up as long as its record has it; retention removes it, and then it is absent. */
const METADATA = { metadata: { wave: "3" } };

/** What each type about a campaign says beside its type, time and campaign. */
const TOLD_OF_CAMPAIGNS: Readonly<Record<CampaignEventType, Omit<CampaignEvent, "id" | "type" | "campaign" | "atMs">>> =
  {
    "campaign.checked": { state: "ready", version: 3, rows: 1_204 },
    "campaign.started": { state: "running", version: 4, rows: 1_204 },
    "campaign.paused": { state: "paused", version: 5, reason: "failures", detail: "recipient: 15 of the last 50" },
    "campaign.resumed": { state: "running", version: 6 },
    "campaign.progress": { state: "running", version: 6, percent: 40, rows: 1_204, finals: 482 },
    "campaign.completed": { state: "completed", version: 8, rows: 1_204, finals: 1_204 },
    "campaign.cancelled": { state: "cancelled", version: 8, rows: 1_204, finals: 731 },
  };

/** What each type says beside its type, time and reference: one that really happens. */
const TOLD: Readonly<Record<TopupEvent["type"], Pick<TopupEvent, "state" | "because" | "version" | "code">>> = {
  "topup.succeeded": { state: "succeeded", because: "status-successful", version: 4 },
  "topup.refunded": { state: "refunded", because: "status-refunded", version: 4 },
  "topup.failed": { state: "failed", because: "no-attempts-left", version: 13, code: "FAILED" },
  "topup.rejected": { state: "rejected", because: "refused", version: 3, code: "INVALID_RECIPIENT_PHONE" },
  "topup.cancelled": { state: "cancelled", because: "withdrawn", version: 2 },
  "topup.held": { state: "held", because: "status-failed", version: 4, code: "FAILED" },
  "topup.review": { state: "review", because: "unknown-for-too-long", version: 9 },
  "topup.contradicted": { state: "succeeded", because: "several-transaction-ids", version: 6 },
  "topup.overpaid": { state: "succeeded", because: "found-by-audit", version: 6, code: "SUCCESSFUL" },
  "topup.contradiction_accepted": { state: "succeeded", because: "contradiction-accepted", version: 8 },
  "provider.orphan": { state: "unknown", because: "found-by-audit", version: 0, code: "SUCCESSFUL" },
};

const NEVER_SENT: ReadonlySet<TopupEvent["type"]> = new Set(["topup.rejected", "topup.cancelled", "topup.review"]);

/** One example body of every type, as an endpoint gets it that asks for nothing special. */
export function examplePayloads(): WebhookPayload[] {
  const ofTopups = TOPUP_EVENT_TYPES.map((type) => {
    const event: TopupEvent = {
      id: `${AT_MS}-0`,
      type,
      reference: "survey-42.resp-981",
      attempt: type === "topup.failed" ? 3 : 1,
      atMs: AT_MS,
      ...TOLD[type],
      ...(!NEVER_SENT.has(type) && { transactionId: 4_602_843 }),
      campaign: "survey-42",
      caller: "billing",
    };
    if (type === "provider.orphan") return orphanPayload(event);
    return webhookPayloadOf(event, requestFor(1_234_567, METADATA), { includeRecipient: false });
  });
  const failing: Notice = {
    type: "webhook_endpoint.failing",
    timestamp: new Date(AT_MS).toISOString(),
    data: { endpointId: ENDPOINT_ID, days: 1, failingSince: new Date(AT_MS - DAY_MS).toISOString() },
  };
  const disabled: Notice = {
    type: "webhook_endpoint.disabled",
    timestamp: new Date(AT_MS).toISOString(),
    data: { endpointId: ENDPOINT_ID, reason: "failing" },
  };
  const ofCampaigns = CAMPAIGN_EVENT_TYPES.map((type) => {
    const campaign = "cmp_019ce9b6-71c0-7d42-9f0a-3c5de28b6a14";
    const event = { id: `${AT_MS}-0`, type, campaign, atMs: AT_MS, ...TOLD_OF_CAMPAIGNS[type] };
    return webhookPayloadOf(event, undefined, { includeRecipient: false });
  });
  return [...ofTopups, ...ofCampaigns, failing, disabled, pingOf(ENDPOINT_ID, AT_MS)].map((body) =>
    webhookPayloadSchema.parse(body),
  );
}

/** Of a transaction that no top-up made there is no request to tell of. */
function orphanPayload({ campaign: _, caller: __, ...event }: TopupEvent): WebhookPayload {
  const reference = `transaction~${event.transactionId}`;
  return webhookPayloadOf({ ...event, reference }, undefined, { includeRecipient: false });
}

export function examplesBlock(): string {
  return examplePayloads()
    .map((body) => `\`\`\`json\n${JSON.stringify(body, null, 2)}\n\`\`\``)
    .join("\n\n");
}

/** The fields of `data` of an event about a top-up. */
export function fieldsBlock(): string {
  return fieldsOf(topupWebhookSchema.shape.data);
}

/** The fields of `data` of an event about a campaign. */
export function campaignFieldsBlock(): string {
  return fieldsOf(campaignWebhookSchema.shape.data);
}

function fieldsOf(data: z.ZodObject): string {
  const schema = z.toJSONSchema(data, { io: "output" });
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const {
      type,
      enum: words,
      description = "",
    } = property as { type?: string; enum?: string[]; description?: string };
    const kind = words === undefined ? String(type) : "one of the known words";
    return [`\`${name}\``, kind, required.has(name) ? "always" : "where there is one", description];
  });
  return table(["field", "type", "is there", "meaning"], rows);
}

/** When each attempt at a delivery comes, after the one before it. */
export function retriesBlock(): string {
  const failed = { kind: "answered", status: 500, latencyMs: 1, answer: "" } as const;
  const at = (attempt: number, chance: number) => {
    const verdict = afterDelivery(failed, attempt, { random: () => chance, scale: 1 });
    return verdict.kind === "retry" ? duration(verdict.delayMs) : verdict.kind;
  };
  const rows = WEBHOOK_DELAYS_MS.slice(1).map((_, index) => {
    const attempt = index + 1;
    return [String(attempt + 1), at(attempt, 0), at(attempt, 0.5), at(attempt, HIGHEST_CHANCE)];
  });
  return table(
    ["attempt", "shortest wait", "middle", "longest wait"],
    [["1", "at once", "at once", "at once"], ...rows],
  );
}
