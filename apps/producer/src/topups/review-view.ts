import {
  BECAUSE,
  type HistoryEntry,
  type LookupTally,
  reviewEvidenceOf,
  type Timings,
  type TopupRecord,
} from "@surefill/topup";
import { z } from "zod";

const time = z.iso.datetime().describe("UTC, with milliseconds");

/** The verdict that the evidence supports. */
export const suggestionSchema = z
  .object({
    verdict: z.enum(["succeeded", "refunded", "failed", "resubmit"]).nullable().describe("null: it supports none"),
    transactionId: z.number().int().optional().describe("With succeeded: the transaction that paid it"),
    reason: z.string(),
  })
  .meta({ id: "Suggestion" });

const tallySchema = z
  .object({ times: z.number().int(), first: time, last: time })
  .nullable()
  .meta({ id: "LookupTally" });

/** What a person needs in order to decide a review. */
export const reviewViewSchema = z
  .object({
    since: time,
    because: z.enum(BECAUSE).nullable().describe("Why no rule could decide it"),
    code: z.string().nullable().describe("The provider's latest code"),
    attempts: z.array(
      z.object({
        attempt: z.number().int(),
        customIdentifier: z.string().describe("What to look for at Reloadly"),
        requests: z
          .array(
            z.object({
              at: time,
              outcome: z.enum(BECAUSE).nullable().describe("What it led to; null while nothing has come of it"),
              code: z.string().optional(),
              latencyMs: z.number().int().optional().describe("How long the provider took to answer"),
            }),
          )
          .describe("Every time that it was sent, as far as the history reaches"),
        transactionIds: z.array(z.number().int()).describe("Every transaction that was seen of it"),
      }),
    ),
    lookups: z.object({
      withoutResult: z.number().int().describe("Answered ones that showed nothing, since the outcome became unknown"),
      empty: tallySchema.describe("Those of the latest attempt that showed nothing, too early to prove anything"),
      unanswered: tallySchema.describe("Those of the latest attempt that got no answer, or none that could be read"),
      decisive: z.array(
        z.object({ at: time, attempt: z.number().int(), showed: z.enum(BECAUSE), code: z.string().optional() }),
      ),
    }),
    failed: z
      .array(
        z.object({
          transactionId: z.number().int(),
          since: time.describe("When the provider was first heard to call it FAILED"),
          until: time.describe("It may be taken back until then: failed, refunded and resubmit wait for that"),
        }),
      )
      .describe("What the provider called FAILED when a hold or a verdict last asked"),
    suggestion: suggestionSchema.describe(
      "The verdict that this supports. The provider is asked again when a verdict is given",
    ),
  })
  .meta({ id: "Review" });

export type ReviewView = z.output<typeof reviewViewSchema>;

/** The worker's timings, as far as a review depends on them. */
export type ReviewTimings = Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS" | "FAILED_HOLD_MS">;

/** Shows what is known of a record in review. `nowMs` is the ledger's time. */
export function reviewView(
  record: TopupRecord,
  history: readonly HistoryEntry[],
  context: { nowMs: number; timings: ReviewTimings },
): ReviewView {
  const evidence = reviewEvidenceOf(record, history, context);
  return {
    since: timeText(evidence.sinceMs),
    because: evidence.because ?? null,
    code: evidence.code ?? null,
    attempts: evidence.attempts.map(({ requests, transactionIds, ...attempt }) => ({
      ...attempt,
      transactionIds: [...transactionIds],
      requests: requests.map(({ atMs, outcome = null, ...rest }) => ({ at: timeText(atMs), outcome, ...rest })),
    })),
    lookups: {
      withoutResult: evidence.lookupsWithoutResult,
      empty: tallyView(evidence.emptyLookups),
      unanswered: tallyView(evidence.unansweredLookups),
      decisive: evidence.lookups.map(({ atMs, ...rest }) => ({ at: timeText(atMs), ...rest })),
    },
    failed: evidence.failed.map(({ transactionId, atMs, untilMs }) => ({
      transactionId,
      since: timeText(atMs),
      until: timeText(untilMs),
    })),
    suggestion: evidence.suggestion,
  };
}

function tallyView(tally: LookupTally | undefined): z.output<typeof tallySchema> {
  return tally === undefined
    ? null
    : { times: tally.times, first: timeText(tally.firstMs), last: timeText(tally.lastMs) };
}

/** A time of the ledger as text; this reads no clock. */
function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
