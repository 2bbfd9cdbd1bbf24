/** Campaigns for tests: planned rows, a plan written as a check writes it, and a recount of a campaign from its records. */
import { randomUUID } from "node:crypto";
import {
  CHUNK_ROWS,
  checkOptionsSchema,
  formatUnits,
  type JudgedRow,
  limitsSchema,
  mappingSchema,
  type PlannedRow,
  type PlanSummary,
  ROW_STATES,
  type RowState,
  referenceOfRow,
} from "@surefill/campaign";
import { isFinal, type TopupRecord } from "@surefill/topup";
import { type Campaign, CampaignFeed, Campaigns, FEED_ROWS_MAX, type Fed, type Ledger } from "@surefill/topup-store";
import type { Redis } from "ioredis";
import type { z } from "zod";
import type { TestLedger } from "./test-ledger.js";

/** The run that test campaigns derive their references from. */
export const RUN = "run-1";

/** The reference of a row of a test campaign that names none. */
export function referenceAt(row: number): string {
  return referenceOfRow(RUN, { row });
}

/** A row that costs what is asked for, to a phone of its own. */
export function plannedRow(row: number, changes: Partial<PlannedRow> = {}): PlannedRow {
  return {
    row,
    recipient: String(2_348_030_000_000 + row),
    countryCode: "NG",
    operatorId: 341,
    amount: "5",
    useLocalAmount: false,
    costUnits: 500_000,
    reserveUnits: 500_000,
    ...changes,
  };
}

/** `count` rows, each made by `of` from its number. */
export function plannedRows(count: number, of: (row: number) => Partial<PlannedRow> = () => ({})): PlannedRow[] {
  return Array.from({ length: count }, (_, index) => plannedRow(index + 1, of(index + 1)));
}

const SPENDING = { face: "0", discount: "0", fee: "0", cost: "0", reserve: "0" };

function summaryOf(rows: readonly JudgedRow[], run: string): PlanSummary {
  const planned = rows.flatMap((row) => (row.kind === "planned" ? [row.planned] : []));
  const operators = [...new Set(planned.map(({ operatorId }) => operatorId))];
  const reserve = formatUnits(planned.reduce((sum, { reserveUnits }) => sum + reserveUnits, 0));
  return {
    planHash: randomUUID().replaceAll("-", "").repeat(2),
    run,
    currency: "USD",
    rows: { total: rows.length, planned: planned.length, rejected: rows.length - planned.length, leftOut: 0 },
    total: { ...SPENDING, rows: planned.length, reserve },
    byCountry: [],
    byOperator: operators.map((operatorId) => ({
      ...SPENDING,
      operatorId,
      name: `Operator ${operatorId}`,
      countryCode: "NG",
      rows: planned.filter((row) => row.operatorId === operatorId).length,
    })),
    problems: [],
    assumptions: [],
    prices: [],
  };
}

/** How many rows a tally has that were claimed by a worker at any time, unless a closed gate has sent them back. */
export function claimedRows({ rows }: { rows: Readonly<Record<string, number>> }): number {
  const claimed = ROW_STATES.filter((state) => state !== "queued" && state !== "parked");
  return claimed.reduce((sum, state) => sum + (rows[state] ?? 0), 0);
}

export type CampaignChoice = {
  limits?: z.input<typeof limitsSchema>;
  options?: z.input<typeof checkOptionsSchema>;
  run?: string;
  upload?: string;
};

/** Fast enough not to be met by tests that are about something else. */
const WIDE_LIMITS = { ratePerS: 1_000, window: 10_000, failureRules: [] };

/** Makes a campaign with a complete plan, as a check leaves it. */
export async function readyCampaign(
  campaigns: Campaigns,
  rows: readonly (PlannedRow | JudgedRow)[],
  { limits = {}, options = {}, run = RUN, upload = `upl_${randomUUID()}` }: CampaignChoice = {},
): Promise<Campaign> {
  const id = `cmp_${randomUUID().replace(/^(.{14})./, "$17")}`;
  const judged = rows.map((row): JudgedRow => ("kind" in row ? row : { kind: "planned", planned: row }));
  await campaigns.create({
    id,
    upload,
    mapping: mappingSchema.parse({ phone: "phone", amount: "amount" }),
    options: checkOptionsSchema.parse(options),
    limits: limitsSchema.parse({ ...WIDE_LIMITS, ...limits }),
  });
  const begun = await campaigns.beginCheck(id);
  if (begun.kind !== "changed") throw new Error(`the check did not begin: ${begun.kind}`);
  const version = begun.campaign.check?.planVersion ?? 0;
  for (let chunk = 0; chunk * CHUNK_ROWS < judged.length; chunk += 1) {
    await campaigns.plans.writeRows(id, version, chunk, judged.slice(chunk * CHUNK_ROWS, (chunk + 1) * CHUNK_ROWS));
  }
  const finished = await campaigns.finishCheck(id, version, summaryOf(judged, run));
  if (finished.kind !== "changed") throw new Error(`the check did not finish: ${finished.kind}`);
  return finished.campaign;
}

/** As `readyCampaign`, and starts it. */
export async function startedCampaign(
  campaigns: Campaigns,
  rows: readonly (PlannedRow | JudgedRow)[],
  choice: CampaignChoice = {},
): Promise<Campaign> {
  const { id, plan } = await readyCampaign(campaigns, rows, choice);
  const started = await campaigns.start(id, { planHash: plan?.hash ?? "" });
  if (started.kind !== "changed") throw new Error(`the campaign did not start: ${started.kind}`);
  return started.campaign;
}

/** The two halves of the store on a test ledger's records and clock. */
export function campaignStores(
  { redis, ledger }: TestLedger,
  nowMs: () => number,
  client: Redis = redis.client,
): { campaigns: Campaigns; feed: CampaignFeed } {
  const options = { prefix: redis.prefix, nowMs };
  return { campaigns: new Campaigns(client, options), feed: new CampaignFeed(client, ledger, options) };
}

/**
 * Feeds the next rows of a list that has no gaps, from where the lanes stand; one lane for each operator. `expected` is
 * told to the script, so that whoever lags behind is refused.
 */
export async function feedNext(
  feed: CampaignFeed,
  { id, plan }: Campaign,
  rows: readonly PlannedRow[],
  { limit = FEED_ROWS_MAX, horizonMs = 1_000_000_000 }: { limit?: number; horizonMs?: number } = {},
): Promise<Fed> {
  const cursors = await feed.lanes(id);
  const at = (operatorId: number) => cursors.get(operatorId) ?? 1;
  const due = rows.filter(({ row, operatorId }) => row >= at(operatorId)).slice(0, limit);
  const after = (due.at(-1)?.row ?? rows.length) + 1;
  const operators = [...new Set(rows.map(({ operatorId }) => operatorId))];
  const lanes = operators.map((operatorId) => ({
    operatorId,
    expected: at(operatorId),
    after: Math.max(after, at(operatorId)),
  }));
  return feed.feed(id, { planVersion: plan?.version ?? 0, run: plan?.run ?? "", lanes, rows: due }, horizonMs);
}

/** How a record is counted by its campaign. */
export function rowStateOf({ state, holdReason }: TopupRecord): RowState {
  return state === "held" && holdReason !== "failed" ? "parked" : state;
}

/** What a campaign's numbers must be, counted from the records themselves. */
export async function recount(
  ledger: Ledger,
  references: readonly string[],
  reserveOf: (reference: string) => number,
): Promise<{ rows: Record<RowState, number>; money: Record<RowState, number>; finals: number }> {
  const none = () => Object.fromEntries(ROW_STATES.map((state) => [state, 0])) as Record<RowState, number>;
  const counted = { rows: none(), money: none(), finals: 0 };
  for (const record of await ledger.records(references)) {
    const state = rowStateOf(record);
    counted.rows[state] += 1;
    const { cost } = record.settlement ?? {};
    const isPriced = state === "succeeded" && cost !== undefined;
    counted.money[state] += isPriced ? Math.ceil(Number((Number(cost) * 1e5).toFixed(3))) : reserveOf(record.reference);
    if (isFinal(record.state)) counted.finals += 1;
  }
  return counted;
}
