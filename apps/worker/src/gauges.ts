import { QUEUES, WEBHOOK_QUEUE } from "@surefill/topup";
import type { Campaigns, ExtraDebits, FanOut, Ledger } from "@surefill/topup-store";
import type { GaugeReadings } from "./metrics.js";
import type { Queues } from "./queue/queues.js";
import type { WebhookQueue } from "./queue/webhook-queue.js";

/** Where the readings come from. */
export type GaugeSources = {
  ledger: Ledger;
  campaigns: Pick<Campaigns, "active" | "find">;
  queues: Queues;
  webhookQueue: WebhookQueue;
  fanOut: FanOut;
  extraDebits: Pick<ExtraDebits, "counts">;
};

/** Reads what the gauges show, from the ledger and the queues, at the moment of a scrape. */
export async function readGauges({
  ledger,
  campaigns,
  queues,
  webhookQueue,
  fanOut,
  extraDebits,
}: GaugeSources): Promise<GaugeReadings> {
  const names = [QUEUES.submit, QUEUES.poll, WEBHOOK_QUEUE];
  const [topupsByState, gates, oldestDueAtMs, nowMs, fanOutLagMs, activeCampaigns, contradictions, ...counts] =
    await Promise.all([
      ledger.counts(),
      ledger.gates.closed(),
      ledger.oldestDueAtMs(),
      ledger.nowMs(),
      fanOut.lagMs(),
      countCampaigns(campaigns),
      extraDebits.counts(),
      queues.counts(QUEUES.submit),
      queues.counts(QUEUES.poll),
      webhookQueue.counts(),
    ]);
  const kinds = new Map<string, number>();
  for (const { name } of gates) {
    const kind = name.split(":")[0] ?? name;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    topupsByState,
    jobs: names.flatMap((queue, index) =>
      Object.entries(counts[index] ?? {}).map(([state, count]) => ({ queue, state, count })),
    ),
    closedGates: [...kinds].map(([kind, count]) => ({ kind, count })),
    campaigns: activeCampaigns,
    oldestOverdueSeconds: oldestDueAtMs === undefined ? 0 : Math.max(0, nowMs - oldestDueAtMs) / 1_000,
    fanOutLagSeconds: fanOutLagMs / 1_000,
    needsPerson: [
      { what: "review", count: topupsByState.review },
      ...Object.entries(contradictions).map(([what, count]) => ({ what, count })),
    ],
    isLedgerLost: ledger.witness.lost !== undefined,
    isLedgerComparing: ledger.witness.comparing !== undefined,
  };
}

async function countCampaigns(campaigns: GaugeSources["campaigns"]): Promise<GaugeReadings["campaigns"]> {
  const counts = new Map<string, GaugeReadings["campaigns"][number]>();
  for (const campaign of await Promise.all((await campaigns.active()).map((id) => campaigns.find(id)))) {
    if (campaign === undefined) continue;
    const { state, pause } = campaign;
    const reason = pause?.reason ?? "";
    counts.set(`${state}:${reason}`, { state, reason, count: (counts.get(`${state}:${reason}`)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
