import { ACTOR_KINDS, AUDIT_ACTION_NAMES, type AuditEntry, auditEntrySchema, endLine } from "@surefill/access";
import type { Clock } from "@surefill/runtime";
import type { AuditLog } from "@surefill/topup-store";
import { z } from "zod";
import { wholeText } from "../http/query.js";
import type { HttpResult } from "../http/result.js";
import { type Route, route } from "../http/route.js";
import { promptly } from "../prompt-ledger.js";

/** What the routes of the audit log need. */
export type AuditLogRouteDeps = { auditLog: Pick<AuditLog, "read" | "head">; clock: Clock };

const NUMBER_WANTED = "must be the number of an entry";
const text = (most: number) => z.string({ error: "must be given once" }).min(1).max(most, { error: "is too long" });

const time = z.iso.datetime({ error: "must be a time in UTC such as 2027-03-31T00:00:00Z" }).transform(Date.parse);

const pageQuerySchema = z.strictObject({
  before: wholeText(Number.MAX_SAFE_INTEGER, NUMBER_WANTED).optional().describe("Entries before this number"),
  limit: wholeText(200, "must be a whole number from 1 to 200").optional().describe("How many entries; 50 without it"),
  action: z.enum(AUDIT_ACTION_NAMES, { error: "must be an action of the audit log" }).optional(),
  by: text(60).optional().describe("The name of who acted, such as person:ada, or that of a key"),
  kind: z.enum(ACTOR_KINDS, { error: `must be one of ${ACTOR_KINDS.join(", ")}` }).optional(),
  target: text(200).optional().describe("The id of what was acted on"),
  since: time.optional().describe("Entries of this time or later"),
  until: time.optional().describe("Entries before this time"),
});

const pageSchema = z
  .object({
    data: z.array(auditEntrySchema.meta({ id: "AuditEntry" })),
    nextBefore: z.number().int().nullable().describe("For the `before` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "AuditPage" });

const exportQuerySchema = z.strictObject({
  from: wholeText(Number.MAX_SAFE_INTEGER, NUMBER_WANTED).optional().describe("The first entry's number; 1 without it"),
});

/** The rows of the route table that concern the audit log. */
export function auditLogRoutes(deps: AuditLogRouteDeps): Route[] {
  return [
    route({
      method: "get",
      path: "/v1/audit-log",
      permission: "people",
      operationId: "listAuditLog",
      summary: "Who did what, newest first",
      description:
        "Every filter that is given must fit. Under a filter a page may be short, or empty, although there is more.",
      query: pageQuerySchema,
      responses: { 200: { description: "One page", schema: pageSchema } },
      problems: ["validation_failed"],
      handle: ({ query }) => page(deps, query),
    }),
    route({
      method: "get",
      path: "/v1/audit-log/export",
      permission: "people",
      operationId: "exportAuditLog",
      summary: "The whole audit log, oldest first, one JSON object a line",
      description:
        "Check it with `surefill audit-log verify FILE`. The last line says where the export ends; without it, it was cut.",
      query: exportQuerySchema,
      responses: { 200: { description: "NDJSON, streamed", schema: z.string(), contentType: "application/x-ndjson" } },
      problems: ["validation_failed"],
      audit: ({ query }) => ({ action: "audit-log.exported", after: { from: query.from ?? 1 } }),
      handle: ({ query }) => exportLog(deps, query.from ?? 1),
    }),
  ];
}

const CHUNK_ENTRIES = 500;
/** So much is looked at for one page. */
const SCANNED_MAX = 5_000;

/** Goes back through the log. Numbers have no gaps, so a chunk is asked for by them. */
async function page(
  { auditLog, clock }: AuditLogRouteDeps,
  query: z.output<typeof pageQuerySchema>,
): Promise<HttpResult> {
  const { limit = 50 } = query;
  const { head } = await promptly(clock, () => auditLog.head());
  let before = Math.min(query.before ?? head.number + 1, head.number + 1);
  const data: AuditEntry[] = [];
  const { action, by, kind, target, since, until } = query;
  const isFiltered = [action, by, kind, target, since, until].some((filter) => filter !== undefined);
  const chunk = isFiltered ? CHUNK_ENTRIES : limit;
  for (let scanned = 0; scanned < SCANNED_MAX && data.length < limit && before > 1; scanned += chunk) {
    const from = Math.max(1, before - chunk);
    const entries = await promptly(clock, () => auditLog.read(from, before - from));
    const ofChunk = entries.filter(({ number }) => number < before);
    for (const entry of ofChunk.reverse()) {
      if (data.length === limit) break;
      before = entry.number;
      if (passes(query, entry)) data.push(entry);
    }
    if (ofChunk.length === 0)
      before = 1; // What is older is no longer kept.
    else if (data.length < limit) before = from;
  }
  const hasMore = before > 1;
  return { status: 200, json: { data, nextBefore: hasMore ? before : null, hasMore } };
}

function passes(
  { action, by, kind, target, since, until }: z.output<typeof pageQuerySchema>,
  entry: AuditEntry,
): boolean {
  return (
    (action === undefined || entry.action === action) &&
    (by === undefined || entry.by.name === by) &&
    (kind === undefined || entry.by.kind === kind) &&
    (target === undefined || entry.target?.id === target) &&
    (since === undefined || Date.parse(entry.at) >= since) &&
    (until === undefined || Date.parse(entry.at) < until)
  );
}

/** Writes the log as it is at this moment: what is added while the reader reads is in the next export. */
async function exportLog({ auditLog, clock }: AuditLogRouteDeps, from: number): Promise<HttpResult> {
  const { head } = await promptly(clock, () => auditLog.head());
  return {
    status: 200,
    headers: { "content-disposition": 'attachment; filename="audit-log.ndjson"' },
    contentType: "application/x-ndjson",
    stream: async (out) => {
      let next = from;
      let last: AuditEntry | undefined;
      const summary = { entries: 0, first: null as number | null };
      while (next <= head.number) {
        const entries = await promptly(clock, () => auditLog.read(next, CHUNK_ENTRIES));
        const wanted = entries.filter(({ number }) => number <= head.number);
        if (wanted.length === 0) break;
        await out.write(wanted.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
        summary.first ??= wanted[0]?.number ?? null;
        summary.entries += wanted.length;
        last = wanted.at(-1);
        next = (last?.number ?? head.number) + 1;
      }
      return `${endLine({ ...summary, last: last === undefined ? null : { number: last.number, hash: last.hash } })}\n`;
    },
  };
}
