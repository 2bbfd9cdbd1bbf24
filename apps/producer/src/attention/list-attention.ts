import type { TopupRecord } from "@surefill/topup";
import type { ContradictionKind, ExtraDebits } from "@surefill/topup-store";
import { z } from "zod";
import { validationFailed } from "../http/problem.js";
import { wholeText } from "../http/query.js";
import type { HttpResult } from "../http/result.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { maskedTopupView, topupViewSchema } from "../topups/topup-view.js";

/** What a person must look at, in the order in which it is listed. */
export const ATTENTION_KINDS = ["paid-twice", "contradicted", "review"] as const;
type AttentionKind = (typeof ATTENTION_KINDS)[number];

const LIMIT_MAX = 200;
const CURSOR_ERROR = "is not one that this list gave out";

/** The query of the list. */
export const attentionQuerySchema = z.strictObject({
  kind: z
    .enum(ATTENTION_KINDS, { error: `must be one of ${ATTENTION_KINDS.join(", ")}` })
    .optional()
    .describe("Without it, all kinds"),
  limit: wholeText(LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`).default(50),
  cursor: z.string({ error: "must be given once" }).max(300, { error: CURSOR_ERROR }).optional(),
});

/** A page of what needs a person. */
export const attentionPageSchema = z
  .object({
    counts: z.object({ paidTwice: z.int(), contradicted: z.int(), review: z.int() }),
    data: z.array(
      z.object({
        kind: z.enum(ATTENTION_KINDS),
        whatToDo: z.string(),
        topup: topupViewSchema,
      }),
    ),
    nextCursor: z.string().nullable().describe("For the `cursor` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "AttentionPage" });

const WHAT_TO_DO: Readonly<Record<AttentionKind, string>> = {
  "paid-twice":
    "Write to Reloadly with the transactionIds in extraDebits. Then accept it, with the reason (accept-contradiction).",
  contradicted:
    "Compare it with Reloadly, and claim the money back or pay what is missing. Then accept it (accept-contradiction).",
  review:
    "Give a verdict (resolve). GET /v1/topups?state=review shows what is known of each, GET /v1/attention/reviews groups " +
    "them by cause, for one verdict on all of a group.",
};

export type AttentionDeps = {
  ledger: Pick<PromptLedger, "list" | "records" | "countInReview">;
  extraDebits: Pick<ExtraDebits, "counts" | "list">;
};

/** `GET /v1/attention`: everything that waits for a person, a page at a time. Recipients are masked. */
export const listAttention =
  ({ ledger, extraDebits }: AttentionDeps) =>
  async ({ kind, limit, cursor }: z.output<typeof attentionQuerySchema>): Promise<HttpResult> => {
    const [contradictions, review] = await Promise.all([extraDebits.counts(), ledger.countInReview()]);
    const counts = { paidTwice: contradictions["paid-twice"], contradicted: contradictions.contradicted, review };
    const kinds = kind === undefined ? ATTENTION_KINDS : [kind];
    const from = placeOf(cursor, kinds);
    const data: { kind: AttentionKind; whatToDo: string; topup: unknown }[] = [];
    let next: string | null = null;
    for (const one of kinds.slice(kinds.indexOf(from.kind))) {
      const after = one === from.kind ? from.after : undefined;
      const page = await pageOf({ ledger, extraDebits }, one, { limit: limit - data.length, after });
      for (const record of page.records)
        data.push({ kind: one, whatToDo: WHAT_TO_DO[one], topup: maskedTopupView(record) });
      if (page.next !== undefined) next = `${one}:${page.next}`;
      else if (data.length >= limit) next = kinds[kinds.indexOf(one) + 1] ?? null;
      if (next !== null) break;
    }
    return { status: 200, json: { counts, data, nextCursor: next, hasMore: next !== null } };
  };

function placeOf(cursor: string | undefined, kinds: readonly AttentionKind[]) {
  if (cursor === undefined) return { kind: kinds[0] ?? "review", after: undefined };
  const [name, after] = cursor.split(/:(.*)/s);
  const kind = kinds.find((one) => one === name);
  if (kind === undefined) throw cursorProblem();
  return { kind, after: after === "" ? undefined : after };
}

type Page = { records: TopupRecord[]; next?: string | undefined };

async function pageOf(
  { ledger, extraDebits }: AttentionDeps,
  kind: AttentionKind,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<Page> {
  if (kind === "review") {
    try {
      const page = after === undefined ? { limit } : { limit, cursor: after };
      const { records, nextCursor } = await ledger.list({ state: "review" }, page);
      return { records, next: nextCursor };
    } catch (error) {
      if (error instanceof RangeError) throw cursorProblem();
      throw error;
    }
  }
  return contradictions({ ledger, extraDebits }, kind, { limit, after });
}

/** By place: what is accepted leaves the list, and what was behind it may be shown once less. */
async function contradictions(
  { ledger, extraDebits }: AttentionDeps,
  kind: ContradictionKind,
  { limit, after = "0" }: { limit: number; after: string | undefined },
): Promise<Page> {
  if (!/^\d{1,9}$/.test(after)) throw cursorProblem();
  const start = Number(after);
  const references = await extraDebits.list(kind, { start, limit: limit + 1 });
  const records = await ledger.records(references.slice(0, limit));
  return references.length > limit ? { records, next: String(start + limit) } : { records };
}

function cursorProblem() {
  return validationFailed([{ parameter: "cursor", code: "invalid", detail: CURSOR_ERROR }]);
}
