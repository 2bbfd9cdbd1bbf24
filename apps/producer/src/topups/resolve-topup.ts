import {
  endMove,
  failedSeenIn,
  isAttemptShown,
  type Move,
  nextAttemptMove,
  quietUntilMsOf,
  sameAttemptMove,
  suggestVerdict,
  type Timings,
  type TopupRecord,
} from "@surefill/topup";
import { z } from "zod";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { mergeSeen, type ProviderReader, type SeenTransaction } from "../provider.js";
import { stateConflict } from "./cancel-topup.js";
import { lookUp, topupNotFound } from "./get-topup.js";
import { byField, reasonField } from "./person-fields.js";
import { type RingDeps, ring } from "./ring.js";
import type { ShowTopup } from "./show-topup.js";
import { contradictionOf, isHiding, isOf, tooEarlyFor, type Verdict } from "./verdict-evidence.js";

const verdictFields = { reason: reasonField, by: byField };

const forceSchema = z
  .boolean({ error: "must be true or false" })
  .default(false)
  .describe("Insist, against what the provider shows or without its answer. It is recorded as such");

const neverForcedSchema = z
  .literal(false, { error: "must not be true: sending again is never forced, since it could pay twice" })
  .default(false)
  .describe("Sending again is never forced");

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
  ledger: Pick<PromptLedger, "look" | "move">;
  provider: Pick<ProviderReader, "transaction" | "transactionsOf">;
  timings: ResolveTimings;
};

type ResolveTimings = Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS" | "FAILED_HOLD_MS">;

type ResolveInput = { reference: string; verdict: z.output<typeof verdictSchema>; caller: string };

/** All look-ups of one verdict together. */
const EVIDENCE_DEADLINE_MS = 12_000;

/**
 * `POST /v1/topups/{reference}/resolve`: ends a review as a person decides, if the provider's records do not say
 * otherwise, or if that person insists. `resubmit` sends it again, and nobody can insist on that: with a new identifier
 * if the provider shows that the last attempt is dead, and with the same one if it shows nothing of it.
 */
export const resolveTopup =
  (deps: ResolveDeps) =>
  async ({ reference, verdict, caller, show }: ResolveInput & { show: ShowTopup }): Promise<HttpResult> => {
    const looked = await deps.ledger.look(reference);
    if (looked === undefined) throw topupNotFound(reference);
    const { nowMs } = looked;
    const { timings } = deps;
    requireReview(looked.record);
    if (verdict.verdict !== "succeeded") requireQuiet(looked.record, nowMs, timings);
    const shown = await askProvider(deps, looked.record, verdict);
    const record =
      shown.away === undefined ? await withFailedSeen(deps.ledger, looked.record, shown.found) : looked.record;
    const against = shown.away ?? objectionTo(record, verdict, shown.found, { nowMs, timings });
    const move = given(caller, moveOf(record, verdict, { found: shown.found, against }, nowMs));
    // Whatever became known of the top-up while the provider was asked is not part of this verdict.
    const moved = await deps.ledger.move(record, move, { ifVersion: record.version });
    switch (moved.kind) {
      case "missing":
        throw topupNotFound(reference);
      case "stale":
        throw stateConflict(staleReason(moved.record), moved.record);
      case "contradicted":
        throw new TypeError("a verdict on a review is never contradicted");
      case "conflict":
        throw new Problem("evidence_contradicts", {
          detail: `Transaction ${moved.transactionId} belongs to another top-up.`,
        });
      case "moved":
        logResolved(deps.log, { reference, verdict, caller, against });
    }
    const after = await lookUp(deps.ledger, reference);
    await ring(deps, [after]);
    return { status: 200, json: show(after) };
  };

function logResolved(
  log: ResolveDeps["log"],
  { reference, verdict, caller, against }: ResolveInput & { against: string | undefined },
): void {
  const fields = { reference, verdict: verdict.verdict, by: verdict.by, caller };
  if (against === undefined) log.info(fields, "review resolved");
  else log.warn({ ...fields, against }, "review resolved by force");
}

function requireReview(record: TopupRecord): void {
  if (record.state === "review") return;
  throw stateConflict(`Only a top-up in review takes a verdict; this one is ${record.state}.`, record);
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

/** What the provider shows of the top-up, or why it could not be asked. */
type Shown = { found: readonly SeenTransaction[]; away?: string };

/** Asks the provider. Throws where it does not answer, unless the person insists. */
async function askProvider(
  { provider, log }: Pick<ResolveDeps, "provider" | "log">,
  record: TopupRecord,
  verdict: z.output<typeof verdictSchema>,
): Promise<Shown> {
  try {
    return { found: await everythingOf(provider, record, verdict) };
  } catch (error) {
    if (!(error instanceof Problem) || !verdict.force) throw error;
    log.warn({ reference: record.reference, err: error }, "the provider could not be asked about a forced verdict");
    return { found: [], away: error.details.detail };
  }
}

/**
 * Notes in the record what the provider calls FAILED now, and since when that is known, also where no verdict comes of
 * it: half an hour counts from the first time that it was heard. Answers the record as it is then.
 */
async function withFailedSeen(
  ledger: ResolveDeps["ledger"],
  record: TopupRecord,
  found: readonly SeenTransaction[],
): Promise<TopupRecord> {
  const { reference, version, failedSeen: known = [] } = record;
  // Counted from after the answer, and never from a time at which FAILED was not said yet.
  const looked = await ledger.look(reference);
  if (looked === undefined) throw topupNotFound(reference);
  const failedSeen = failedSeenIn(record, found, looked.nowMs);
  if (failedSeen.length === known.length && failedSeen.every((one) => known.includes(one))) return record;
  const patch = { failedSeen: failedSeen.length > 0 ? failedSeen : null };
  const moved = await ledger.move(record, { to: "review", because: "found-in-report", patch }, { ifVersion: version });
  if (moved.kind === "missing") throw topupNotFound(reference);
  if (moved.kind === "stale") throw stateConflict(staleReason(moved.record), moved.record);
  if (moved.kind !== "moved") throw new TypeError(`a note in a review was answered ${moved.kind}`);
  return { ...record, version: moved.version, failedSeen };
}

/** What speaks against the verdict and was insisted on. Throws it where the person does not insist. */
function objectionTo(
  record: TopupRecord,
  verdict: z.output<typeof verdictSchema>,
  found: readonly SeenTransaction[],
  context: { nowMs: number; timings: ResolveTimings },
): string | undefined {
  const contradiction = contradictionOf(record, verdict, found);
  const tooEarly = tooEarlyFor(record, verdict, context);
  const against = contradiction ?? tooEarly;
  if (against === undefined || verdict.force) return against;
  const shown = found.map((seen) => ({ ...seen, isSame: isOf(record, seen) }));
  const suggested = suggestVerdict(shown, { isHiding: isHiding(record, found) });
  throw new Problem("evidence_contradicts", {
    detail: against,
    found: found.map(({ transactionId, status, customIdentifier }) => ({ transactionId, status, customIdentifier })),
    suggestion:
      tooEarly === undefined || suggested.verdict === "succeeded" ? suggested : { verdict: null, reason: tooEarly },
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
  const listed = found.find(({ transactionId }) => transactionId === verdict.transactionId);
  return named === undefined ? others : [mergeSeen(listed, named), ...others];
}

function moveOf(
  record: TopupRecord,
  verdict: z.output<typeof verdictSchema>,
  { found, against }: { found: readonly SeenTransaction[]; against: string | undefined },
  nowMs: number,
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
      // What is shown and cost nothing is dead; what is not shown may be there all the same.
      const isDead = isAttemptShown(record, found);
      const next = isDead ? nextAttemptMove(record, because, nowMs) : sameAttemptMove(because, nowMs);
      return { ...next, patch: { ...next.patch, ...who } };
    }
  }
}

/** The move with the name of the API key that the verdict came with. */
function given(caller: string, move: Move): Move {
  return { ...move, patch: { ...move.patch, commandKey: caller } };
}

function withStatus(found: readonly SeenTransaction[], wanted: string): SeenTransaction | undefined {
  return found.find(({ status }) => status === wanted);
}

function idOf(proof: SeenTransaction | undefined): { transactionId?: number } {
  return proof === undefined ? {} : { transactionId: proof.transactionId };
}
