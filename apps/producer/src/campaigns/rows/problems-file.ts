import { columnsWithOurs, REJECT_COLUMNS } from "@surefill/campaign";
import type { HttpResult } from "../../http/result.js";
import { findCampaign } from "../find-campaign.js";
import { padded } from "./csv.js";
import { plannedFileOf, type RowDeps, readJudgedCells } from "./planned-file.js";
import { csvAttachment } from "./results-file.js";

/**
 * `GET /v1/campaigns/{id}/problems.csv`: the rows that are not sent, with the file's own columns, and behind them what is
 * wrong and how to mend it. Mended, the file can be uploaded as it is.
 */
export const problemsFile =
  (deps: RowDeps) =>
  async ({ id }: { id: string }): Promise<HttpResult> => {
    const file = await plannedFileOf(deps, await findCampaign(deps.campaigns, id));
    const width = file.upload.columns.length;
    const linesOf = async (chunk: number) => {
      const rows = await readJudgedCells(deps, file, chunk);
      return rows.flatMap(({ cells, judged }) => {
        if (judged.kind !== "rejected") return [];
        const { problems } = judged.rejected;
        const told = [problems.map(({ code }) => code).join(" "), problems.map(({ hint }) => hint).join("; ")];
        return [[...padded(cells, width), ...told]];
      });
    };
    return csvAttachment(`${id}-problems.csv`, columnsWithOurs(file.upload.columns, REJECT_COLUMNS), file, linesOf);
  };
