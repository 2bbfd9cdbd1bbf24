/** A campaign as a caller starts and watches it over HTTP. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Order } from "../recipients.js";
import type { Rig } from "../rig.js";

const ANSWER_DEADLINE_MS = 10_000;
const LOOK_EVERY_MS = 200;
const CHECK_DEADLINE_MS = 60_000;
const MAPPING = { phone: "phone", country: "country", operator: "operator", amount: "amount" };

const campaignSchema = z.object({
  id: z.string(),
  state: z.string(),
  plan: z.object({ planHash: z.string() }).nullish(),
  pause: z.object({ reason: z.string() }).nullish(),
  progress: z.object({ rows: z.object({ final: z.number(), waiting: z.number(), review: z.number() }) }).nullish(),
});

/** What the run reads of a campaign. */
export type CampaignSeen = z.output<typeof campaignSchema>;

type Request = { method: "GET" | "POST"; path: string; json?: unknown; csv?: string };

async function ask({ producer, apiKey }: Pick<Rig, "producer" | "apiKey">, request: Request): Promise<unknown> {
  const { method, path, json, csv } = request;
  const response = await fetch(`${producer.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(json !== undefined && { "content-type": "application/json" }),
      ...(csv !== undefined && { "content-type": "text/csv" }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(csv !== undefined && { body: csv }),
    signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}`);
  return answer;
}

/** Reads a campaign. */
export async function readCampaign(rig: Rig, id: string): Promise<CampaignSeen> {
  return campaignSchema.parse(await ask(rig, { method: "GET", path: `/v1/campaigns/${id}` }));
}

/** Uploads the orders as a file, has them checked, and starts the campaign; answers its id. */
export async function startCampaign(
  rig: Rig,
  { orders, limits }: { orders: readonly Order[]; limits: Record<string, unknown> },
): Promise<string> {
  const csv = ["phone,country,operator,amount", ...orders.map(lineOf), ""].join("\n");
  const idSchema = z.object({ id: z.string() });
  const upload = idSchema.parse(await ask(rig, { method: "POST", path: "/v1/uploads?name=liveness.csv", csv }));
  const json = { name: "liveness", upload: upload.id, mapping: MAPPING, limits };
  const { id } = idSchema.parse(await ask(rig, { method: "POST", path: "/v1/campaigns", json }));
  await ask(rig, { method: "POST", path: `/v1/campaigns/${id}/check` });
  const planHash = await untilChecked(rig, id);
  await ask(rig, { method: "POST", path: `/v1/campaigns/${id}/start`, json: { planHash } });
  return id;
}

function lineOf({ recipientPhone: { number, countryCode }, operatorId, amount }: Order): string {
  return [number, countryCode, operatorId, amount].join(",");
}

async function untilChecked(rig: Rig, id: string): Promise<string> {
  const giveUpAtMs = performance.now() + CHECK_DEADLINE_MS;
  for (;;) {
    const { state, plan } = await readCampaign(rig, id);
    if (state === "ready" && plan !== undefined && plan !== null) return plan.planHash;
    if (state !== "checking" || performance.now() > giveUpAtMs) throw new Error(`the check ended as ${state}`);
    await sleep(LOOK_EVERY_MS);
  }
}
