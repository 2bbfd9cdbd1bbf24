import { countryCodeSchema, gateOf, readPhoneToFind, STATES, type TopupRecord } from "@surefill/topup";
import type { Ledger, ListFilter } from "@surefill/topup-store";
import { z } from "zod";
import { isWithin } from "../access/binding.js";
import type { Identity } from "../access/identity.js";
import { openCursor, sealCursor } from "../access/sealed-cursor.js";
import { type Problem, validationFailed } from "../http/problem.js";
import { wholeText } from "../http/query.js";
import type { HttpResult } from "../http/result.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { type ReviewTimings, reviewView, reviewViewSchema } from "./review-view.js";
import { maskedTopupView, topupViewSchema } from "./topup-view.js";

const LIMIT_MAX = 200;
const FILTERS = ["state", "phone", "transactionId", "campaign"] as const;

/** The query of a list: exactly one filter, and the page. */
export const listQuerySchema = z
  .strictObject({
    state: z.enum(STATES, { error: `must be one of ${STATES.join(", ")}` }).optional(),
    phone: z
      .string({ error: "must be given once" })
      .max(100, { error: "is longer than any number or address" })
      .optional()
      .describe("A number with + (%2B), or in any form with `country` beside it; or a Nauta address"),
    country: countryCodeSchema.optional().describe("The country that `phone` is a number of"),
    transactionId: wholeText(Number.MAX_SAFE_INTEGER, "must be a whole number above 0").optional(),
    campaign: z
      .string({ error: "must be given once" })
      .regex(/^[A-Za-z0-9._-]{1,100}$/, { error: "must be the name of a campaign" })
      .transform((name) => name.toLowerCase())
      .optional(),
    cursor: z.string({ error: "must be given once" }).max(200, { error: "is not one that a list gave out" }).optional(),
    limit: wholeText(LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`).default(50),
  })
  .superRefine((query, context) => {
    const given = FILTERS.filter((name) => query[name] !== undefined);
    if (given.length === 1) return;
    const message = `give exactly one of ${FILTERS.join(", ")}`;
    context.addIssue({ code: "custom", path: [given[1] ?? "state"], message });
  })
  .transform(({ limit, cursor, phone: asked, country, ...filters }, context) => {
    const { recipient, ...fault } = readRecipient(asked, country);
    if (fault.issue !== undefined) {
      context.addIssue({ code: "custom", ...fault.issue });
      return z.NEVER;
    }
    const filter = filterOf({ ...filters, phone: recipient });
    return { filter, limit, ...(cursor !== undefined && { cursor }) };
  });

type AskedRecipient = { recipient?: string; issue?: { path: string[]; message: string; params?: { code?: string } } };

/** Who a list is asked for: E.164 digits or an e-mail address; or why that cannot be said for sure. */
function readRecipient(asked: string | undefined, country: string | undefined): AskedRecipient {
  if (asked === undefined) {
    return country === undefined ? {} : { issue: { path: ["country"], message: "is of use beside phone only" } };
  }
  if (/^[^\s@]+@[^\s@]+$/.test(asked)) return { recipient: asked.toLowerCase() };
  // In a query "+" means a space.
  const read = readPhoneToFind(asked.replace(/^ +(?=[\d(])/, "+"), country);
  return "number" in read ? { recipient: read.number } : { issue: { path: ["phone"], ...read.issue } };
}

type Filters = Partial<{ [Name in (typeof FILTERS)[number]]: unknown }> & {
  state?: (typeof STATES)[number] | undefined;
  phone?: string | undefined;
  transactionId?: number | undefined;
  campaign?: string | undefined;
};

function filterOf({ state, phone, transactionId, campaign }: Filters): ListFilter {
  if (state !== undefined) return { state };
  if (phone !== undefined) return { phone };
  if (transactionId !== undefined) return { transactionId };
  return { campaign: campaign ?? "" };
}

/** A page of a list. */
export const topupPageSchema = z
  .object({
    data: z.array(
      topupViewSchema.extend({
        review: reviewViewSchema.optional().describe("Under `state=review`: what is known of it"),
      }),
    ),
    nextCursor: z.string().nullable().describe("For the `cursor` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "TopupPage" });

/** What listing needs. `timings` are the worker's. */
export type ListDeps = {
  ledger: Pick<PromptLedger, "list" | "history" | "nowMs" | "gatesNamed">;
  timings: ReviewTimings;
};

/**
 * `GET /v1/topups`: the top-ups under one filter, newest first, a page at a time. Recipients are masked. Those in
 * review, asked for as such, come with what a person needs in order to decide.
 */
export const listTopups =
  (deps: ListDeps) =>
  async ({ filter, limit, cursor }: z.output<typeof listQuerySchema>, identity: Identity): Promise<HttpResult> => {
    const { binding } = identity;
    const after = cursor === undefined || binding === undefined ? cursor : openCursor(cursor, binding);
    if (cursor !== undefined && after === undefined) throw foreignCursor();
    const listedPage = await listed(deps.ledger, filter, after === undefined ? { limit } : { limit, cursor: after });
    const records = listedPage.records.filter((record) => isWithin(identity, record));
    const end = listedPage.nextCursor ?? null;
    const nextCursor = end === null || binding === undefined ? end : sealCursor(end, binding);
    const isReview = "state" in filter && filter.state === "review";
    const data = isReview ? await reviewRows(deps, records) : await heldRows(deps, records);
    return { status: 200, json: { data, nextCursor, hasMore: nextCursor !== null } };
  };

async function heldRows({ ledger }: ListDeps, records: readonly TopupRecord[]) {
  const gates = await ledger.gatesNamed(records.flatMap((record) => gateOf(record) ?? []));
  return records.map((record) => maskedTopupView(record, gates));
}

async function reviewRows({ ledger, timings }: ListDeps, records: readonly TopupRecord[]) {
  const nowMs = await ledger.nowMs();
  return Promise.all(
    records.map(async (record) => {
      // Somebody may have decided it since it was listed.
      if (record.state !== "review") return maskedTopupView(record);
      const history = await ledger.history(record.reference);
      return { ...maskedTopupView(record), review: reviewView(record, history, { nowMs, timings }) };
    }),
  );
}

async function listed(ledger: Pick<Ledger, "list">, filter: ListFilter, page: { limit: number; cursor?: string }) {
  try {
    return await ledger.list(filter, page);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw foreignCursor();
  }
}

function foreignCursor(): Problem {
  return validationFailed([{ parameter: "cursor", code: "invalid", detail: "is not one that this list gave out" }]);
}
