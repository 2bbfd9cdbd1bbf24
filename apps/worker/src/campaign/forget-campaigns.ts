import type { Campaigns } from "@surefill/topup-store";

/** Records read in one go. */
const PAGE = 200;

/** Forgets the plans of campaigns that have been over, or left lying, for `ageMs`. Answers of how many. */
export async function forgetCampaigns(
  campaigns: Pick<Campaigns, "list" | "forget" | "nowMs">,
  ageMs: number,
): Promise<number> {
  const beforeMs = (await campaigns.nowMs()) - ageMs;
  const states = ["draft", "checking", "ready", "completed", "cancelled"] as const;
  let forgotten = 0;
  let cursor: string | undefined;
  do {
    const page = await campaigns.list({ limit: PAGE, states, ...(cursor !== undefined && { cursor }) });
    for (const { id, enteredAtMs, forgottenAtMs } of page.campaigns) {
      const isDue = forgottenAtMs === undefined && enteredAtMs < beforeMs;
      if (isDue && (await campaigns.forget(id, beforeMs))) forgotten += 1;
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return forgotten;
}
