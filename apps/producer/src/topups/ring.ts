import type { Clock, Logger } from "@surefill/runtime";
import { withDeadline } from "@surefill/runtime";
import type { TopupRecord } from "@surefill/topup";
import type { Queues } from "../queues.js";

/** What ringing needs. */
export type RingDeps = { queues: Pick<Queues, "ringSubmit">; clock: Clock; log: Logger };

const RING_DEADLINE_MS = 1_000;

/**
 * Puts the submit jobs of records that wait to be sent. Never rejects: the records are durable, and the worker's
 * sweeper rings for every one whose job is missing, so a caller may be told that its top-up is accepted.
 */
export async function ring({ queues, clock, log }: RingDeps, records: readonly TopupRecord[]): Promise<void> {
  const waiting = new Map(
    records.filter(({ state }) => state === "queued").map((record) => [record.reference, record]),
  );
  if (waiting.size === 0) return;
  try {
    await withDeadline(clock, { what: "adding submit jobs", deadlineMs: RING_DEADLINE_MS }, () =>
      queues.ringSubmit([...waiting.values()]),
    );
  } catch (err) {
    log.warn({ err, topups: waiting.size }, "submit jobs may be missing; the sweeper will add them");
  }
}
