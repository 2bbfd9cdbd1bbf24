import type { UploadRow } from "@surefill/topup-store";
import type { Bytes } from "../bytes.js";
import { UploadFault } from "../upload-fault.js";
import { type CellRange, columnLetters, placeOf, rangeOf, SHEET_COLUMNS_MAX, SHEET_ROWS_MAX } from "./cell-place.js";
import { plainText } from "./plain-text.js";
import type { SharedStrings } from "./shared-strings.js";
import { type NumberFormat, showNumber } from "./shown-number.js";
import { isTrue } from "./workbook.js";
import { readXml, type XmlListener } from "./xml-reader.js";
import { damaged } from "./zip-archive.js";

/** A row of a sheet: `line` is its number there. */
export type SheetRow = UploadRow & { isHidden: boolean };

/** What the cells of a workbook need to be read. */
export type CellContext = {
  strings: SharedStrings | undefined;
  formats: readonly NumberFormat[];
  is1904: boolean;
};

const COLUMNS_MAX = 500;
const ROW_CHARACTERS_MAX = 65_536;
const MERGES_MAX = 100_000;

/** Reads the cells of one sheet as it shows them. */
export class SheetReader {
  readonly #context: CellContext;
  /** Hidden columns, counted from 1. */
  readonly #hiddenColumns = new Set<number>();
  /** Those of them in which something stands. */
  readonly filledHiddenColumns = new Set<number>();
  readonly merges: CellRange[] = [];
  #rows: SheetRow[] = [];
  #row: SheetRow | undefined;
  #rowCharacters = 0;
  #lastLine = 0;
  #column = 0;
  #cell: { type: string; style: number; value: string | undefined; formula: string | undefined } | undefined;
  #takes: "value" | "formula" | "text" | undefined;
  #isPronunciation = false;

  constructor(context: CellContext) {
    this.#context = context;
  }

  /**
   * Gives the rows in which something stands, some at a time and in order. Throws an `UploadFault` where the sheet is
   * damaged or wider than it may be. What it says of the whole sheet is known at the end.
   */
  async *read(part: Bytes): AsyncGenerator<SheetRow[]> {
    const listener: XmlListener = {
      open: (name, attributes) => this.#open(name, attributes),
      close: (name) => this.#close(name),
      text: (text) => this.#text(text),
    };
    for await (const _ of readXml(part, listener)) {
      if (this.#rows.length === 0) continue;
      const rows = this.#rows;
      this.#rows = [];
      yield rows;
    }
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    const cell = this.#cell;
    if (name === "c") this.#openCell(attributes);
    else if (name === "row") this.#openRow(attributes);
    else if (name === "col") this.#openColumns(attributes);
    else if (name === "rPh") this.#isPronunciation = true;
    else if (name === "mergeCell") this.#addMerge(attributes["ref"] ?? "");
    else if (cell === undefined) return;
    else if (name === "v") {
      cell.value = "";
      this.#takes = "value";
    } else if (name === "f") {
      cell.formula = "";
      this.#takes = "formula";
    } else if (name === "t" && !this.#isPronunciation) this.#takes = "text";
  }

  #close(name: string): void {
    if (name === "c") this.#closeCell();
    else if (name === "row") this.#closeRow();
    else if (name === "rPh") this.#isPronunciation = false;
    else if (name === "v" || name === "f" || name === "t") this.#takes = undefined;
  }

  #text(text: string): void {
    const cell = this.#cell;
    if (cell === undefined || this.#takes === undefined) return;
    if (this.#takes === "formula") cell.formula = (cell.formula ?? "") + text;
    else cell.value = (cell.value ?? "") + text;
  }

  #addMerge(reference: string): void {
    if (this.merges.length === MERGES_MAX) throw damaged(`more than ${MERGES_MAX} ranges of cells are merged`);
    this.merges.push(rangeOf(reference));
  }

  #openColumns({ min = "", max = "", hidden, width }: Readonly<Record<string, string>>): void {
    if (!isTrue(hidden) && Number(width ?? 1) !== 0) return;
    const last = Math.min(Number(max), SHEET_COLUMNS_MAX);
    for (let column = Math.max(1, Number(min)); column <= last; column += 1) this.#hiddenColumns.add(column);
  }

  #openRow({ r, hidden, ht }: Readonly<Record<string, string>>): void {
    const line = r === undefined ? this.#lastLine + 1 : Number(r);
    if (!Number.isInteger(line) || line <= this.#lastLine || line > SHEET_ROWS_MAX) {
      throw damaged("its rows are not in order");
    }
    this.#lastLine = line;
    this.#row = { line, cells: [], isHidden: isTrue(hidden) || Number(ht ?? 1) === 0 };
    this.#rowCharacters = 0;
    this.#column = 0;
  }

  #closeRow(): void {
    if (this.#row !== undefined && this.#row.cells.length > 0) this.#rows.push(this.#row);
    this.#row = undefined;
  }

  #openCell({ r, t = "n", s = "0" }: Readonly<Record<string, string>>): void {
    if (this.#row === undefined) throw damaged("a cell is in no row");
    const place = r === undefined ? { row: this.#row.line, column: this.#column + 1 } : placeOf(r);
    if (place.row !== this.#row.line || place.column <= this.#column) throw damaged("its cells are not in order");
    this.#column = place.column;
    this.#cell = { type: t, style: Number(s), value: undefined, formula: undefined };
  }

  #closeCell(): void {
    const [row, cell] = [this.#row, this.#cell];
    this.#cell = undefined;
    if (row === undefined || cell === undefined) return;
    const text = cellText(cell, this.#context);
    if (text.trim() === "") return;
    if (this.#column > COLUMNS_MAX) {
      const where = `${columnLetters(this.#column)}${row.line}`;
      const detail = `Something stands in ${where}, and at most ${COLUMNS_MAX} columns are read. Delete what is beside the list.`;
      throw new UploadFault("unreadable", detail);
    }
    this.#rowCharacters += text.length;
    if (this.#rowCharacters > ROW_CHARACTERS_MAX) {
      throw new UploadFault("unreadable", `Row ${row.line} has more than ${ROW_CHARACTERS_MAX} characters.`);
    }
    if (this.#hiddenColumns.has(this.#column)) this.filledHiddenColumns.add(this.#column);
    while (row.cells.length < this.#column - 1) row.cells.push("");
    row.cells.push(text);
  }
}

type CellParts = { type: string; style: number; value: string | undefined; formula: string | undefined };

/** What a cell shows. A formula of which no result was kept is given as formula: what it comes to is not known. */
function cellText({ type, style, value, formula }: CellParts, { strings, formats, is1904 }: CellContext): string {
  if (formula !== undefined && (value === undefined || (value === "" && type !== "str"))) return `=${formula}`;
  if (value === undefined) return "";
  switch (type) {
    case "s": {
      const text = strings?.at(/^\d{1,9}$/.test(value) ? Number(value) : -1);
      if (text === undefined) throw damaged("a cell names a text that is not there");
      return text;
    }
    case "str":
    case "inlineStr":
      return plainText(value);
    case "b":
      return isTrue(value.trim()) ? "TRUE" : "FALSE";
    case "e":
    case "d":
      return value;
    case "n": {
      if (value.trim() === "") return "";
      const number = NUMBER.test(value.trim()) ? Number(value) : Number.NaN;
      if (!Number.isFinite(number)) throw damaged("a cell holds no number where it says so");
      return showNumber(number, formats[style] ?? GENERAL, is1904);
    }
    default:
      throw damaged("a cell is of a kind that is not known");
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const GENERAL: NumberFormat = { pattern: "General", kind: "general", scale: 1 };
