import { CHUNK_ROWS, type JudgedRow, type PlannedRow, referenceOfRow } from "@surefill/campaign";
import type { Campaign, Campaigns, Ledger, PlanHead, Upload, UploadRow, Uploads } from "@surefill/topup-store";
import { Problem } from "../../http/problem.js";
import { campaignConflict } from "../find-campaign.js";
import { outcomeOf, type RowOutcome } from "./row-outcome.js";

/** What reading the rows of a campaign needs. */
export type RowDeps = {
  campaigns: Pick<Campaigns, "find" | "plans" | "rows" | "untaken" | "extraUnits">;
  uploads: Pick<Uploads, "get" | "readChunk">;
  ledger: Pick<Ledger, "records">;
};

/** A campaign whose plan is complete, with its file. */
export type PlannedFile = { campaign: Campaign; plan: PlanHead; upload: Upload; chunks: number };

/** The plan and the file of a campaign, or the problem that says why there is none. */
export async function plannedFileOf({ uploads }: Pick<RowDeps, "uploads">, campaign: Campaign): Promise<PlannedFile> {
  const { plan } = campaign;
  if (campaign.forgottenAtMs !== undefined) throw forgotten(campaign);
  if (plan === undefined) {
    throw campaignConflict(`The campaign is ${campaign.state} and has no plan: have it checked first.`, campaign);
  }
  const upload = await uploads.get(campaign.upload);
  if (upload === undefined) throw forgotten(campaign);
  return { campaign, plan, upload, chunks: Math.ceil(upload.rows / CHUNK_ROWS) };
}

function forgotten({ id }: Campaign): Problem {
  return new Problem("campaign_forgotten", { detail: `The rows of ${id} were deleted when their time was over.` });
}

/** A row of a campaign with its cells and its verdict; rows that the campaign does not concern are left out. */
export type JudgedCells = {
  row: number;
  line: number;
  cells: readonly string[];
  judged: Exclude<JudgedRow, { kind: "left-out" }>;
};

/** The rows of one chunk, counted from 0. */
export async function readJudgedCells(
  { campaigns, uploads }: RowDeps,
  { campaign, plan, upload }: PlannedFile,
  chunk: number,
): Promise<JudgedCells[]> {
  const [cells, judged] = await Promise.all([
    uploads.readChunk(upload.id, chunk),
    campaigns.plans.read(campaign.id, plan.version, chunk),
  ]);
  if (cells === undefined || judged === undefined) throw forgotten(campaign);
  return judged.flatMap((verdict, index) => {
    const { line, cells: ofRow }: Partial<UploadRow> = cells[index] ?? {};
    if (verdict.kind === "left-out" || line === undefined || ofRow === undefined) return [];
    return [{ row: chunk * CHUNK_ROWS + index + 1, line, cells: ofRow, judged: verdict }];
  });
}

/** A planned row under its reference, with what became of it. */
export type SentRow = { reference: string; planned: PlannedRow; outcome: RowOutcome };

/** What became of planned rows, in their order, as of now. */
export async function readOutcomes(
  { campaigns, ledger }: Pick<RowDeps, "campaigns" | "ledger">,
  { campaign, plan }: Pick<PlannedFile, "campaign" | "plan">,
  rows: readonly PlannedRow[],
): Promise<SentRow[]> {
  const references = rows.map((planned) => referenceOfRow(plan.run, planned));
  const records = new Map((await ledger.records(references)).map((record) => [record.reference, record]));
  // A row whose own top-up is there was taken; of any other the campaign may have found that it must not be.
  const foreign = references.filter((reference, index) => {
    const record = records.get(reference);
    return record?.request.campaign !== campaign.id || record.row !== rows[index]?.row;
  });
  const states = await campaigns.untaken(campaign.id, foreign);
  const untaken = new Map(foreign.map((reference, index) => [reference, states[index]]));
  return rows.map((planned, index) => {
    const reference = references[index] ?? "";
    const record = records.get(reference);
    const facts = { planned, record, untaken: untaken.get(reference) };
    // Prices may have risen since the plan: it is held back what the record says.
    const { reserveUnits = planned.reserveUnits } = record?.request.campaign === campaign.id ? record : {};
    return { reference, planned: { ...planned, reserveUnits }, outcome: outcomeOf(campaign, facts) };
  });
}
