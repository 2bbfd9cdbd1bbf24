import type {
  CampaignState,
  CheckOptions,
  Limits,
  Mapping,
  PauseReason,
  RisenPrice,
  RowState,
  Units,
} from "@surefill/campaign";

/** What a campaign is made from. */
export type NewCampaign = {
  id: string;
  name?: string;
  upload: string;
  /** Whose API key made it. */
  caller?: string;
  mapping: Mapping;
  options: CheckOptions;
  limits: Limits;
  /** Present on a retry: which rows of which campaign it is restricted to. The store only keeps it. */
  retryOf?: RetryOf;
};

/** The rows of an earlier campaign that are tried again. */
export type RetryOf = { campaign: string; classes: readonly string[] };

/** What an edit may change before the start. What is left out stays; `null` removes. */
export type CampaignEdit = {
  name?: string | null;
  mapping?: Mapping;
  options?: CheckOptions;
  limits?: Limits;
};

/** The plan of a check that is complete. `summary` of a large plan is large too, and is read by `Campaigns.summary`. */
export type PlanHead = {
  version: number;
  hash: string;
  /** What references are derived from. */
  run: string;
  /** The account's currency. */
  currency: string;
  /** Rows of the file, and rows that are to be sent. */
  rows: { total: number; planned: number };
};

/** Why and since when a campaign is paused. */
export type Pause = {
  reason: PauseReason;
  atMs: number;
  /** Who paused it, where a person did. */
  by?: string;
  /** What it was that did it: the class and share of the failures, the reference of the row that cost too much. */
  detail?: string;
};

/** What is held back for a campaign's rows now, where that is more than its plan says. */
export type Repriced = {
  /** Grows by one with every price that was higher than known; `agreedVersion` is the one that a person agreed to last. */
  version: number;
  agreedVersion: number;
  /** In millionths of what the plan held back, for each operator and denomination. */
  lanes: readonly RisenPrice[];
};

/** One campaign as it is kept. All times are in milliseconds since 1970, by the ledger's clock. */
export type Campaign = {
  id: string;
  state: CampaignState;
  /** Grows by one with every change that a person or a rule makes; not with rows. */
  version: number;
  createdAtMs: number;
  /** When the current state was entered. */
  enteredAtMs: number;
  name?: string;
  caller?: string;
  upload: string;
  mapping: Mapping;
  options: CheckOptions;
  limits: Limits;
  retryOf?: RetryOf;
  /** The check that runs, or ran last: its number, how far it came, when it last said so, and whether it waits its turn. */
  check?: { planVersion: number; rowsChecked: number; atMs: number; waits: boolean; problem?: string };
  /** Present from `ready` on. */
  plan?: PlanHead;
  pause?: Pause;
  /** Not before. Present when a start time was given. */
  startAtMs?: number;
  /** What had changed of the prices when a person resumed it all the same: it may start at them. */
  pricesAgreed?: string;
  startedAtMs?: number;
  endedAtMs?: number;
  /** The name of the API key that cancelled it, from then on. Absent where a rule did. */
  cancelledBy?: string;
  /** Prices that rose after the start. Absent while none has. */
  repriced?: Repriced;
  /** Nothing is sent before, or from then on: the daily window that is open now or comes next. */
  sendFromMs?: number;
  sendUntilMs?: number;
  /** Rows that have become top-ups, or were found to be there already, or could not. */
  fed: number;
  /** Those of them that are final. */
  finals: number;
  /** Whether the canary may be left behind. */
  canaryReleased: boolean;
  /** When the plan and everything else that is personal was deleted. */
  forgottenAtMs?: number;
};

/** A command that changed a campaign: which, by whose API key, and where it led. */
export type CampaignCommand = {
  atMs: number;
  command: CommandName;
  from?: CampaignState;
  to: CampaignState;
  key?: string;
};

export const COMMAND_NAMES = ["create", "retry", "edit", "check", "start", "pause", "resume", "cancel"] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** Why a change was refused. */
export type RefusedBecause = "state" | "version" | "plan" | "prices";

/** What came of asking for a change. */
export type Changed =
  /** `tally` is what stood at the very moment of the change. */
  | { kind: "changed"; campaign: Campaign; tally: Tally; nowMs: number }
  /** Already so: the same change was made before. */
  | { kind: "unchanged"; campaign: Campaign; tally: Tally; nowMs: number }
  /**
   * The campaign's state does not allow it, somebody changed it meanwhile, its plan is another one, or its prices have
   * risen since a person agreed to them.
   */
  | { kind: "refused"; because: RefusedBecause; campaign: Campaign; nowMs: number }
  | { kind: "missing" };

/**
 * Rows that did not become top-ups of this campaign: paid or under way under the same reference, or with other content,
 * or to a recipient whom another top-up has paid since the check.
 */
export const UNTAKEN_STATES = ["already", "conflict", "paid-recently"] as const;
export type UntakenState = (typeof UNTAKEN_STATES)[number];

/** How many rows are in each state, and what they cost. */
export type Tally = {
  rows: Readonly<Record<RowState | UntakenState, number>>;
  /**
   * In units of 10^-5 of the account's currency. Open rows: what is reserved. `succeeded`: what was debited. Other
   * finals: what had been reserved and was set free.
   */
  money: Readonly<Record<RowState, Units>>;
  /** Rows that the provider debited more than once, and all that it debited beyond what the rows' states account for. */
  paidTwiceRows: number;
  extraUnits: Units;
};

/** A campaign with its numbers, all of one moment. */
export type CampaignProgress = {
  campaign: Campaign;
  nowMs: number;
  tally: Tally;
  /** Rows of the plan that have not been fed yet. */
  unfedRows: number;
  /** May be with the provider: submitting, processing, or unknown. */
  inFlightRows: number;
  /** Debited, extra debits among it. */
  spentUnits: Units;
  /** Held back for every open row. */
  reservedUnits: Units;
  /** Of the reserved: unknown and review. */
  atRiskUnits: Units;
  /** Of the budget, what is neither spent nor reserved. Absent without a budget. */
  leftUnits?: Units;
  /** Held back of the budget beside that, in case prices move while rows are open. Absent without a budget. */
  keptBackUnits?: Units;
  /** What the plan had held back for rows that have been fed, by operator. */
  fedReserveUnits: ReadonlyMap<number, Units>;
  failures: readonly FailureCount[];
};

/** How often rows ended (or went to review) for a reason. `code` is `OTHER` beyond a few hundred different ones. */
export type FailureCount = { code: string; operatorId: number; rows: number };

/**
 * One point of the series. Points are a minute wide in the first day of the run, ten minutes in the first ten days, an
 * hour after that; minutes in which nothing happened are left out.
 */
export type MinutePoint = {
  atMs: number;
  widthMs: number;
  /** Claims that were granted: POSTs. */
  sent: number;
  succeeded: number;
  refunded: number;
  failed: number;
  rejected: number;
  cancelled: number;
  spentUnits: Units;
};

/** One page of campaigns, newest first. */
export type CampaignPage = { campaigns: Campaign[]; nextCursor?: string };

/** Rows in one state, in the file's order, and their references. */
export type RowPage = { rows: number[]; references: string[]; nextCursor?: string };
