import type { TopupRequest } from "@surefill/topup";
import type { MemoryLedger } from "../memory-ledger/memory-ledger.js";
import type { JobStore } from "./job-store.js";
import type { SimProcess } from "./process.js";
import { seamAlarms } from "./seam-alarms.js";
import { seamLedger } from "./seam-ledger.js";

export type CallerParts = { ledger: MemoryLedger; jobs: JobStore; startProcess: (name: string) => SimProcess };

/** A caller that gets no answer asks again after this. */
const ASK_AGAIN_MS = 20_000;
const TRIES_MAX = 60;

/**
 * A caller of the HTTP API with a top-up, and the producer that takes it: stores it, rings for it, and says so. A
 * caller that hears nothing sends the same reference again. Resolves when it has been told "accepted".
 */
export async function askOverHttp(reference: string, request: TopupRequest, parts: CallerParts): Promise<boolean> {
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    if (await tryOnce(parts.startProcess(`producer ${attempt}`), { reference, request }, parts)) return true;
  }
  return false;
}

function tryOnce(
  process: SimProcess,
  topup: { reference: string; request: TopupRequest },
  { ledger, jobs, startProcess }: CallerParts,
): Promise<boolean> {
  const caller = startProcess("caller");
  const answered = produce(process, topup, ledger, jobs).then(
    () => true,
    () => patience,
  );
  const patience = new Promise<boolean>((resolve) => {
    caller.later(caller.clock.nowMs() + ASK_AGAIN_MS, () => resolve(false));
  });
  return Promise.race([answered, patience]);
}

async function produce(
  process: SimProcess,
  topup: { reference: string; request: TopupRequest },
  memory: MemoryLedger,
  jobs: JobStore,
): Promise<void> {
  const ledger = seamLedger(process, memory, { onGrant: () => undefined, onEvidence: () => undefined });
  const [accepted] = await ledger.acceptWithin([topup]);
  if (accepted === undefined || !("record" in accepted) || accepted.record.state !== "queued") return;
  const { reference, attempt, fence } = accepted.record;
  // A job that could not be added is the sweeper's business.
  await seamAlarms(process, jobs)
    .ring("submit", { reference, attempt, fence }, 0)
    .catch(() => undefined);
}
