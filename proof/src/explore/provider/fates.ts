/** Statuses as the provider writes them. */
export type RowStatus = "PROCESSING" | "SUCCESSFUL" | "REFUNDED" | "FAILED";

/** What becomes of an accepted transaction: its statuses, each with the time since it was booked. */
export type Fate = readonly { afterMs: number; status: RowStatus }[];

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Fates by name. All begin as PROCESSING. */
export const FATES = {
  "successful soon": [{ afterMs: SECOND_MS, status: "SUCCESSFUL" }],
  "successful after 10 s": [{ afterMs: 10 * SECOND_MS, status: "SUCCESSFUL" }],
  "successful at once": [{ afterMs: 0, status: "SUCCESSFUL" }],
  "successful after 20 min": [{ afterMs: 20 * MINUTE_MS, status: "SUCCESSFUL" }],
  "processing for ever": [],
  refunded: [{ afterMs: 10 * SECOND_MS, status: "REFUNDED" }],
  failed: [{ afterMs: 4 * SECOND_MS, status: "FAILED" }],
  "failed at once": [{ afterMs: 0, status: "FAILED" }],
  "failed, then successful within the half hour": [
    { afterMs: 4 * SECOND_MS, status: "FAILED" },
    { afterMs: 25 * MINUTE_MS, status: "SUCCESSFUL" },
  ],
  "failed, then refunded": [
    { afterMs: 4 * SECOND_MS, status: "FAILED" },
    { afterMs: 10 * MINUTE_MS, status: "REFUNDED" },
  ],
  "failed, then processing, then successful": [
    { afterMs: 4 * SECOND_MS, status: "FAILED" },
    { afterMs: 20 * MINUTE_MS, status: "PROCESSING" },
    { afterMs: 40 * MINUTE_MS, status: "SUCCESSFUL" },
  ],
  "failed, then successful after two hours": [
    { afterMs: 4 * SECOND_MS, status: "FAILED" },
    { afterMs: 120 * MINUTE_MS, status: "SUCCESSFUL" },
  ],
} as const satisfies Record<string, Fate>;

export type FateName = keyof typeof FATES;

/** Believed to be FAILED for good by then. No rule helps once the next attempt is under way, so it is for few scenarios. */
const TURNS_TOO_LATE: FateName = "failed, then successful after two hours";

/** The fates that any transaction may have. */
export const FATE_NAMES = (Object.keys(FATES) as FateName[]) // The keys of an object that nobody adds to.
  .filter((name) => name !== TURNS_TOO_LATE);
