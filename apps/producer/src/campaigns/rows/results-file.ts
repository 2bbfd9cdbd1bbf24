import { columnsWithOurs, debitedUnits, formatUnits, type ResultColumn, resultColumns } from "@surefill/campaign";
import type { PinDetail } from "@surefill/topup";
import type { FileFormat } from "@surefill/topup-store";
import type { HttpResult } from "../../http/result.js";
import { timeText } from "../campaign-time.js";
import { findCampaign } from "../find-campaign.js";
import { padded } from "./csv.js";
import {
  type JudgedCells,
  type PlannedFile,
  plannedFileOf,
  type RowDeps,
  readJudgedCells,
  readOutcomes,
  type SentRow,
} from "./planned-file.js";
import { tableAttachment } from "./table-attachment.js";
import { amountColumn, type TableForm, type TableQuery, tableFormOf } from "./table-form.js";

/**
 * `GET /v1/campaigns/{id}/results.csv`: every row of the file in its order, with what became of it. Each row is as of
 * the moment at which it is written. The work stops when the reader goes away.
 */
export const resultsFile =
  (deps: RowDeps) =>
  async ({ id, ...asked }: { id: string } & TableQuery, format: FileFormat = "csv"): Promise<HttpResult> => {
    const file = await plannedFileOf(deps, await findCampaign(deps.campaigns, id));
    const extra = (await deps.campaigns.extraUnits(id)) !== 0;
    const columns = resultColumns({ pins: await mayHavePins(deps, file), extra });
    const form = tableFormOf(file, asked, format);
    const linesOf = async (chunk: number) => {
      const rows = await readJudgedCells(deps, file, chunk);
      const planned = rows.flatMap(({ judged }) => (judged.kind === "planned" ? [judged.planned] : []));
      const sent = await readOutcomes(deps, file, planned);
      const outcomes = new Map(sent.map((row) => [row.planned.row, row]));
      return rows.map((row) => [
        ...padded(row.cells, file.upload.columns.length),
        ...resultCells(row, outcomes.get(row.row), { columns, form, currency: file.plan.currency }),
      ]);
    };
    const header = columnsWithOurs(file.upload.columns, columns);
    const amounts = DECIMAL_COLUMNS.map((column) => file.upload.columns.length + columns.indexOf(column));
    return tableAttachment({
      name: `${id}-results`,
      title: "Results",
      header,
      rowsMax: file.plan.rows.total,
      chunks: file.chunks,
      linesOf,
      form,
      numbers: new Set([amountColumn(file), ...amounts]),
    });
  };

/** Whether an operator of the plan issues PINs, as far as the plan knows. */
async function mayHavePins({ campaigns }: RowDeps, { campaign, plan }: PlannedFile): Promise<boolean> {
  const summary = await campaigns.plans.summary(campaign.id, plan.version);
  return summary === undefined || summary.prices.some(({ issuesPins }) => issuesPins !== false);
}

type Telling = {
  columns: readonly ResultColumn[];
  form: Pick<TableForm, "decimalMark">;
  /** The account's. */
  currency: string;
};

/** Our cells of a row, in the order of `columns`. */
export function resultCells(
  { judged }: Pick<JudgedCells, "judged">,
  sent: SentRow | undefined,
  { columns, form, currency }: Telling,
): string[] {
  if (judged.kind === "rejected" || sent === undefined) {
    const reason = judged.kind === "rejected" ? judged.rejected.problems.map(({ code }) => code).join(" ") : "";
    return columns.map((column) => ({ state: "not-sent", reason })[column as string] ?? "");
  }
  const cells = cellsOf(sent, currency);
  for (const column of DECIMAL_COLUMNS) cells[column] = (cells[column] ?? "").replace(".", form.decimalMark);
  // An operator that was not known to issue PINs did: a PIN that nobody sees is a payment that nobody gets.
  if (!columns.includes("pinCode") && sent.outcome.settlement?.pin !== undefined) {
    const { pinCode = "", pinSerial = "", pinInfo = "" } = pinCells(sent.outcome.settlement.pin);
    cells.reason = [cells.reason, `PIN ${pinCode}`, pinSerial, pinInfo].filter((text) => text !== "").join(" | ");
  }
  return columns.map((column) => cells[column] ?? "");
}

/** Columns that hold an amount of money. */
export const DECIMAL_COLUMNS = ["cost", "extraCost", "counted", "delivered"] as const satisfies readonly ResultColumn[];

function cellsOf({ reference, planned, outcome }: SentRow, currency: string): Partial<Record<ResultColumn, string>> {
  const { state, reason = "", transactionId, settlement = {}, acceptedAtMs, finalAtMs, extra } = outcome;
  const ownUnits =
    state === "succeeded" ? debitedUnits(settlement, { currency, reserveUnits: planned.reserveUnits }) : 0;
  const { cost = "", costCurrency = "", delivered = "", deliveredCurrency = "", pin } = settlement;
  return {
    state,
    reason,
    reference,
    transactionId: transactionId === undefined ? "" : String(transactionId),
    cost,
    costCurrency,
    ...(extra !== undefined && {
      extraTransactionIds: extra.transactionIds.join(" "),
      extraCost: formatUnits(extra.units),
    }),
    ...((state === "succeeded" || extra !== undefined) && { counted: formatUnits(ownUnits + (extra?.units ?? 0)) }),
    delivered,
    deliveredCurrency,
    ...(pin !== undefined && pinCells(pin)),
    acceptedAt: acceptedAtMs === undefined ? "" : timeText(acceptedAtMs),
    finalAt: finalAtMs === undefined ? "" : timeText(finalAtMs),
  };
}

/** The voucher of a PIN operator: whoever reads the file can use it. */
function pinCells({ code = "", serial = "", ...rest }: PinDetail): Partial<Record<ResultColumn, string>> {
  const { info, info1, info2, info3, value, ivr, validity } = rest;
  const told = [info, info1, info2, info3, value, ivr, validity].filter((text) => text !== undefined && text !== "");
  return { pinCode: code, pinSerial: serial, pinInfo: told.join(" | ") };
}
