import { QUEUES } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import type { GaugeReadings } from "./metrics.js";
import type { Queues } from "./queue/queues.js";

/** Reads what the gauges show, from the ledger and the queues, at the moment of a scrape. */
export async function readGauges(ledger: Ledger, queues: Queues): Promise<GaugeReadings> {
  const names = [QUEUES.submit, QUEUES.poll];
  const [topupsByState, gates, oldestDueAtMs, nowMs, ...counts] = await Promise.all([
    ledger.counts(),
    ledger.gates.closed(),
    ledger.oldestDueAtMs(),
    ledger.nowMs(),
    ...names.map((name) => queues.counts(name)),
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
    oldestOverdueSeconds: oldestDueAtMs === undefined ? 0 : Math.max(0, nowMs - oldestDueAtMs) / 1_000,
  };
}
