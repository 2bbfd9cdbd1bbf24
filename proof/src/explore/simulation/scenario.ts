import { DEFAULT_TIMINGS, type Timings } from "@surefill/topup";
import type { ProviderPlan } from "../provider/plan.js";

/** What happens in a run, but for the faults: who wants what, and how the provider behaves. */
export type Scenario = {
  name: string;
  plan: ProviderPlan;
  /** How many top-ups, all for one phone. Default 1. */
  topups?: 1 | 2;
  /** `auto`: the operator has to be detected. */
  operator?: "auto";
  /** `queue`: another service adds the job by itself, and there is no record yet. Default `http`. */
  door?: "http" | "queue";
  /** Somebody withdraws the top-up after so long, if it can be withdrawn then. */
  cancelAfterMs?: number;
  /** Somebody decides reviews: by what the provider shows, and where that is nothing, so. Default `nobody`. */
  person?: "nobody" | "gives up" | "sends again";
  /** Another top-up of the ledger owns the transactionId that this one is answered with. */
  hasForeignTopup?: boolean;
  /** Where a POST gets no outcome, the provider accepts nothing from anybody else in that time, either. */
  isProviderAway?: boolean;
  /** The workers' audit goes on beside, every five minutes. Left out, nobody tells of what only an audit can see. */
  isAudited?: boolean;
  timings?: Partial<Timings>;
};

/** The shipped timings, but for the ages after which somebody gives up: polling for a day shows nothing new. */
export function timingsOf({ timings = {} }: Scenario): Timings {
  return {
    ...DEFAULT_TIMINGS,
    POLL_AGE_MS_MAX: 3_600_000,
    UNKNOWN_AGE_MS_MAX: 10_800_000,
    REFUSAL_AGE_MS_MAX: 3_600_000,
    ...timings,
  };
}
