import {
  endMove,
  type Move,
  nextAttemptMove,
  quietUntilMsOf,
  suggestVerdict,
  type Timings,
  type TopupRecord,
} from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import { z } from "zod";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { ProviderReader, SeenTransaction } from "../provider.js";
import { stateConflict } from "./cancel-topup.js";
import { lookUp, topupNotFound } from "./get-topup.js";
import { type RingDeps, ring } from "./ring.js";
import { topupView } from "./topup-view.js";
import { contradictionOf, isOf, type Verdict } from "./verdict-evidence.js";

const personText = (most: number) => {
  const error = `must be 1 to ${most} characters without line breaks`;
  return z
    .string({ error })
    .trim()
    .min(1, { error })
    .max(most, { error })
    .refine((text) => !/\p{Cc}/u.test(text), { error });
};

const verdictFields = {
  reason: personText(300).describe("Why, for the history"),
  by: personText(100)
    .regex(/^[^|]*$/, { error: "must not hold a |" })
    .describe("The person who decides, for the history"),
};

const forceSchema = z
  .boolean({ error: "must be true or false" })
  .default(false)
  .describe("Insist, against what the provider shows or without its answer. It is recorded as such");

const neverForcedSchema = z
  .literal(false, { error: "must not be true: a new attempt is never forced, since it could pay twice" })
  .default(false)
  .describe("A new attempt is never forced");

const transactionIdSchema = z
  .union([z.string(), z.number()], { error: "must be Reloadly's id of the transaction" })
  .transform(String)
  .pipe(z.string().regex(/^[1-9]\d{0,14}$/, { error: "must be Reloadly's id of the transaction" }))
  .transform(Number)
  .describe("Reloadly's id of the transaction that paid it");

/** A person's verdict on a top-up in review. */
export const verdictSchema = z
  .discriminatedUnion(
    "verdict",
    [
      z.strictObject({
        verdict: z.literal("succeeded"),
        transactionId: transactionIdSchema,
        force: forceSchema,
        ...verdictFields,
      }),
      z.strictObject({ verdict: z.literal("refunded"), force: forceSchema, ...verdictFields }),
      z.strictObject({ verdict: z.literal("failed"), force: forceSchema, ...verdictFields }),
      z.strictObject({ verdict: z.literal("resubmit"), force: neverForcedSchema, ...verdictFields }),
    ],
    {
      error: (issue) =>
        "discriminator" in issue
          ? "must be succeeded (with a transactionId), refunded, failed or resubmit"
          : "must be an object with verdict, reason and by",
    },
  )
  .meta({
    id: "Verdict",
    example: {
      verdict: "succeeded",
      transactionId: 4602843,
      reason: "Reloadly's report shows it as delivered",
      by: "Ada Obi",
    },
  });

/** What resolving needs. `timings` are the worker's. */
export type ResolveDeps = RingDeps & {
  ledger: Pick<Ledger, "look" | "move">;
  provider: Pick<ProviderReader, "transaction" | "transactionsOf">;
  timings: ResolveTimings;
};

type ResolveTimings = Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS" | "FAILED_HOLD_MS">;

type ResolveInput = { reference: string; verdict: z.output<typeof verdictSchema>; caller: string };

/** All look-ups of one verdict together. */
const EVIDENCE_DEADLINE_MS = 12_000;

/**
 * `POST /v1/topups/{reference}/resolve`: ends a review as a person decides, if the provider's records do not say
 * otherwise, or if that person insists. `resubmit` sends a new attempt, and nobody can insist on that.
 */
export const resolveTopup =
  (deps: ResolveDeps) =>
  async ({ reference, verdict, caller }: ResolveInput): Promise<HttpResult> => {
    const looked = await deps.ledger.look(reference);
    if (looked === undefined) throw topupNotFound(reference);
    const { record, nowMs } = looked;
    if (record.state !== "review") {
      throw stateConflict(`Only a top-up in review takes a verdict; this one is ${record.state}.`, record);
    }
    if (verdict.verdict !== "succeeded") requireQuiet(record, nowMs, deps.timings);
    const checked = await checkEvidence(deps, record, verdict);
    const move = moveOf(record, verdict, checked, { nowMs, timings: deps.timings });
    // Whatever became known of the top-up while the provider was asked is not part of this verdict.
    const moved = await deps.ledger.move(record, move, { ifVersion: record.version });
    switch (moved.kind) {
      case "missing":
        throw topupNotFound(reference);
      case "stale":
        throw stateConflict(staleReason(moved.record), moved.record);
      case "conflict":
        throw new Problem("evidence_contradicts", {
          detail: `Transaction ${moved.transactionId} belongs to another top-up.`,
        });
      case "moved":
        logResolved(deps.log, { reference, verdict, caller, against: checked.against });
    }
    const after = await lookUp(deps.ledger, reference);
    await ring(deps, [after]);
    return { status: 200, json: topupView(after) };
  };

function logResolved(
  log: ResolveDeps["log"],
  { reference, verdict, caller, against }: ResolveInput & { against: string | undefined },
): void {
  const fields = { reference, verdict: verdict.verdict, by: verdict.by, caller };
  if (against === undefined) log.info(fields, "review resolved");
  else log.warn({ ...fields, against }, "review resolved by force");
}

/** While the provider may still be working on a POST, its having no record of it proves nothing. */
function requireQuiet(record: TopupRecord, nowMs: number, timings: ResolveTimings): void {
  const quietUntilMs = quietUntilMsOf(record, timings);
  if (nowMs >= quietUntilMs) return;
  const until = new Date(quietUntilMs).toISOString();
  throw stateConflict(`It was sent too recently: until ${until} the provider's records prove nothing.`, record);
}

function staleReason({ state }: TopupRecord): string {
  return state === "review"
    ? "More became known of the top-up meanwhile: look at it again before you decide."
    : `The top-up was moved to ${state} meanwhile.`;
}

/** What the provider shows of the top-up, and what of it speaks against the verdict that was insisted on. */
type CheckedEvidence = { found: readonly SeenTransaction[]; against: string | undefined };

/** Asks the provider, where it answers. Throws what speaks against the verdict, unless the person insists. */
async function checkEvidence(
  { provider, log }: Pick<ResolveDeps, "provider" | "log">,
  record: TopupRecord,
  verdict: z.output<typeof verdictSchema>,
): Promise<CheckedEvidence> {
  let found: SeenTransaction[];
  try {
    found = await everythingOf(provider, record, verdict);
  } catch (error) {
    if (!(error instanceof Problem) || !verdict.force) throw error;
    log.warn({ reference: record.reference, err: error }, "the provider could not be asked about a forced verdict");
    return { found: [], against: error.details.detail };
  }
  const against = contradictionOf(record, verdict, found);
  if (against === undefined || verdict.force) return { found, against };
  throw new Problem("evidence_contradicts", {
    detail: against,
    found: found.map(({ transactionId, status, customIdentifier }) => ({ transactionId, status, customIdentifier })),
    suggestion: suggestVerdict(found.map((seen) => ({ ...seen, isSame: isOf(record, seen) }))),
  });
}

/** Everything that the provider has of the top-up, the transaction that the verdict names among it. */
async function everythingOf(
  provider: ResolveDeps["provider"],
  record: TopupRecord,
  verdict: Verdict,
): Promise<SeenTransaction[]> {
  const signal = AbortSignal.timeout(EVIDENCE_DEADLINE_MS);
  const found = await provider.transactionsOf(record, signal);
  if (verdict.verdict !== "succeeded") return found;
  const named = await provider.transaction(verdict.transactionId, signal);
  const others = found.filter(({ transactionId }) => transactionId !== verdict.transactionId);
  return named === undefined ? others : [named, ...others];
}

function moveOf(
  record: TopupRecord,
  verdict: z.output<typeof verdictSchema>,
  { found, against }: CheckedEvidence,
  { nowMs, timings }: { nowMs: number; timings: ResolveTimings },
): Move {
  const isForced = against !== undefined;
  const who = { resolvedBy: verdict.by, resolvedReason: verdict.reason, ...(isForced && { forced: true }) };
  const because = isForced ? "forced-by-operator" : "resolved-by-operator";
  switch (verdict.verdict) {
    case "succeeded": {
      const proof = found.find(({ transactionId }) => transactionId === verdict.transactionId);
      const settlement = proof?.settlement ?? {};
      return endMove("succeeded", because, { ...who, transactionId: verdict.transactionId, settlement, code: null });
    }
    case "refunded":
      return endMove("refunded", because, { ...who, ...idOf(withStatus(found, "REFUNDED")) });
    case "failed":
      return endMove("failed", because, who);
    case "resubmit": {
      const next = nextAttemptMove(record, because, nowMs);
      const move = { ...next, patch: { ...next.patch, ...who } };
      if (withStatus(found, "FAILED") === undefined) return move;
      // The provider fails the same product for the same phone again for half an hour; the claim waits at this gate.
      return { ...move, gate: { kind: "product", reason: "FAILED", untilMs: nowMs + timings.FAILED_HOLD_MS } };
    }
  }
}

function withStatus(found: readonly SeenTransaction[], wanted: string): SeenTransaction | undefined {
  return found.find(({ status }) => status === wanted);
}

function idOf(proof: SeenTransaction | undefined): { transactionId?: number } {
  return proof === undefined ? {} : { transactionId: proof.transactionId };
}
