import {
  type AskedBeside,
  differingFields,
  type NamedReference,
  namedReference,
  type TopupRequest,
  topupRequestSchema,
} from "@surefill/topup";
import type { Accepted, Ledger } from "@surefill/topup-store";
import { isWithin, requireLabel } from "../access/binding.js";
import type { Identity } from "../access/identity.js";
import { Problem, type ProblemDetails, validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { Metrics } from "../metrics.js";
import { type AcceptRules, openAcceptRules } from "./accept-rules.js";
import { notTaken } from "./not-taken.js";
import { type RingDeps, ring } from "./ring.js";
import { showTo } from "./show-topup.js";
import { maskedTopupView } from "./topup-view.js";

/** A body as the documentation shows it: it can be sent as it is. */
export const EXAMPLE_TOPUP = {
  reference: "survey-42.resp-981",
  operatorId: 341,
  amount: "5",
  recipientPhone: { countryCode: "NG", number: "08031231111" },
};

/**
 * The body of one top-up, under the name that the OpenAPI document gives it. That it needs a name is held by the
 * handlers, since a header may give it; an `anyOf` of required fields would make `unknown` of a generated type.
 */
export const topupBodySchema = topupRequestSchema.meta({ id: "TopupRequest", example: EXAMPLE_TOPUP });

/** What accepting needs. */
export type AcceptDeps = RingDeps & {
  ledger: Pick<Ledger, "acceptWithin" | "look">;
  metrics: Metrics;
  acceptRules: AcceptRules;
};

/** A request for one top-up, parsed, and whose it is; `idempotencyKey` is the header's, if it came. */
export type AcceptInput = {
  request: TopupRequest & AskedBeside;
  idempotencyKey: string | undefined;
  identity: Identity;
};

/**
 * `POST /v1/topups`: stores the top-up, then rings for it. 202 when it is new, 200 when the same one exists already,
 * a `reference_conflict` when the reference belongs to another, `reference_missing` when it has no name.
 */
export const acceptTopup =
  (deps: AcceptDeps) =>
  async ({ request: asked, idempotencyKey, identity }: AcceptInput): Promise<HttpResult> => {
    const { reference: given, spelling, unlessPaidWithinMs, ...request } = asked;
    const named = chooseReference(given, { spelling, idempotencyKey });
    if (named === undefined) throw referenceMissing(", or as the header Idempotency-Key");
    requireLabel(identity, request.campaign);
    const rules = await openAcceptRules(deps.acceptRules);
    const faults = rules.faultsOf(request, unlessPaidWithinMs);
    if (faults.length > 0 && !(await isKnown(deps, named.reference))) throw validationFailed(faults);
    const spend = rules.spendOf(request, identity);
    const conditions = { ...(spend && { spend }), ...(unlessPaidWithinMs !== undefined && { unlessPaidWithinMs }) };
    const [accepted] = await deps.ledger.acceptWithin([{ ...named, request, caller: identity.name, ...conditions }]);
    if (accepted === undefined) throw new Error("the ledger gave no answer for the top-up");
    deps.metrics.accepted(accepted.kind);
    if (!("record" in accepted)) throw notTaken(accepted, spend, identity);
    if (!isWithin(identity, accepted.record)) throw ofAnother();
    if (accepted.kind === "conflict") throw new Problem("reference_conflict", conflictDetails(accepted, request));
    await ring(deps, [accepted.record]);
    return {
      status: accepted.kind === "created" ? 202 : 200,
      headers: { location: locationOf(named.reference) },
      json: showTo(identity)(accepted.record),
    };
  };

/** What was accepted before is answered as it is now, whatever is sold or allowed today. */
export async function isKnown(deps: Pick<AcceptDeps, "ledger">, reference: string): Promise<boolean> {
  return (await deps.ledger.look(reference)) !== undefined;
}

/**
 * The refusal of a top-up that nothing names: a repeat of it could not be told from a second order, and its caller does
 * repeat it when an answer is lost (docs/adr). `orElse` is a further way to name it, besides the two in the body.
 */
export function referenceMissing(orElse = ""): Problem {
  return new Problem("reference_missing", {
    detail:
      `Name the top-up by an id of your own: as reference or customIdentifier in the body${orElse}. Without one a ` +
      "repeated request cannot be told from a second top-up, and would pay twice.",
    errors: [{ pointer: "/reference", code: "missing", detail: "is needed; customIdentifier is another name for it" }],
  });
}

/** The refusal of a reference that belongs to a top-up which its caller may not see, and is not shown. */
export function ofAnother(): Problem {
  const detail = "The reference belongs to another top-up, which this API key may not see. Use another reference.";
  return new Problem("reference_conflict", { detail });
}

/** Where a top-up can be asked for. */
export function locationOf(reference: string): string {
  return `/v1/topups/${encodeURIComponent(reference)}`;
}

/**
 * Names the fields that differ. The existing top-up is shown masked: whoever guesses a reference must not learn a number
 * from it.
 */
export function conflictDetails({ record }: Accepted, request: TopupRequest): ProblemDetails {
  const { reference } = record;
  const fields = differingFields(record.request, request);
  const where = fields.length === 0 ? "" : ` It differs in ${fields.join(", ")}.`;
  return {
    detail: `The reference ${reference} belongs to a top-up with other content.${where}`,
    errors: fields.map((field) => ({ pointer: `/${field}`, code: "differs", detail: "is another in that top-up" })),
    existing: maskedTopupView(record),
  };
}

/** A header and a body that name the top-up differently leave open which one is meant. */
function chooseReference(
  reference: string | undefined,
  { spelling, idempotencyKey }: { spelling: string | undefined; idempotencyKey: string | undefined },
): NamedReference | undefined {
  const inBody = reference && { reference, ...(spelling !== undefined && { spelling }) };
  if (idempotencyKey === undefined) return inBody || undefined;
  const inHeader = namedReference(idempotencyKey);
  if (reference !== undefined && reference !== inHeader.reference) {
    throw new Problem("idempotency_key_invalid", { detail: "The Idempotency-Key and the reference differ." });
  }
  return inBody || inHeader;
}
