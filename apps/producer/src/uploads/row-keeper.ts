import {
  CHUNK_ROWS,
  fieldOfName,
  findHeader,
  isOurFile,
  maskCell,
  ROWS_LOOKED_AT,
  withoutGuards,
} from "@surefill/campaign";
import { DELIMITERS, type Delimiter, type Upload, type UploadRow, type Uploads } from "@surefill/topup-store";
import type { CutRow } from "./csv-rows.js";
import { DecimalCommas } from "./decimal-commas.js";
import { columnNames, placeNames } from "./find-form.js";
import { LineBreakCells } from "./line-break-cells.js";
import { UploadFault } from "./upload-fault.js";

/** What a caller says of a file's rows; what is left out is found. `headerLine`: those above it are titles. */
export type RowWishes = { hasHeader?: boolean; headerLine?: number };

/** What was found in the rows of a file. */
export type FoundRows = Pick<
  Upload,
  | "hasHeader"
  | "columns"
  | "rows"
  | "emptyRows"
  | "firstRows"
  | "lines"
  | "headerLine"
  | "titleLines"
  | "lineBreakCells"
  | "decimalCommaColumns"
>;

type Target = { id: string; rowsMax: number; store: Pick<Uploads, "writeChunk"> };

const FIRST_ROWS = 10;
/** Chunks that are being deflated and written while the next rows are read. */
const WRITES_MAX = 4;

/**
 * Tells header from titles and rows, and empty rows from others; counts every line of the file, and stores the rows in
 * chunks. Memory does not grow with the file.
 */
export class RowKeeper {
  readonly #target: Target;
  readonly #wishes: RowWishes;
  readonly #firstLine: number;
  readonly #delimiter: Delimiter;
  /** Whether cells may be guarded; once the columns are known, whether they are. */
  #isGuarded: boolean;
  /** Rows from the beginning, until there are enough to find the header. */
  #beginning: CutRow[] | undefined = [];
  #columns: string[] = [];
  #headerLine: number | undefined;
  readonly #titleLines: NonNullable<Upload["titleLines"]> = [];
  #titleLineCount = 0;
  #headerLines = 0;
  #pending: UploadRow[] = [];
  #chunks = 0;
  #rows = 0;
  #filledLines = 0;
  #lineBreaks = 0;
  readonly #firstRows: UploadRow[] = [];
  readonly #lineBreakCells: LineBreakCells;
  readonly #decimalCommas: DecimalCommas;
  readonly #writes = new Set<Promise<void>>();
  #failure: unknown;

  /**
   * `firstLine`: the number of the first line that may hold a row. `isGuarded`: where the file is one of ours, its cells
   * are guarded against being run as formulas.
   */
  constructor(
    target: Target,
    wishes: RowWishes,
    { firstLine, delimiter, isGuarded }: { firstLine: number; delimiter: Delimiter; isGuarded: boolean },
  ) {
    this.#isGuarded = isGuarded;
    this.#delimiter = delimiter;
    this.#target = target;
    this.#wishes = wishes;
    this.#firstLine = firstLine;
    this.#lineBreakCells = new LineBreakCells(delimiter);
    this.#decimalCommas = new DecimalCommas(delimiter);
  }

  /** Takes the next rows; `lines` is how many lines of the file have been read. */
  async take(rows: readonly CutRow[], lines: number): Promise<void> {
    const before = this.#headerLine === undefined ? this.#firstLine - 1 : this.#headerLine;
    if (lines - before > this.#target.rowsMax + (this.#beginning === undefined ? 0 : 1)) throw this.#tooManyRows();
    for (const row of rows) {
      if (row.cells.every((cell) => cell.trim() === "")) continue;
      if (this.#beginning === undefined) {
        this.#keep(row);
        if (this.#pending.length === CHUNK_ROWS) await this.#write();
      } else {
        this.#beginning.push(row);
        if (this.#beginning.length === ROWS_LOOKED_AT) await this.#begin(this.#beginning);
      }
    }
  }

  /** Ends the file: `lines` is how many it has. */
  async finish(lines: number): Promise<FoundRows> {
    if (this.#beginning !== undefined) await this.#begin(this.#beginning);
    if (this.#pending.length > 0) await this.#write();
    await Promise.all(this.#writes);
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#rows === 0) throw unreadable("The file has no rows: there is nobody to pay.");
    const separator = this.#firstLine - 1;
    const empty = lines - separator - this.#titleLineCount - this.#headerLines - this.#filledLines;
    const cells = this.#lineBreakCells.found(this.#columns);
    return {
      hasHeader: this.#headerLine !== undefined,
      columns: this.#columns,
      rows: this.#rows,
      emptyRows: empty,
      firstRows: this.#firstRows,
      lines: {
        total: lines,
        separator,
        titles: this.#titleLineCount,
        header: this.#headerLines,
        withinCells: this.#lineBreaks,
      },
      titleLines: this.#titleLines,
      decimalCommaColumns: this.#decimalCommas.columns(this.#columns),
      ...(this.#headerLine !== undefined && { headerLine: this.#headerLine }),
      ...(cells !== undefined && { lineBreakCells: cells }),
    };
  }

  /** Waits for the writes that are under way, whatever becomes of them. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#writes);
  }

  async #begin(beginning: readonly CutRow[]): Promise<void> {
    this.#beginning = undefined;
    const at = this.#headerAt(beginning);
    for (const [index, row] of beginning.entries()) {
      if (index < at) this.#skipTitle(row);
      else if (index === at) this.#nameColumns(row);
      else this.#keep(row);
      if (this.#pending.length === CHUNK_ROWS) await this.#write();
    }
  }

  /** The row that names the columns; -1 for none. */
  #headerAt(rows: readonly CutRow[]): number {
    const { hasHeader, headerLine } = this.#wishes;
    const first = rows[0];
    if (first === undefined) return -1;
    if (hasHeader === false) return this.#withoutHeader(first);
    if (headerLine !== undefined) {
      const at = rows.findIndex(({ line }) => line === headerLine);
      if (at >= 0) return at;
      throw unreadable(`No row begins on line ${headerLine}, which is said to be the header.`);
    }
    const found = findHeader(rows.map(({ cells }) => cells));
    if (found.kind === "header") return found.at;
    if (hasHeader === true) return 0;
    if (found.kind === "none") return this.#withoutHeader(first);
    throw unreadable(doubt(found, rows));
  }

  #withoutHeader(first: CutRow): -1 {
    this.#columns = placeNames(first.cells.length);
    this.#isGuarded = false;
    return -1;
  }

  #skipTitle({ line, cells, lineBreaks }: CutRow): void {
    this.#titleLineCount += 1 + lineBreaks;
    this.#titleLines.push({ line, text: maskCell(cells.filter((cell) => cell.trim() !== "").join(" ")) });
  }

  #nameColumns(row: CutRow): void {
    requireOneHeader(row);
    this.#headerLine = row.line;
    this.#headerLines = 1 + row.lineBreaks;
    this.#columns = columnNames(row.cells);
    this.#isGuarded &&= isOurFile(this.#columns);
    if (this.#isGuarded) this.#columns = columnNames(this.#unguarded(row.cells));
    this.#lineBreakCells.look(row);
  }

  #keep(row: CutRow): void {
    const { line, lineBreaks, hasOtherBreaks } = row;
    const cells = this.#isGuarded ? this.#unguarded(row.cells) : row.cells;
    this.#rows += 1;
    this.#filledLines += 1 + lineBreaks;
    this.#lineBreaks += lineBreaks;
    if (this.#rows > this.#target.rowsMax) throw this.#tooManyRows();
    if (lineBreaks > 0 || hasOtherBreaks) this.#lineBreakCells.look(row);
    this.#decimalCommas.look(cells);
    const kept = { line, cells };
    if (this.#firstRows.length < FIRST_ROWS) this.#firstRows.push(kept);
    this.#pending.push(kept);
  }

  #unguarded(cells: readonly string[]): string[] {
    return cells.map((cell) => withoutGuards(cell, this.#delimiter));
  }

  #tooManyRows(): UploadFault {
    const detail = `The file has more than ${this.#target.rowsMax} rows, empty lines included.`;
    return new UploadFault("too-large", detail);
  }

  async #write(): Promise<void> {
    const rows = this.#pending;
    this.#pending = [];
    while (this.#writes.size >= WRITES_MAX) await Promise.race(this.#writes);
    if (this.#failure !== undefined) throw this.#failure;
    const writing: Promise<void> = this.#target.store
      .writeChunk(this.#target.id, this.#chunks, rows)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
    this.#chunks += 1;
  }
}

/** A header in which a row or another separator hides would take recipients with it, or name no column. */
function requireOneHeader({ line, cells, hasOtherBreaks }: CutRow): void {
  if (hasOtherBreaks) {
    throw unreadable(
      `Line ${line}: the header holds a character at which other programs begin a new line (a vertical tab, a form ` +
        "feed, U+0085, U+2028 or U+2029). Save the file with ordinary line ends.",
    );
  }
  const [only, ...more] = cells.filter((cell) => cell.trim() !== "");
  if (only === undefined || more.length > 0) return;
  const hidden = DELIMITERS.find((delimiter) => {
    const names = only.split(delimiter);
    return names.length > 1 && names.filter((name) => fieldOfName(name) !== undefined).length > 1;
  });
  if (hidden === undefined) return;
  throw unreadable(
    `Line ${line}: the header is one cell that holds ${JSON.stringify(hidden)} between names of columns. Name that ` +
      "delimiter, or remove the quotes around whole rows.",
  );
}

function doubt({ at, because }: { at: number; because: string }, rows: readonly CutRow[]): string {
  const line = rows[at]?.line ?? 1;
  const offer = at === 0 ? "header=true" : `headerLine=${line}`;
  const skipped = at === 0 ? "" : `; what stands above it is then left out`;
  return (
    `Line ${rows[0]?.line ?? 1}: ${because}. Say ${offer} where line ${line} names the columns${skipped}, or header=false ` +
    "where every row is a recipient."
  );
}

function unreadable(detail: string): UploadFault {
  return new UploadFault("unreadable", detail);
}
