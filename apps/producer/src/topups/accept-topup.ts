import type { Ids } from "@surefill/runtime";
import { referenceSchema, type TopupRequest, topupRequestSchema } from "@surefill/topup";
import type { Accepted, Ledger } from "@surefill/topup-store";
import { Problem, type ProblemDetails } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { Metrics } from "../metrics.js";
import { type RingDeps, ring } from "./ring.js";
import { maskedTopupView, topupView } from "./topup-view.js";

/** A body as the documentation shows it: it can be sent as it is. */
export const EXAMPLE_TOPUP = {
  reference: "survey-42.resp-981",
  operatorId: 341,
  amount: "5",
  recipientPhone: { countryCode: "NG", number: "08031231111" },
};

/** The body of one top-up, under the name that the OpenAPI document gives it. */
export const topupBodySchema = topupRequestSchema.meta({ id: "TopupRequest", example: EXAMPLE_TOPUP });

/** What accepting needs. */
export type AcceptDeps = RingDeps & { ledger: Pick<Ledger, "accept">; ids: Ids; metrics: Metrics };

/** A request for one top-up, parsed, and the name of its API key; `idempotencyKey` is the header's value, if it came. */
export type AcceptInput = {
  request: TopupRequest & { reference?: string };
  idempotencyKey: string | undefined;
  caller: string;
};

/**
 * `POST /v1/topups`: stores the top-up, then rings for it. 202 when it is new, 200 when the same one exists already,
 * a `reference_conflict` when the reference belongs to another.
 */
export const acceptTopup =
  (deps: AcceptDeps) =>
  async ({ request: { reference: given, ...request }, idempotencyKey, caller }: AcceptInput): Promise<HttpResult> => {
    const reference = chooseReference(given, idempotencyKey) ?? newReference(deps.ids);
    const [accepted] = await deps.ledger.accept([{ reference, request, caller }]);
    if (accepted === undefined) throw new Error("the ledger gave no answer for the top-up");
    deps.metrics.accepted(accepted.kind);
    if (accepted.kind === "conflict") throw new Problem("reference_conflict", conflictDetails(accepted));
    await ring(deps, [accepted.record]);
    return {
      status: accepted.kind === "created" ? 202 : 200,
      headers: { location: locationOf(reference) },
      json: topupView(accepted.record),
    };
  };

/** A reference of our own making, for callers that sent none. */
export function newReference(ids: Ids): string {
  return `top_${ids.uuidv7()}`;
}

/** Where a top-up can be asked for. */
export function locationOf(reference: string): string {
  return `/v1/topups/${reference}`;
}

/** The existing top-up is shown masked: whoever guesses a reference must not learn a number from it. */
export function conflictDetails({ record }: Accepted): ProblemDetails {
  return {
    detail: `The reference ${record.reference} belongs to a top-up with other content.`,
    existing: maskedTopupView(record),
  };
}

/** The header's value may come quoted, as its draft standard wants, or bare, as most clients send it. */
function chooseReference(given: string | undefined, idempotencyKey: string | undefined): string | undefined {
  if (idempotencyKey === undefined) return given;
  const key = referenceSchema.safeParse(idempotencyKey.replace(/^"(.*)"$/, "$1"));
  if (!key.success) {
    throw new Problem("idempotency_key_invalid", {
      detail: "The Idempotency-Key is not a valid reference.",
      errors: [{ parameter: "Idempotency-Key", code: "invalid", detail: key.error.issues[0]?.message ?? "is invalid" }],
    });
  }
  if (given !== undefined && given !== key.data) {
    throw new Problem("idempotency_key_invalid", { detail: "The Idempotency-Key and the reference differ." });
  }
  return key.data;
}
