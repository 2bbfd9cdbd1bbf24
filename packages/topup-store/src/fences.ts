/**
 * A fence is the number of the grant, counted over a top-up's attempts, above the floor of the ledger. The floor is
 * nought until the ledger is rebuilt, and then the second of the rebuild, times this: no fence is ever given out
 * twice, although nobody knows which ones the lost ledger gave out. A worker that stood still meanwhile could
 * otherwise find its own fence on a claim that was granted to another.
 */
export const FENCES_PER_SECOND = 1_000_000;

/** When the ledger was rebuilt whose fences begin above this floor, in milliseconds; to the second. */
export function rebuiltAtMsOf(fenceFloor: number): number {
  return (fenceFloor / FENCES_PER_SECOND) * 1_000;
}

/** The number of the grant that a fence was given out with. */
export function grantNumberOf(fence: number): number {
  return fence % FENCES_PER_SECOND;
}
