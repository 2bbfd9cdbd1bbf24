/** A time of the ledger as text; this reads no clock. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

/** As `timeText`, for a time that may be absent. */
export function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : timeText(ms);
}
