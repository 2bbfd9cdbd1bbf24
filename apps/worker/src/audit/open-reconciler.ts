import { CLOCK_SKEW_MS } from "@surefill/audit";
import type { ReloadlyClient } from "@surefill/reloadly-client";
import { type RedisClient, systemIds } from "@surefill/runtime";
import { ExtraDebits, type Ledger, LedgerReader, readEvents, Sightings } from "@surefill/topup-store";
import type { WorkerConfig } from "../config.js";
import type { Chore } from "../sweep/housekeeping.js";
import { type ReconcilerParts, reconcilerChores } from "./reconciler.js";

/** Builds the worker's share in auditing: the chores that `keepHouse` runs. */
export function openReconciler(
  redis: RedisClient,
  config: WorkerConfig,
  parts: Pick<ReconcilerParts, "clock" | "log" | "metrics"> & { ledger: Ledger; client: ReloadlyClient },
): Chore[] {
  const { REDIS_PREFIX: prefix } = config;
  const { witness } = parts.ledger;
  return reconcilerChores(
    {
      ...parts,
      openReader: () => LedgerReader.open(redis, { prefix }),
      sightings: new Sightings(redis, { prefix, witness, owner: systemIds.uuidv7() }),
      extraDebits: new ExtraDebits(redis, { prefix, witness }),
      readEvents: (after, limit) => readEvents(redis, prefix, after, limit),
      timings: config,
    },
    {
      openEveryMs: config.AUDIT_OPEN_INTERVAL_MS,
      recentEveryMs: config.AUDIT_RECENT_INTERVAL_MS,
      recentMs: config.AUDIT_RECENT_MS,
      foreign: config.AUDIT_FOREIGN,
      clockSkewMs: CLOCK_SKEW_MS,
    },
  );
}
