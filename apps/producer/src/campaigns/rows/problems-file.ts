import { columnsWithOurs, type Problem, REJECT_COLUMNS } from "@surefill/campaign";
import type { FileFormat } from "@surefill/topup-store";
import type { HttpResult } from "../../http/result.js";
import { findCampaign } from "../find-campaign.js";
import { padded } from "./csv.js";
import { plannedFileOf, type RowDeps, readJudgedCells } from "./planned-file.js";
import { tableAttachment } from "./table-attachment.js";
import { amountColumn, type TableQuery, tableFormOf } from "./table-form.js";

/**
 * `GET /v1/campaigns/{id}/problems.csv`: the rows that are not sent, with the file's own columns, and behind them what is
 * wrong and how to mend it. Mended, the file can be uploaded as it is.
 */
export const problemsFile =
  (deps: RowDeps) =>
  async ({ id, ...asked }: { id: string } & TableQuery, format: FileFormat = "csv"): Promise<HttpResult> => {
    const file = await plannedFileOf(deps, await findCampaign(deps.campaigns, id));
    const width = file.upload.columns.length;
    const linesOf = async (chunk: number) => {
      const rows = await readJudgedCells(deps, file, chunk);
      return rows.flatMap(({ cells, judged }) => {
        if (judged.kind !== "rejected") return [];
        return [rejectedCells(cells, width, judged.rejected.problems)];
      });
    };
    const form = tableFormOf(file, asked, format);
    const header = columnsWithOurs(file.upload.columns, REJECT_COLUMNS);
    return tableAttachment({
      name: `${id}-problems`,
      title: "Problems",
      header,
      rowsMax: file.plan.rows.total - file.plan.rows.planned,
      chunks: file.chunks,
      linesOf,
      form,
      numbers: new Set([amountColumn(file)]),
    });
  };

/**
 * The cells of a refused row in a file of so many columns, behind them what is wrong. Cells that stand under no column
 * come last: without them the row would look whole when it comes back, and 1,000 would be sent as 1.
 */
export function rejectedCells(
  cells: readonly string[],
  width: number,
  problems: readonly Pick<Problem, "code" | "hint">[],
): string[] {
  const told = [problems.map(({ code }) => code).join(" "), problems.map(({ hint }) => hint).join("; ")];
  const beyond = cells.slice(width);
  return [...padded(cells, width), ...told, ...(beyond.some((cell) => cell.trim() !== "") ? beyond : [])];
}
