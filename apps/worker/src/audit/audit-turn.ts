import type { Clock } from "@surefill/runtime";
import type { Sightings } from "@surefill/topup-store";

/** A worker that is not heard of for this long audits no more, and another may. */
const LEASE_MS = 30_000;
const KEEP_EVERY_MS = 5_000;

/** Rounds vary by a tenth: with a turn of this part of a round, a worker finds its own over when the next one comes. */
const TURN_SHARE = 0.85;

/** Another worker audits now; what this one has found is told already. */
export class AuditTurnLostError extends Error {
  readonly code = "AUDIT_TURN_LOST";

  constructor(pass: string) {
    super(`the audit of ${pass} top-ups was not heard of for too long, and another worker may have it now`);
    this.name = "AuditTurnLostError";
  }
}

/**
 * Does a pass if it is this worker's turn: one worker at a time, once a round of `everyMs`. `keep` is to be called while
 * it goes on, the oftener the better, and throws when another worker may have begun.
 */
export async function takeAuditTurn(
  { sightings, clock }: { sightings: Sightings; clock: Clock },
  { pass, everyMs }: { pass: string; everyMs: number },
  act: (keep: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const startedMs = clock.monotonicMs();
  if (!(await sightings.takeTurn(pass, LEASE_MS))) return;
  let keptAtMs = startedMs;
  try {
    await act(async () => {
      if (clock.monotonicMs() - keptAtMs < KEEP_EVERY_MS) return;
      keptAtMs = clock.monotonicMs();
      if (!(await sightings.keepTurn(pass, LEASE_MS))) throw new AuditTurnLostError(pass);
    });
  } finally {
    // What is left of the round nobody needs to audit. Should this fail, the lease ends by itself.
    const leftMs = Math.ceil(everyMs * TURN_SHARE - (clock.monotonicMs() - startedMs));
    await sightings.keepTurn(pass, Math.max(1, leftMs)).catch(() => undefined);
  }
}
