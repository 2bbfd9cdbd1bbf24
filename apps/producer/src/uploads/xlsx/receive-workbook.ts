import type { SheetFacts } from "@surefill/topup-store";
import { othersTurn } from "../../campaigns/others-turn.js";
import type { Bytes } from "../bytes.js";
import type { FoundRows, RowKeeper } from "../row-keeper.js";
import { requireWorkbook } from "../spreadsheet-kind.js";
import { UploadFault } from "../upload-fault.js";
import { columnLetters } from "./cell-place.js";
import { SharedStrings } from "./shared-strings.js";
import { type CellContext, SheetReader } from "./sheet-rows.js";
import { readWorkbook, type Sheet, type Workbook } from "./workbook.js";
import { openZip, type ZipArchive } from "./zip-archive.js";

/** What a caller says of a workbook. */
export type WorkbookWishes = {
  /** The name of the sheet to be read, or which one it is, counted from 1. */
  sheet?: string;
  /** What becomes of rows and columns that are hidden or filtered out. */
  hidden?: "include" | "skip";
};

/** A workbook lies in memory while it is read, as it came: packed. */
const PACKED_BYTES_MAX = 67_108_864;

/**
 * Reads one sheet of a workbook and hands its rows over, in memory that does not grow with the rows but for their
 * texts. Throws an `UploadFault` where it is no workbook, where it is not sure which sheet or which rows are meant, and
 * where cells are merged that hold recipients.
 */
export async function receiveWorkbook(
  file: Bytes,
  options: { wishes: WorkbookWishes; bytesMax: number; keeper: RowKeeper; ended: AbortSignal },
): Promise<{ found: FoundRows; sheet: SheetFacts }> {
  const { wishes } = options;
  const zip = await openZip(await keep(file), options);
  requireWorkbook(zip.names);
  const workbook = await readWorkbook(zip);
  const part = workbook.sharedStringsPart;
  const strings = part === undefined ? undefined : await SharedStrings.read(zip.read(part));
  const context: CellContext = { strings, formats: workbook.formats, is1904: workbook.is1904 };
  const sheet = await chooseSheet(zip, workbook, context, wishes.sheet);
  const reader = new SheetReader(context);
  const { found, hiddenRows, firstHiddenRow } = await keepRows(zip.read(sheet.part), reader, options);
  const hiddenColumns = [...reader.filledHiddenColumns].sort((left, right) => left - right).map(columnLetters);
  if (wishes.hidden === undefined) requireNothingHidden(sheet, hiddenRows, firstHiddenRow, hiddenColumns);
  requireNothingMerged(reader, found.firstRows[0]?.line ?? 1);
  const facts = {
    name: sheet.name,
    others: workbook.sheets.filter((one) => one !== sheet).map(({ name }) => name),
    hiddenRows,
    hiddenColumns,
    ...(wishes.hidden !== undefined && { hidden: wishes.hidden }),
  };
  return { found: wishes.hidden === "skip" ? withoutHidden(found, hiddenRows) : found, sheet: facts };
}

/** Stores the rows of a sheet. Lines between them that it does not name are empty. */
async function keepRows(
  part: Bytes,
  reader: SheetReader,
  { wishes, keeper }: { wishes: WorkbookWishes; keeper: RowKeeper },
): Promise<{ found: FoundRows; hiddenRows: number; firstHiddenRow: number }> {
  let [lines, hiddenRows, firstHiddenRow] = [0, 0, 0];
  try {
    for await (const read of reader.read(part)) {
      const hidden = read.filter(({ isHidden }) => isHidden);
      if (hiddenRows === 0) firstHiddenRow = hidden[0]?.line ?? 0;
      hiddenRows += hidden.length;
      lines = read.at(-1)?.line ?? lines;
      const taken = wishes.hidden === "skip" ? read.filter(({ isHidden }) => !isHidden) : read;
      await keeper.take(
        // A line break within a cell is none of the sheet's rows.
        taken.map(({ line, cells }) => ({ line, cells: shownCells(cells, reader, wishes), lineBreaks: 0 })),
        lines,
      );
      await othersTurn();
    }
    return { found: await keeper.finish(lines), hiddenRows, firstHiddenRow };
  } finally {
    await keeper.settle();
  }
}

/** Rows that were skipped are not empty ones. */
function withoutHidden(found: FoundRows, hidden: number): FoundRows {
  const { lines, emptyRows } = found;
  if (hidden === 0 || lines === undefined) return found;
  return { ...found, emptyRows: emptyRows - hidden, lines: { ...lines, hidden } };
}

async function keep(file: Bytes): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of file) {
    bytes += piece.length;
    if (bytes > PACKED_BYTES_MAX) {
      const detail = `The workbook has more than ${PACKED_BYTES_MAX} bytes. Save the sheet as CSV and send that.`;
      throw new UploadFault("too-large", detail);
    }
    pieces.push(piece);
  }
  return pieces;
}

/** The cells that are read of a row: without those of hidden columns, where they are to be skipped. */
function shownCells(cells: string[], { filledHiddenColumns }: SheetReader, { hidden }: WorkbookWishes): string[] {
  if (hidden !== "skip" || filledHiddenColumns.size === 0) return cells;
  return cells.map((cell, index) => (filledHiddenColumns.has(index + 1) ? "" : cell));
}

const NAMES_SHOWN_MAX = 10;

/** The sheet that is meant. Without a choice it is the only one that people see and in which something stands. */
async function chooseSheet(
  zip: ZipArchive,
  { sheets }: Workbook,
  context: CellContext,
  wish: string | undefined,
): Promise<Sheet> {
  if (wish !== undefined) {
    const found =
      sheets.find(({ name }) => name === wish) ??
      sheets.find(({ name }) => name.toLowerCase() === wish.toLowerCase()) ??
      (/^[1-9]\d{0,2}$/.test(wish) ? sheets[Number(wish) - 1] : undefined);
    if (found !== undefined) return found;
    throw new UploadFault(
      "unreadable",
      `The workbook has no sheet ${JSON.stringify(wish)}. It has ${namesOf(sheets)}.`,
    );
  }
  const filled: Sheet[] = [];
  for (const sheet of sheets) {
    if (!sheet.isHidden && (await isFilled(zip, sheet, context))) filled.push(sheet);
  }
  const [only, ...more] = filled;
  if (only === undefined) {
    const detail = `No sheet of the workbook that is not hidden holds anything. It has ${namesOf(sheets)}; name one with sheet.`;
    throw new UploadFault("unreadable", detail);
  }
  if (more.length === 0) return only;
  const detail = `Several sheets hold something: ${namesOf(filled)}. Say which one is the list, with sheet.`;
  throw new UploadFault("unreadable", detail);
}

/** Whether something stands in a sheet: reads it up to the first cell that holds something. */
async function isFilled(zip: ZipArchive, { part }: Sheet, context: CellContext): Promise<boolean> {
  for await (const rows of new SheetReader(context).read(zip.read(part))) if (rows.length > 0) return true;
  return false;
}

function namesOf(sheets: readonly Sheet[]): string {
  const more = sheets.length - NAMES_SHOWN_MAX;
  const names = sheets.slice(0, NAMES_SHOWN_MAX).map(({ name }) => JSON.stringify(name.slice(0, 40)));
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function requireNothingHidden({ name }: Sheet, rows: number, firstRow: number, columns: readonly string[]): void {
  if (rows === 0 && columns.length === 0) return;
  const what = [
    ...(rows === 1 ? [`1 row that is hidden or filtered out (row ${firstRow})`] : []),
    ...(rows > 1 ? [`${rows} rows that are hidden or filtered out (the first is row ${firstRow})`] : []),
    ...(columns.length === 0 ? [] : [`hidden columns (${columns.slice(0, NAMES_SHOWN_MAX).join(", ")})`]),
  ];
  const detail =
    `The sheet ${JSON.stringify(name.slice(0, 40))} has ${what.join(", and ")}. Say whether they belong to the list: ` +
    "hidden=include reads them, hidden=skip leaves them out.";
  throw new UploadFault("unreadable", detail);
}

/** A merged cell has its value in one row and shows it in several: who gets it cannot be told. */
function requireNothingMerged({ merges }: SheetReader, firstDataLine: number): void {
  const merge = merges.find(({ last }) => last.row >= firstDataLine);
  if (merge === undefined) return;
  const { first, last } = merge;
  const range = `${columnLetters(first.column)}${first.row}:${columnLetters(last.column)}${last.row}`;
  throw new UploadFault(
    "unreadable",
    `The cells ${range} are merged, so that their value stands in one row only. Unmerge them and fill in each cell.`,
  );
}
