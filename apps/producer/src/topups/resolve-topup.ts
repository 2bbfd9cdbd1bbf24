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
  .transform(Number);

/** A person's verdict on a top-up in review. */
export const verdictSchema = z.discriminatedUnion(
  "verdict",
  [
    z.strictObject({ verdict: z.literal("succeeded"), transactionId: transactionIdSchema, ...verdictFields }),
    z.strictObject({ verdict: z.literal("refunded"), ...verdictFields }),
    z.strictObject({ verdict: z.literal("failed"), ...verdictFields }),
    z.strictObject({ verdict: z.literal("resubmit"), ...verdictFields }),
  ],
  { error: "must be succeeded (with a transactionId), refunded, failed or resubmit" },
);

/** What resolving needs. `timings` are the worker's. */
export type ResolveDeps = RingDeps & {
  ledger: Pick<Ledger, "look" | "move">;
  provider: Pick<ProviderReader, "transaction" | "transactionsOf">;
  timings: QuietTimings;
};

type QuietTimings = Pick<Timings, "SEND_DEADLINE_MS" | "QUIET_MS">;

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
    const proof = await checkEvidence(deps.provider, record, verdict);
    const moved = await deps.ledger.move(record, moveOf(record, verdict, proof, nowMs));
    switch (moved.kind) {
      case "missing":
        throw topupNotFound(reference);
      case "stale":
        throw stateConflict(`The top-up was moved to ${moved.record.state} meanwhile.`, moved.record);
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
function requireQuiet(record: TopupRecord, nowMs: number, timings: QuietTimings): void {
  const quietUntilMs = quietUntilMsOf(record, timings);
  if (nowMs >= quietUntilMs) return;
  const until = new Date(quietUntilMs).toISOString();
  throw stateConflict(`It was sent too recently: until ${until} the provider's records prove nothing.`, record);
}

/** Asks the provider, and returns the transaction that proves the verdict, where one does. */
async function checkEvidence(
  provider: ResolveDeps["provider"],
  record: TopupRecord,
  verdict: Verdict,
): Promise<SeenTransaction | undefined> {
  const signal = AbortSignal.timeout(EVIDENCE_DEADLINE_MS);
  const found =
    verdict.verdict === "succeeded"
      ? [await provider.transaction(verdict.transactionId, signal)].filter((one) => one !== undefined)
      : await provider.transactionsOf(record, signal);
  const contradiction = contradictionOf(record, verdict, found);
  if (contradiction === undefined) {
    return verdict.verdict === "succeeded" ? found[0] : found.find(({ status }) => status === "REFUNDED");
  }
  throw new Problem("evidence_contradicts", {
    detail: contradiction,
    found: found.map(({ transactionId, status, customIdentifier }) => ({ transactionId, status, customIdentifier })),
  });
}

function moveOf(
  record: TopupRecord,
  { verdict, by, reason }: z.output<typeof verdictSchema>,
  proof: SeenTransaction | undefined,
  nowMs: number,
): Move {
  const who = { resolvedBy: by, resolvedReason: reason };
  const because = "resolved-by-operator";
  const transaction = proof === undefined ? {} : { transactionId: proof.transactionId };
  switch (verdict) {
    case "succeeded":
      return endMove("succeeded", because, { ...who, ...transaction, settlement: proof?.settlement ?? {}, code: null });
    case "refunded":
      return endMove("refunded", because, { ...who, ...transaction });
    case "failed":
      return endMove("failed", because, who);
    case "resubmit": {
      const next = nextAttemptMove(record, because, nowMs);
      return { ...next, patch: { ...next.patch, ...who } };
    }
  }
}
