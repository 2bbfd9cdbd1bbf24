import { campaignIdSchema } from "@surefill/topup-store";
import { z } from "zod";
import { type Route, route } from "../../http/route.js";
import { planDocument } from "./plan-document.js";
import type { RowDeps } from "./planned-file.js";
import { problemsFile } from "./problems-file.js";
import { listRows, listRowsQuerySchema, rowPageSchema } from "./read-rows.js";
import { resultsFile } from "./results-file.js";
import { WORKBOOK_TYPE } from "./table-attachment.js";
import { tableQuerySchema } from "./table-form.js";

const params = z.object({ id: campaignIdSchema.describe("The campaign's id") });
const problems = ["campaign_not_found", "campaign_state_conflict", "campaign_forgotten", "validation_failed"] as const;
const workbook = { schema: z.string().meta({ format: "binary" }), contentType: WORKBOOK_TYPE };
const csv = { schema: z.string(), contentType: "text/csv" };

const downloaded =
  (file: string) =>
  ({ params: { id } }: { params: { id: string } }) =>
    ({ action: "campaign.downloaded", target: { kind: "campaign", id }, after: { file } }) as const;

const common = { method: "get" as const, permission: "reveal" as const, params, problems };

/** The rows of the route table that concern the rows of campaigns. */
export function rowRoutes(deps: RowDeps): Route[] {
  return [...tableRoutes(deps), ...fileRoutes(deps)];
}

function tableRoutes(deps: RowDeps): Route[] {
  return [
    route({
      ...common,
      permission: "read",
      path: "/v1/campaigns/:id/rows",
      operationId: "listCampaignRows",
      summary: "The rows of a campaign, with what became of them",
      description: "In the order of the file; recipients are masked.",
      query: listRowsQuerySchema,
      responses: { 200: { description: "One page", schema: rowPageSchema } },
      handle: ({ params: { id }, query }) => listRows(deps)({ id, ...query }),
    }),
    route({
      ...common,
      path: "/v1/campaigns/:id/problems.csv",
      operationId: "getCampaignProblems",
      summary: "The rows that are not sent, as CSV",
      description: "The file's own columns, then `problem` and `hint`. Mended, the file can be uploaded as it is.",
      query: tableQuerySchema,
      responses: { 200: { description: "A CSV file, streamed", ...csv } },
      audit: downloaded("problems.csv"),
      handle: ({ params: { id }, query }) => problemsFile(deps)({ id, ...query }),
    }),
    route({
      ...common,
      path: "/v1/campaigns/:id/results.csv",
      operationId: "getCampaignResults",
      summary: "What became of every row, as CSV",
      description:
        "At any moment: the file's own columns, then state, reason, reference, transactionId, cost and currency, what " +
        "was delivered, the PIN where the operator issues one, and times. Formulas are made harmless. A file that ends " +
        "before its last row was cut; ask again.",
      query: tableQuerySchema,
      responses: { 200: { description: "A CSV file, streamed", ...csv } },
      audit: downloaded("results.csv"),
      handle: ({ params: { id }, query }) => resultsFile(deps)({ id, ...query }),
    }),
  ];
}

function fileRoutes(deps: RowDeps): Route[] {
  return [
    route({
      ...common,
      path: "/v1/campaigns/:id/problems.xlsx",
      operationId: "getCampaignProblemsWorkbook",
      summary: "The rows that are not sent, as an Excel workbook",
      description: "As `problems.csv` with `format=xlsx`.",
      responses: { 200: { description: "A workbook, streamed", ...workbook } },
      audit: downloaded("problems.xlsx"),
      handle: ({ params: { id } }) => problemsFile(deps)({ id }, "xlsx"),
    }),
    route({
      ...common,
      path: "/v1/campaigns/:id/results.xlsx",
      operationId: "getCampaignResultsWorkbook",
      summary: "What became of every row, as an Excel workbook",
      description: "As `results.csv` with `format=xlsx`. Amounts are numbers, everything else is text.",
      responses: { 200: { description: "A workbook, streamed", ...workbook } },
      audit: downloaded("results.xlsx"),
      handle: ({ params: { id } }) => resultsFile(deps)({ id }, "xlsx"),
    }),
    route({
      ...common,
      path: "/v1/campaigns/:id/plan.json",
      operationId: "getCampaignPlan",
      summary: "The plan, row by row, as it was hashed",
      description:
        "`basis`, the chunks (each in a line of its own) and `end` are what `planHash` was made over; `summary` is what " +
        "the campaign shows. Streamed.",
      responses: { 200: { description: "A JSON document", schema: z.record(z.string(), z.unknown()) } },
      audit: downloaded("plan.json"),
      handle: ({ params: { id } }) => planDocument(deps)({ id }),
    }),
  ];
}
