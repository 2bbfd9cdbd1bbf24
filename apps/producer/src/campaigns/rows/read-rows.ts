import {
  CHUNK_ROWS,
  formatUnits,
  type PlannedRow,
  placeOfRow,
  ROW_STATES,
  type RowState,
  UNFED_ROW_STATES,
} from "@surefill/campaign";
import { maskEmail, maskPhone } from "@surefill/topup";
import { UNTAKEN_STATES, type UntakenState } from "@surefill/topup-store";
import { z } from "zod";
import { validationFailed } from "../../http/problem.js";
import type { HttpResult } from "../../http/result.js";
import { timeOrNull } from "../campaign-time.js";
import { findCampaign } from "../find-campaign.js";
import { cursorChecked, pageCursorSchema, pageLimitSchema } from "../list-campaigns.js";
import {
  type JudgedCells,
  type PlannedFile,
  plannedFileOf,
  type RowDeps,
  readJudgedCells,
  readOutcomes,
  type SentRow,
} from "./planned-file.js";

import { linesOfRows } from "./row-lines.js";
import { outcomeOfTopup } from "./row-outcome.js";

const STATES = [...ROW_STATES, ...UNFED_ROW_STATES] as const;
type AnyRowState = (typeof STATES)[number];

/** The query of the rows of a campaign. */
export const listRowsQuerySchema = z.strictObject({
  state: z
    .enum(STATES, { error: `must be one of ${STATES.join(", ")}` })
    .optional()
    .describe("Without it, all rows"),
  cursor: pageCursorSchema.optional(),
  limit: pageLimitSchema.default(50),
});

const text = z.string().nullable();

/** A row as the API shows it. */
export const rowSchema = z
  .object({
    row: z.int().describe("Counts the file's data rows from 1"),
    line: z.int().nullable().describe("The line of the file that the row begins on, counted from 1"),
    state: z.enum(STATES),
    reason: text.describe("Why: the provider's code, the closed gate, or ours"),
    reference: text.describe("The top-up's reference; null for a row that is not sent"),
    phone: text.describe("Masked; null for a row that names an e-mail address"),
    email: text.describe("Masked; the Nauta account of a row that names one"),
    countryCode: text,
    operatorId: z.int().nullable(),
    amount: text,
    useLocalAmount: z.boolean().nullable(),
    transactionId: z.int().nullable(),
    cost: text.describe("What was debited, or, before that, null"),
    costCurrency: text,
    extraTransactionIds: z
      .array(z.int())
      .describe("Transactions that Reloadly debited for it beyond that, or may have"),
    extraCost: text.describe("What these debited, in the account's currency; null where there are none"),
    delivered: text,
    deliveredCurrency: text,
    problems: z.array(z.object({ code: z.string(), hint: z.string() })).describe("Why the row is not sent"),
    acceptedAt: text,
    finalAt: text,
  })
  .meta({ id: "CampaignRow" });

type RowView = Omit<z.output<typeof rowSchema>, "line">;

/** A page of rows. */
export const rowPageSchema = z
  .object({
    data: z.array(rowSchema).describe("May be shorter than the limit, or empty, although there is more"),
    nextCursor: z.string().nullable().describe("For the `cursor` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "CampaignRowPage" });

type Page = { limit: number; cursor?: string | undefined };

/** `GET /v1/campaigns/{id}/rows`: rows in the order of the file, a page at a time. Recipients are masked. */
export const listRows =
  (deps: RowDeps) =>
  async ({ id, state, ...page }: { id: string } & z.output<typeof listRowsQuerySchema>): Promise<HttpResult> => {
    const file = await plannedFileOf(deps, await findCampaign(deps.campaigns, id));
    const indexed = state === undefined ? undefined : indexedState(state);
    const found =
      indexed === undefined ? await walkRows(deps, file, state, page) : await indexedRows(deps, file, indexed, page);
    const { rows, nextCursor = null } = found;
    const lines = await linesOfRows(
      deps,
      file,
      rows.map(({ row }) => row),
    );
    const data = rows.map(({ row, ...view }) => ({ row, line: lines.get(row) ?? null, ...view }));
    return { status: 200, json: { data, nextCursor, hasMore: nextCursor !== null } };
  };

/** The states that the campaign keeps an index of. */
function indexedState(state: AnyRowState): RowState | UntakenState | undefined {
  return [...ROW_STATES, ...UNTAKEN_STATES].find((known) => known === state);
}

type Found = { rows: RowView[]; nextCursor?: string };

async function indexedRows(
  deps: RowDeps,
  file: PlannedFile,
  state: RowState | UntakenState,
  { limit, cursor }: Page,
): Promise<Found> {
  const page = cursor === undefined ? { limit } : { limit, cursor };
  const found = await cursorChecked(() => deps.campaigns.rows(file.campaign.id, state, page));
  const isTaken = ROW_STATES.some((one) => one === state);
  const views = isTaken ? await takenViews(deps, found.references) : await untakenViews(deps, file, found.rows);
  return found.nextCursor === undefined ? { rows: views } : { rows: views, nextCursor: found.nextCursor };
}

/** Rows by their top-ups. Those that have left the state since the index was read are told as they are now. */
async function takenViews({ ledger }: RowDeps, references: readonly string[]): Promise<RowView[]> {
  return (await ledger.records(references)).map((record) => {
    const { reference, row = 0, operatorId = 0, request } = record;
    const { amount, useLocalAmount, recipientPhone, recipientEmail } = request;
    const countryCode = recipientPhone?.countryCode ?? (recipientEmail === undefined ? "" : "CU");
    const recipient = recipientPhone?.number ?? recipientEmail ?? "";
    const planned = { row, recipient, countryCode, operatorId, amount, useLocalAmount };
    return sentView({ reference, planned, outcome: outcomeOfTopup(record) });
  });
}

/** Rows whose references belong to other top-ups, by the plan. */
async function untakenViews(deps: RowDeps, file: PlannedFile, rows: readonly number[]): Promise<RowView[]> {
  const wanted = new Set(rows);
  const planned: PlannedRow[] = [];
  for (const chunk of new Set(rows.map((row) => placeOfRow(row).chunk))) {
    for (const judged of (await deps.campaigns.plans.read(file.campaign.id, file.plan.version, chunk)) ?? []) {
      if (judged.kind === "planned" && wanted.has(judged.planned.row)) planned.push(judged.planned);
    }
  }
  return (await readOutcomes(deps, file, planned)).map(sentView);
}

/** How many chunks one request looks through for rows of a state that no index has. */
const CHUNKS_WALKED_MAX = 20;

/** Goes through the file until the page is full, the file ends, or enough was looked at. */
async function walkRows(
  deps: RowDeps,
  file: PlannedFile,
  state: AnyRowState | undefined,
  { limit, cursor = "0" }: Page,
): Promise<Found> {
  if (!/^\d{1,10}$/.test(cursor)) {
    throw validationFailed([{ parameter: "cursor", code: "invalid", detail: "is not one that this list gave out" }]);
  }
  const after = Number(cursor);
  const firstChunk = Math.floor(after / CHUNK_ROWS);
  const lastChunk = Math.min(file.chunks, firstChunk + CHUNKS_WALKED_MAX);
  const rows: RowView[] = [];
  for (let chunk = firstChunk; chunk < lastChunk; chunk += 1) {
    const judged = (await readJudgedCells(deps, file, chunk)).filter(({ row }) => row > after);
    for (const view of await viewsOf(deps, file, judged)) {
      if (state !== undefined && view.state !== state) continue;
      const last = rows.at(-1);
      if (rows.length === limit && last !== undefined) return { rows, nextCursor: String(last.row) };
      rows.push(view);
    }
  }
  return lastChunk === file.chunks ? { rows } : { rows, nextCursor: String(lastChunk * CHUNK_ROWS) };
}

async function viewsOf(deps: RowDeps, file: PlannedFile, rows: readonly JudgedCells[]): Promise<RowView[]> {
  const planned = rows.flatMap(({ judged }) => (judged.kind === "planned" ? [judged.planned] : []));
  const sent = new Map((await readOutcomes(deps, file, planned)).map((row) => [row.planned.row, row]));
  return rows.flatMap(({ row, judged }) => {
    if (judged.kind === "rejected") return [rejectedView(row, judged.rejected.problems)];
    const of = sent.get(row);
    return of === undefined ? [] : [sentView(of)];
  });
}

const NOTHING = {
  transactionId: null,
  cost: null,
  costCurrency: null,
  extraTransactionIds: [],
  extraCost: null,
  delivered: null,
  deliveredCurrency: null,
  acceptedAt: null,
  finalAt: null,
} satisfies Partial<RowView>;

function rejectedView(row: number, problems: ReadonlyArray<{ code: string; hint: string }>): RowView {
  return {
    row,
    state: "not-sent",
    reason: problems[0]?.code ?? null,
    reference: null,
    phone: null,
    email: null,
    countryCode: null,
    operatorId: null,
    amount: null,
    useLocalAmount: null,
    ...NOTHING,
    problems: problems.map(({ code, hint }) => ({ code, hint })),
  };
}

type ShownRow = Omit<SentRow, "planned"> & { planned: Omit<PlannedRow, "costUnits" | "reserveUnits"> };

function sentView({ reference, planned, outcome }: ShownRow): RowView {
  const { row, recipient, countryCode, operatorId, amount, useLocalAmount } = planned;
  const { state, reason = null, transactionId = null, settlement = {}, acceptedAtMs, finalAtMs, extra } = outcome;
  const { cost = null, costCurrency = null, delivered = null, deliveredCurrency = null } = settlement;
  return {
    row,
    state,
    reason,
    reference,
    phone: recipient.includes("@") ? null : maskPhone(recipient),
    email: recipient.includes("@") ? maskEmail(recipient) : null,
    countryCode,
    operatorId,
    amount,
    useLocalAmount,
    transactionId,
    cost,
    costCurrency,
    extraTransactionIds: [...(extra?.transactionIds ?? [])],
    extraCost: extra === undefined ? null : formatUnits(extra.units),
    delivered,
    deliveredCurrency,
    problems: [],
    acceptedAt: timeOrNull(acceptedAtMs),
    finalAt: timeOrNull(finalAtMs),
  };
}
