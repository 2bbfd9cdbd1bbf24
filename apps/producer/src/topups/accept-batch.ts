import { type AskedBeside, type NamedReference, parseTopupRequest, type TopupRequest } from "@surefill/topup";
import type { Accepted, NotTaken, Spend } from "@surefill/topup-store";
import { z } from "zod";
import { isWithin, requireLabel } from "../access/binding.js";
import type { Identity } from "../access/identity.js";
import { Problem, problemBody, validationFailed } from "../http/problem.js";
import { PROBLEMS } from "../http/problem-codes.js";
import type { HttpResult } from "../http/result.js";
import { openAcceptRules, type RulesNow } from "./accept-rules.js";
import {
  type AcceptDeps,
  conflictDetails,
  EXAMPLE_TOPUP,
  isKnown,
  ofAnother,
  referenceMissing,
  topupBodySchema,
} from "./accept-topup.js";
import { notTaken } from "./not-taken.js";
import { ring } from "./ring.js";
import { showTo } from "./show-topup.js";
import { topupViewSchema } from "./topup-view.js";

/** More would hold up other requests for too long, in this process and in Redis. */
export const BATCH_ITEMS_MAX = 1_000;

/** The body of a batch. Its items are checked one by one, so that a wrong one does not hurt the others. */
export const batchSchema = z.strictObject(
  {
    topups: z
      .array(z.unknown(), { error: "must be a list of top-ups" })
      .min(1, { error: "must hold at least one top-up" })
      .max(BATCH_ITEMS_MAX, { error: `must hold at most ${BATCH_ITEMS_MAX} top-ups` }),
  },
  { error: "must be an object with topups" },
);

/** The same body with its items spelt out, for the OpenAPI document. */
export const documentedBatchSchema = z
  .strictObject({ topups: z.array(topupBodySchema).min(1).max(BATCH_ITEMS_MAX) })
  .meta({
    example: { topups: [EXAMPLE_TOPUP, { ...EXAMPLE_TOPUP, reference: "survey-42.resp-982", operatorId: "auto" }] },
  });

const itemResultSchema = z
  .discriminatedUnion("status", [
    z.object({ status: z.literal(202).describe("Accepted"), reference: z.string(), topup: topupViewSchema }),
    z.object({ status: z.literal(200).describe("Exists already"), reference: z.string(), topup: topupViewSchema }),
    z.object({
      status: z.literal(409).describe("The reference belongs to another top-up, or the recipient was paid recently"),
      reference: z.string(),
      problem: z.record(z.string(), z.unknown()),
    }),
    z.object({
      status: z.literal(429).describe("The API key has no more to spend today"),
      reference: z.string(),
      problem: z.record(z.string(), z.unknown()),
    }),
    z.object({
      status: z.literal(422).describe("Not valid; pointers are relative to the item"),
      reference: z.string().nullable().describe("As it was sent, if it could be read"),
      problem: z.record(z.string(), z.unknown()),
    }),
  ])
  .meta({ id: "BatchItemResult" });

/** What became of one item. */
export type BatchItemResult = z.output<typeof itemResultSchema>;

/** What became of a batch, item by item. */
export const batchResultsSchema = z.object({ results: z.array(itemResultSchema) }).meta({ id: "BatchResults" });

type Asked = NamedReference & Pick<AskedBeside, "unlessPaidWithinMs"> & { request: TopupRequest };
type Parsed = { ok: true; asked: Asked } | { ok: false; result: BatchItemResult };

/**
 * `POST /v1/topups/batch`: up to 1,000 top-ups, an answer per item in their order. Each needs its reference, so that
 * sending a batch again changes nothing.
 */
export const acceptBatch =
  (deps: AcceptDeps & { problemBase: string }) =>
  async (input: {
    topups: readonly unknown[];
    idempotencyKey: string | undefined;
    identity: Identity;
  }): Promise<HttpResult> => {
    if (input.idempotencyKey !== undefined) {
      throw new Problem("idempotency_key_invalid", {
        detail: "An Idempotency-Key cannot name a batch: give each top-up a reference.",
      });
    }
    const { identity } = input;
    const rules = await openAcceptRules(deps.acceptRules);
    const asked = parseItems(deps, input.topups);
    // Before anything is stored: a key that sends under a foreign label is wrong as a whole.
    for (const item of asked) if (item.ok) requireLabel(identity, item.asked.request.campaign);
    const items = await soldItems(deps, rules, asked);
    const parsed = items.flatMap((item) => {
      if (!item.ok) return [];
      const spend = rules.spendOf(item.asked.request, identity);
      return { ...item.asked, caller: identity.name, ...(spend && { spend }) };
    });
    const accepted = await deps.ledger.acceptWithin(parsed);
    await ring(
      deps,
      accepted.flatMap((answer) => (answer.kind === "created" || answer.kind === "exists" ? answer.record : [])),
    );
    for (const { kind } of accepted) deps.metrics.accepted(kind);
    let next = 0;
    const results = items.map((item) => {
      if (!item.ok) return item.result;
      const [asked, answer] = [parsed[next], accepted[next]];
      next += 1;
      return itemResult({ problemBase: deps.problemBase, identity }, asked, answer);
    });
    return { status: 200, json: { results } };
  };

/** Faults listed in the answer to one batch; beyond them each wrong item has its first one alone. */
const BATCH_FAULTS_MAX = 1_000;

function parseItems({ problemBase }: { problemBase: string }, topups: readonly unknown[]): readonly Parsed[] {
  let faults = 0;
  const refused = ({ code, details }: Problem, reference: string | null): Parsed => ({
    ok: false,
    result: { status: 422, reference, problem: problemBody(problemBase, code, details) },
  });
  return topups.map((item): Parsed => {
    const parsed = parseTopupRequest(item);
    if (parsed.ok) {
      const { ok, reference, ...asked } = parsed;
      if (reference === undefined) return refused(referenceMissing(), null);
      return { ok, asked: { reference, ...asked } };
    }
    faults += parsed.issues.length;
    const shown = faults <= BATCH_FAULTS_MAX ? parsed.issues : parsed.issues.slice(0, 1);
    return refused(validationFailed(shown), referenceIn(item));
  });
}

/** Refuses the items that the catalogue or a limit is against, unless they were accepted before. */
async function soldItems(
  deps: AcceptDeps & { problemBase: string },
  { faultsOf }: RulesNow,
  items: readonly Parsed[],
): Promise<Parsed[]> {
  const judged = items.map(async (item): Promise<Parsed> => {
    const faults = item.ok ? faultsOf(item.asked.request, item.asked.unlessPaidWithinMs) : [];
    if (!item.ok || faults.length === 0 || (await isKnown(deps, item.asked.reference))) return item;
    const { code, details } = validationFailed(faults);
    const problem = problemBody(deps.problemBase, code, details);
    return { ok: false, result: { status: 422, reference: item.asked.reference, problem } };
  });
  return Promise.all(judged);
}

function itemResult(
  { problemBase, identity }: { problemBase: string; identity: Identity },
  asked: (Asked & { spend?: Spend }) | undefined,
  accepted: Accepted | NotTaken | undefined,
): BatchItemResult {
  if (asked === undefined || accepted === undefined) throw new Error("the ledger gave no answer for an item");
  if (!("record" in accepted)) {
    const { code, details } = notTaken(accepted, asked.spend, identity);
    const { status } = PROBLEMS[code];
    const problem = problemBody(problemBase, code, details);
    if (status !== 409 && status !== 422 && status !== 429) throw new Error(`no item is answered with ${status}`);
    return { status, reference: accepted.reference, problem };
  }
  const { kind, record } = accepted;
  const { reference } = record;
  if (!isWithin(identity, record)) {
    const { code, details } = ofAnother();
    return { status: 409, reference, problem: problemBody(problemBase, code, details) };
  }
  if (kind !== "conflict")
    return { status: kind === "created" ? 202 : 200, reference, topup: showTo(identity)(record) };
  const problem = problemBody(problemBase, "reference_conflict", conflictDetails(accepted, asked.request));
  return { status: 409, reference, problem };
}

const REFERENCE_SHOWN_MAX = 150;

/** What a wrong item calls itself, so that its sender finds it again. */
function referenceIn(item: unknown): string | null {
  const named = z
    .object({ reference: z.string() })
    .or(z.object({ customIdentifier: z.string() }))
    .safeParse(item);
  if (!named.success) return null;
  const name = "reference" in named.data ? named.data.reference : named.data.customIdentifier;
  return name.slice(0, REFERENCE_SHOWN_MAX);
}
