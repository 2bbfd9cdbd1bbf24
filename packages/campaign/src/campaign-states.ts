/** The states of a campaign. docs/campaigns.md says for each how it is entered and what leaves it. */
export const CAMPAIGN_STATES = [
  "draft",
  "checking",
  "ready",
  "scheduled",
  "running",
  "paused",
  "completing",
  "completed",
  "cancelling",
  "cancelled",
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/**
 * Every legal move of a campaign. A state that only changes its numbers does not move. One that is cancelled while nothing
 * of it is under way, nor waits to be withdrawn, has ended at once.
 */
export const CAMPAIGN_MOVES = {
  draft: ["checking", "cancelled"],
  // Back to `draft` when the check is given up or its campaign is edited: the plan is void.
  checking: ["ready", "draft", "cancelled"],
  ready: ["draft", "checking", "scheduled", "running", "cancelled"],
  scheduled: ["running", "paused", "cancelled"],
  running: ["paused", "completing", "cancelling", "cancelled"],
  // To `scheduled` when it was paused before its start time had come. To `completing` when nothing is left to feed, and to
  // `completed` when what was in flight has settled meanwhile.
  paused: ["running", "scheduled", "completing", "completed", "cancelling", "cancelled"],
  // Every row is fed. Pausing still holds back what was fed but not sent.
  completing: ["completed", "paused", "cancelling"],
  completed: [],
  cancelling: ["cancelled"],
  cancelled: [],
} as const satisfies Record<CampaignState, readonly CampaignState[]>;

/** Tells whether the table allows the move. */
export function canCampaignMove(from: CampaignState, to: CampaignState): boolean {
  const allowed: readonly CampaignState[] = CAMPAIGN_MOVES[from];
  return allowed.includes(to);
}

/** A campaign that is over is never started again; a retry is a campaign of its own. */
export function isCampaignOver(state: CampaignState): boolean {
  return CAMPAIGN_MOVES[state].length === 0;
}

/**
 * Why a campaign is paused. `person`: somebody paused it. `canary`: its first rows are final and somebody (or the
 * health rule) must let it go on. `budget`: the next row does not fit. `failures`: too many of one class. `balance`:
 * the account cannot pay for the next rows. `price`: a top-up cost more than was reserved for it. `prices`: its
 * start time has come, and prices are not those of its plan any more. `loss`: Redis had lost data and was rebuilt, and
 * what people did to the campaign meanwhile may be among what is lost. `retention`: payments of the time that
 * `recentlyPaid` asks about are not kept any more.
 */
export const PAUSE_REASONS = [
  "person",
  "canary",
  "budget",
  "failures",
  "balance",
  "price",
  "prices",
  "loss",
  "retention",
] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** How a top-up of a campaign is counted: by its state, with a hold behind a gate told apart from a FAILED hold. */
export const ROW_STATES = [
  "queued",
  "submitting",
  "unknown",
  "processing",
  "held",
  "parked",
  "review",
  "succeeded",
  "refunded",
  "failed",
  "rejected",
  "cancelled",
] as const;
export type RowState = (typeof ROW_STATES)[number];
