import { columnsWithOurs, debitedUnits, formatUnits, RESULT_COLUMNS, type ResultColumn } from "@surefill/campaign";
import type { PinDetail } from "@surefill/topup";
import type { HttpResult, Outlet } from "../../http/result.js";
import { timeText } from "../campaign-time.js";
import { ahead } from "../check/work-in-flight.js";
import { findCampaign } from "../find-campaign.js";
import { othersTurn } from "../others-turn.js";
import { csvLines, padded } from "./csv.js";
import {
  type JudgedCells,
  type PlannedFile,
  plannedFileOf,
  type RowDeps,
  readJudgedCells,
  readOutcomes,
  type SentRow,
} from "./planned-file.js";

/** Chunks that are read while one is being taken by the reader. */
const AHEAD_MAX = 2;
/** Rows written between which others get a turn. */
const SLICE_ROWS = 100;

/**
 * `GET /v1/campaigns/{id}/results.csv`: every row of the file in its order, with what became of it. Each row is as of
 * the moment at which it is written. The work stops when the reader goes away.
 */
export const resultsFile =
  (deps: RowDeps) =>
  async ({ id }: { id: string }): Promise<HttpResult> => {
    const file = await plannedFileOf(deps, await findCampaign(deps.campaigns, id));
    const header = columnsWithOurs(file.upload.columns, RESULT_COLUMNS);
    const linesOf = async (chunk: number) => {
      const rows = await readJudgedCells(deps, file, chunk);
      const planned = rows.flatMap(({ judged }) => (judged.kind === "planned" ? [judged.planned] : []));
      const sent = await readOutcomes(deps, file, planned);
      const outcomes = new Map(sent.map((row) => [row.planned.row, row]));
      return rows.map((row) => [
        ...padded(row.cells, file.upload.columns.length),
        ...ours(row, outcomes.get(row.row), file.plan),
      ]);
    };
    return csvAttachment(`${id}-results.csv`, header, file, linesOf);
  };

/** A CSV file that is written chunk by chunk while it is taken. */
export function csvAttachment(
  name: string,
  header: readonly string[],
  { chunks }: PlannedFile,
  linesOf: (chunk: number) => Promise<string[][]>,
): HttpResult {
  return {
    status: 200,
    headers: { "content-disposition": `attachment; filename="${name}"` },
    contentType: "text/csv; charset=utf-8; header=present",
    stream: async (out) => {
      await out.write(csvLines([header]));
      for await (const rows of ahead(chunks, AHEAD_MAX, linesOf)) await writeSlices(out, rows);
      return "";
    },
  };
}

async function writeSlices(out: Outlet, rows: readonly string[][]): Promise<void> {
  for (let start = 0; start < rows.length; start += SLICE_ROWS) {
    await out.write(csvLines(rows.slice(start, start + SLICE_ROWS)));
    await othersTurn();
  }
}

function ours({ judged }: JudgedCells, sent: SentRow | undefined, plan: PlannedFile["plan"]): string[] {
  const cells: Partial<Record<ResultColumn, string>> =
    judged.kind === "rejected" || sent === undefined
      ? {
          state: "not-sent",
          reason: judged.kind === "rejected" ? judged.rejected.problems.map(({ code }) => code).join(" ") : "",
        }
      : cellsOf(sent, plan.currency);
  return RESULT_COLUMNS.map((column) => cells[column] ?? "");
}

function cellsOf({ reference, planned, outcome }: SentRow, currency: string): Partial<Record<ResultColumn, string>> {
  const { state, reason = "", transactionId, settlement = {}, acceptedAtMs, finalAtMs } = outcome;
  const { cost = "", costCurrency = "", delivered = "", deliveredCurrency = "", pin } = settlement;
  return {
    state,
    reason,
    reference,
    transactionId: transactionId === undefined ? "" : String(transactionId),
    cost,
    costCurrency,
    ...(state === "succeeded" && {
      counted: formatUnits(debitedUnits(settlement, { currency, reserveUnits: planned.reserveUnits })),
    }),
    delivered,
    deliveredCurrency,
    ...(pin !== undefined && pinCells(pin)),
    acceptedAt: acceptedAtMs === undefined ? "" : timeText(acceptedAtMs),
    finalAt: finalAtMs === undefined ? "" : timeText(finalAtMs),
  };
}

/** The voucher of a PIN operator: whoever reads the file can use it. */
function pinCells({ code = "", serial = "", ...rest }: PinDetail): Partial<Record<ResultColumn, string>> {
  const { info1, info2, info3, value, ivr, validity } = rest;
  const told = [info1, info2, info3, value, ivr, validity].filter((text) => text !== undefined && text !== "");
  return { pinCode: code, pinSerial: serial, pinInfo: told.join(" | ") };
}
