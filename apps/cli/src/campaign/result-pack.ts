import { z } from "zod";
import type { CampaignAnswer } from "./answers.js";
import { ApiError } from "./api.js";

/** The files of a result pack. */
export const PACK_FILES = { manifest: "manifest.json", plan: "plan.json", results: "results.csv" } as const;

export const PACK_FORMAT = "surefill-result-pack-1";

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const countSchema = z.int().min(0);

/**
 * What a result pack claims: which file was paid by which plan, what became of its rows, and what that cost. Everything
 * in it can be told again from the other files of the pack, and `verifyPack` does so.
 */
export const manifestSchema = z.object({
  format: z.literal(PACK_FORMAT),
  campaign: z.object({
    id: z.string(),
    name: z.string().nullable(),
    state: z.string(),
    endedAt: z.string().nullable(),
  }),
  input: z.object({ sha256: sha256Schema, rows: countSchema }),
  plan: z.object({
    sha256: sha256Schema,
    planHash: sha256Schema,
    rows: z.object({ planned: countSchema, rejected: countSchema }),
  }),
  results: z.object({ sha256: sha256Schema, byState: z.record(z.string(), countSchema) }),
  money: z.object({
    currency: z.string(),
    confirmed: z.string(),
    /** The part of it that was debited beyond what the states of rows account for. Earlier versions counted none. */
    extra: z.string().optional(),
    budget: z.string().nullable(),
  }),
});
export type Manifest = z.output<typeof manifestSchema>;

/** States that a row of a campaign that is over can be in. */
const END_STATES = [
  "succeeded",
  "refunded",
  "failed",
  "rejected",
  "cancelled",
  "already",
  "conflict",
  "paid-recently",
] as const;

/** Makes the manifest of a campaign that is over, by the campaign's own counters. */
export function makeManifest(
  { id, name, state, endedAt, plan, progress }: CampaignAnswer,
  sha256: { input: string; plan: string; results: string },
): Manifest {
  if (plan === null || progress === null)
    throw new ApiError("nothing_sent", `${id} was ${state} before it was started.`);
  const { rows, money, paidTwice } = progress;
  const byState = {
    ...Object.fromEntries(END_STATES.map((end) => [end, rows[end] ?? 0])),
    withdrawn: rows.waiting,
    "not-sent": plan.rows.rejected,
  };
  return {
    format: PACK_FORMAT,
    campaign: { id, name, state, endedAt: typeof endedAt === "string" ? endedAt : null },
    input: { sha256: sha256.input, rows: plan.rows.total },
    plan: {
      sha256: sha256.plan,
      planHash: plan.planHash,
      rows: { planned: plan.rows.planned, rejected: plan.rows.rejected },
    },
    results: {
      sha256: sha256.results,
      byState: Object.fromEntries(Object.entries(byState).filter(([, count]) => count > 0)),
    },
    money: {
      currency: money.currency,
      confirmed: money.confirmed,
      extra: paidTwice?.cost ?? "0",
      budget: money.budget,
    },
  };
}
