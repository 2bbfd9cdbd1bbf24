/** Records and contexts for decisions, with only what a test cares about spelt out. */
import { DEFAULT_TIMINGS, type DecisionContext, type TopupRecord } from "@surefill/topup";

/** The time at which records of `topupRecord` were claimed. Any time would do; a round one reads better. */
export const GRANTED_AT_MS = 1_800_000_000_000;

/** A record as a granted claim leaves it: first attempt, one submit, nothing unknown yet. */
export function topupRecord(changes: Partial<TopupRecord> = {}): TopupRecord {
  return {
    reference: "order-1",
    request: {
      operatorId: 341,
      amount: "5",
      useLocalAmount: false,
      recipientPhone: { countryCode: "NG", number: "2348031234567" },
    },
    operatorId: 341,
    state: "submitting",
    attempt: 1,
    fence: 1,
    version: 2,
    submits: 1,
    polls: 0,
    interruptions: 0,
    rounds: 0,
    lookups: 0,
    acceptedAtMs: GRANTED_AT_MS - 1_000,
    enteredAtMs: GRANTED_AT_MS,
    grantedAtMs: GRANTED_AT_MS,
    leaseUntilMs: GRANTED_AT_MS + DEFAULT_TIMINGS.SUBMIT_LEASE_MS,
    identifierUsed: false,
    ...changes,
  };
}

/** The end of chance's range: a number below 1 as near as `Math.random` comes. */
export const HIGHEST_CHANCE = 1 - 2 ** -53;

/** A context at a time, with the shipped timings and the middle of every jitter unless told otherwise. */
export function decisionContext(nowMs: number, changes: Partial<DecisionContext> = {}): DecisionContext {
  return { nowMs, random: () => 0.5, timings: DEFAULT_TIMINGS, ...changes };
}
