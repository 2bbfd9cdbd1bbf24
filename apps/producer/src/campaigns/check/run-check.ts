import { createHash, randomInt } from "node:crypto";
import {
  CHUNK_ROWS,
  createCatalogue,
  createJudge,
  createRowReader,
  defaultRunOf,
  defaultRunText,
  FileTotal,
  hashPlanChunk,
  hashPlanEnd,
  hashPlanStart,
  type JudgedRow,
  type JudgeRules,
  type KnownOfRow,
  PlanTally,
  type ReadRow,
  type RowReader,
  type Units,
  writePlanChunk,
} from "@surefill/campaign";
import type { ReloadlyClient } from "@surefill/reloadly-client";
import type { Clock } from "@surefill/runtime";
import type {
  Campaign,
  Campaigns,
  Ledger,
  OperatorMemory,
  PaymentHistory,
  UploadRow,
  Uploads,
} from "@surefill/topup-store";
import { othersTurn } from "../others-turn.js";
import { CheckImpossible, CheckOvertaken } from "./check-impossible.js";
import { createDetector } from "./detect-operators.js";
import { linesOf, refuseChoices, requireEveryRow, requireTotal } from "./file-of-check.js";
import { createRowLookUp, type LookUpRows } from "./known-of-rows.js";
import type { CatalogueSource } from "./read-catalogue.js";
import { createRetrySelection, type RetrySelection, type SelectedRows } from "./retry-selection.js";
import { ahead, BoundedWrites, type Turns } from "./work-in-flight.js";

/** What a check needs. */
export type CheckParts = {
  campaigns: Pick<Campaigns, "find" | "noteChecked" | "finishCheck" | "nowMs" | "plans">;
  uploads: Pick<Uploads, "get" | "readChunk">;
  ledger: Pick<Ledger, "recipientHash" | "contentDigest" | "records">;
  history: Pick<PaymentHistory, "recentPayments" | "usedReferences" | "contradicted">;
  memory: Pick<OperatorMemory, "detected" | "keepDetected">;
  catalogue: CatalogueSource;
  client: Pick<ReloadlyClient, "detectOperator">;
  questions: Turns;
  clock: Pick<Clock, "monotonicMs">;
  /** The limit for the value of one top-up. */
  topupMaxUnits: Units;
};

/** How far a check is: written by whoever runs it, for whoever tells it. */
export type CheckProgress = { rowsChecked: number };

/** Chunks that are read and looked up ahead of the one that is judged, and chunks that are being written. */
const AHEAD_MAX = 2;
const WRITING_MAX = 4;
/** Rows between which others get a turn: a few milliseconds. */
const SLICE_ROWS = 100;
const NOTE_EVERY_MS = 1_000;

/**
 * Judges every row of a campaign's file and completes its plan. Chunk by chunk, in memory that grows with a few bytes a
 * row only, and with a turn for others every few milliseconds. Throws `CheckImpossible`, `CheckOvertaken`, a
 * `provider_…` problem or a `LedgerUnavailableError`; then the plan is incomplete, and void.
 */
export async function runCheck(
  parts: CheckParts,
  campaign: Campaign,
  { progress, signal }: { progress: CheckProgress; signal: AbortSignal },
): Promise<void> {
  const { campaigns } = parts;
  const { id, mapping, options, limits } = campaign;
  const planVersion = campaign.check?.planVersion ?? 0;
  const upload = await parts.uploads.get(campaign.upload);
  if (upload === undefined) throw new CheckImpossible(`The upload ${campaign.upload} is gone; upload the file again.`);
  refuseChoices(upload, campaign);
  const run = runOf(campaign, upload.sha256);

  const operators = await parts.catalogue.recent(signal);
  const currency = operators[0]?.accountCurrency;
  if (currency === undefined) throw new CheckImpossible("Reloadly lists no operators for this account.");
  const rules: JudgeRules = {
    catalogue: createCatalogue(operators),
    accountCurrency: currency,
    options,
    limits,
    topupMaxUnits: parts.topupMaxUnits,
    seed: randomInt(2 ** 32),
    file: { rowsExpected: upload.rows, namesReferences: mapping.reference !== undefined },
  };
  const nowMs = await campaigns.nowMs();
  const lookUp = createRowLookUp({ ...parts, detect: createDetector(parts), rules, options, run, campaign: id, nowMs });
  const select = await createRetrySelection(parts, campaign);
  const reader = createRowReader({ ...upload, mapping, options, run });
  const sum = options.expectedTotal && new FileTotal(options.expectedTotal, currency);

  const judge = createJudge(rules);
  const tally = new PlanTally();
  const hash = createHash("sha256");
  hashPlanStart(hash, { uploadSha256: upload.sha256, mapping, options, run });
  const writing = new BoundedWrites(WRITING_MAX);
  let notedAtMs = parts.clock.monotonicMs();
  const prepare = (chunk: number) => prepareChunk({ parts, upload: upload.id, chunk, reader, select, lookUp }, signal);
  for await (const { chunk, rows } of ahead(Math.ceil(upload.rows / CHUNK_ROWS), AHEAD_MAX, prepare)) {
    signal.throwIfAborted();
    const judged: JudgedRow[] = [];
    for (const [index, row] of rows.entries()) {
      if (index % SLICE_ROWS === SLICE_ROWS - 1) await othersTurn();
      if (row === undefined) {
        judged.push({ kind: "left-out" });
        tally.leaveOut();
        continue;
      }
      const verdict = judge.judge(row.read, row.known);
      tally.add(verdict, row.line);
      sum?.add(row.read, verdict.operator);
      judged.push(verdict.judged);
    }
    const text = writePlanChunk(judged);
    hashPlanChunk(hash, text);
    await writing.add(() => campaigns.plans.write(id, planVersion, chunk, text));
    progress.rowsChecked = Math.min(upload.rows, (chunk + 1) * CHUNK_ROWS);
    if (parts.clock.monotonicMs() - notedAtMs < NOTE_EVERY_MS) continue;
    notedAtMs = parts.clock.monotonicMs();
    if (!(await campaigns.noteChecked(id, planVersion, progress))) throw new CheckOvertaken();
  }
  await writing.end();
  requireTotal(sum);
  hashPlanEnd(hash, { currency, prices: tally.prices(), total: tally.total() });
  const summary = tally.summary({ planHash: hash.digest("hex"), run, currency, ...linesOf(upload) });
  requireEveryRow(summary, upload);
  const finished = await campaigns.finishCheck(id, planVersion, summary);
  if (finished.kind !== "changed" && finished.kind !== "unchanged") throw new CheckOvertaken();
}

/** What the references of a campaign's rows are derived from: what a person named, or the file's own content. */
export function runOf({ options, mapping }: Pick<Campaign, "options" | "mapping">, uploadSha256: string): string {
  if (options.run !== undefined) return options.run;
  return defaultRunOf(createHash("sha256").update(defaultRunText(uploadSha256, mapping)).digest("hex"));
}

/** A row that is ready to be judged; `undefined` for one that the campaign does not concern. */
type ReadyRow = { read: ReadRow; known: KnownOfRow; line: number } | undefined;

type ChunkWork = {
  parts: CheckParts;
  upload: string;
  chunk: number;
  reader: RowReader;
  select: RetrySelection | undefined;
  lookUp: LookUpRows;
};

async function prepareChunk(
  { parts, upload, chunk, reader, select, lookUp }: ChunkWork,
  signal: AbortSignal,
): Promise<{ chunk: number; rows: ReadyRow[] }> {
  const [cells, selected] = await Promise.all([parts.uploads.readChunk(upload, chunk), select?.(chunk)]);
  if (cells === undefined) throw new CheckImpossible("A part of the upload is gone; upload the file again.");
  const reads: { read: ReadRow; line: number; index: number }[] = [];
  for (const [index, row] of cells.entries()) {
    if (index % SLICE_ROWS === SLICE_ROWS - 1) await othersTurn();
    const read = readRow(reader, chunk * CHUNK_ROWS + index + 1, row, selected);
    if (read !== undefined) reads.push({ read, line: row.line, index });
  }
  const known = await lookUp(
    reads.map(({ read }) => read),
    signal,
  );
  const rows: ReadyRow[] = cells.map(() => undefined);
  for (const [position, { read, line, index }] of reads.entries())
    rows[index] = { read, line, known: known[position] ?? {} };
  return { chunk, rows };
}

function readRow(
  reader: RowReader,
  row: number,
  { line, cells }: UploadRow,
  selected: SelectedRows | undefined,
): ReadRow | undefined {
  if (selected === undefined) return reader(row, cells, line);
  return selected.has(row) ? selected.prepare(reader(row, cells, line)) : undefined;
}
