import { jobIdOf, rankOf, type TopupRecord } from "@surefill/topup";
import type { WorkerLedger } from "../ledger-port.js";
import type { Alarms } from "../queue/alarms.js";

export type WakeParts = {
  ledger: Pick<WorkerLedger, "records" | "gates">;
  alarms: Pick<Alarms, "find" | "hurry" | "ring">;
};

const WOKEN_TOGETHER = 50;

/**
 * Lets rows that are parked at a gate knock again, at most `limit` of them and those that are wanted. Each one's next claim asks the gates anew, so
 * waking too many, or one twice, is harmless.
 */
export async function wakeParked(
  { ledger, alarms }: WakeParts,
  gate: string,
  limit: number,
  isWanted: (record: TopupRecord) => boolean = () => true,
): Promise<void> {
  const records = (await ledger.records(await ledger.gates.parkedAt(gate, limit))).filter(isWanted);
  for (let start = 0; start < records.length; start += WOKEN_TOGETHER) {
    await Promise.all(records.slice(start, start + WOKEN_TOGETHER).map((record) => wake(alarms, record)));
  }
}

async function wake(alarms: WakeParts["alarms"], record: TopupRecord): Promise<void> {
  const { reference, attempt, fence, version } = record;
  // A row that was refused waits on the job of its claim, which carries the fence before it.
  const jobIds = [fence, fence - 1].map((cycle) => jobIdOf("submit", { reference, attempt, fence: cycle }));
  const found = await Promise.all(jobIds.map((jobId) => alarms.find("submit", jobId)));
  const delayed = jobIds[found.indexOf("delayed")];
  if (delayed !== undefined) return alarms.hurry("submit", delayed);
  if (found.includes("waiting")) return;
  await alarms.ring("submit", { reference, attempt, fence, mark: { spare: version }, ...rankOf(record) }, 0);
}
