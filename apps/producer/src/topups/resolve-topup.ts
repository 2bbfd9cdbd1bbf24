import { endMove, type Move, nextAttemptMove, quietUntilMsOf, type Timings, type TopupRecord } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import { z } from "zod";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { ProviderReader, SeenTransaction } from "../provider.js";
import { stateConflict } from "./cancel-topup.js";
import { lookUp, topupNotFound } from "./get-topup.js";
import { type RingDeps, ring } from "./ring.js";
import { topupView } from "./topup-view.js";
import { contradictionOf, type Verdict } from "./verdict-evidence.js";

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
      z.strictObject({ verdict: z.literal("succeeded"), transactionId: transactionIdSchema, ...verdictFields }),
      z.strictObject({ verdict: z.literal("refunded"), ...verdictFields }),
      z.strictObject({ verdict: z.literal("failed"), ...verdictFields }),
      z.strictObject({ verdict: z.literal("resubmit"), ...verdictFields }),
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
 * otherwise. There is no way round that check. `resubmit` sends a new attempt.
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
    const found = await checkEvidence(deps.provider, record, verdict);
    const move = moveOf(record, verdict, found, { nowMs, timings: deps.timings });
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
        deps.log.info({ reference, verdict: verdict.verdict, by: verdict.by, caller }, "review resolved");
    }
    const after = await lookUp(deps.ledger, reference);
    await ring(deps, [after]);
    return { status: 200, json: topupView(after) };
  };

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

/** Asks the provider, and returns what it shows, where that does not contradict the verdict. */
async function checkEvidence(
  provider: ResolveDeps["provider"],
  record: TopupRecord,
  verdict: Verdict,
): Promise<SeenTransaction[]> {
  const signal = AbortSignal.timeout(EVIDENCE_DEADLINE_MS);
  const found =
    verdict.verdict === "succeeded"
      ? [await provider.transaction(verdict.transactionId, signal)].filter((one) => one !== undefined)
      : await provider.transactionsOf(record, signal);
  const contradiction = contradictionOf(record, verdict, found);
  if (contradiction === undefined) return found;
  throw new Problem("evidence_contradicts", {
    detail: contradiction,
    found: found.map(({ transactionId, status, customIdentifier }) => ({ transactionId, status, customIdentifier })),
  });
}

function moveOf(
  record: TopupRecord,
  { verdict, by, reason }: z.output<typeof verdictSchema>,
  found: readonly SeenTransaction[],
  { nowMs, timings }: { nowMs: number; timings: ResolveTimings },
): Move {
  const who = { resolvedBy: by, resolvedReason: reason };
  const because = "resolved-by-operator";
  switch (verdict) {
    case "succeeded": {
      const [proof] = found;
      const settlement = proof?.settlement ?? {};
      return endMove("succeeded", because, { ...who, ...idOf(proof), settlement, code: null });
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
