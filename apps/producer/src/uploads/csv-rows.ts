/** Cuts the text of a CSV file into rows. Written here, because line numbers and stray quotes have to be exact. */
import { StringDecoder } from "node:string_decoder";
import type { Delimiter } from "@surefill/topup-store";
import { UploadFault } from "./upload-fault.js";

/** Characters that one row may have, with its quotes and delimiters; a quote that is never closed ends here. */
export const ROW_CHARACTERS_MAX = 65_536;

/** Cells that one row may have; empty ones at its end do not count. */
export const ROW_CELLS_MAX = 500;

/**
 * One row: the line it starts on, counted from 1, and how many line breaks its quoted cells hold. `hasOtherBreaks`: a cell
 * holds a character at which some programs begin a new line, and we do not.
 */
export type CutRow = { line: number; cells: string[]; lineBreaks: number; hasOtherBreaks?: true };

/** Vertical tab, form feed, next line, line separator, paragraph separator. */
const OTHER_BREAKS = /[\v\f\u0085\u2028\u2029]/;

/** Whether such a character stands within a text; around it, it parts nothing. */
export function holdsOtherBreak(text: string): boolean {
  return OTHER_BREAKS.test(text.replace(/^[\s\u0085]+|[\s\u0085]+$/g, ""));
}

/** Cuts the text of a file into rows, a piece at a time. Empty lines are counted in `lines` and give no row. */
export interface RowCutter {
  /** Lines of the file that were read to their end. */
  readonly lines: number;
  /** Takes the next piece and gives the rows that are ready, in order. Throws an `UploadFault` that names the line. */
  cut(piece: Buffer): CutRow[];
  /** Ends the file and gives its last row, where it has no line end. */
  end(): CutRow[];
}

/** Starts on a file whose first line has this number. `\r\n`, `\n` and `\r` all end a row, mixed as they may be. */
export function createRowCutter(delimiter: Delimiter, firstLine: number): RowCutter {
  return new Cutter(delimiter, firstLine);
}

/** Text is cut in steps of this size, so that a row that trickles in is not read again for every piece. */
const STEP_CHARACTERS = 32_768;

type Row = { cells: string[]; next: number; lineBreaks: number };

class Cutter implements RowCutter {
  readonly #delimiter: Delimiter;
  readonly #decoder = new StringDecoder("utf8");
  #text = "";
  /** Where the next row begins in the text. */
  #start = 0;
  #line: number;
  #isLast = false;
  /** Characters that the last step left, of a row whose end had not come. */
  #left = 0;
  /** The next place of each character at or after `#start`, so that none is looked for twice. */
  #lineFeed = -1;
  #carriageReturn = -1;
  #quote = -1;

  constructor(delimiter: Delimiter, firstLine: number) {
    this.#delimiter = delimiter;
    this.#line = firstLine;
  }

  get lines(): number {
    return this.#line - 1;
  }

  cut(piece: Buffer): CutRow[] {
    this.#text += this.#decoder.write(piece);
    return this.#text.length - this.#left < STEP_CHARACTERS ? [] : this.#cutAll();
  }

  end(): CutRow[] {
    this.#text += this.#decoder.end();
    this.#isLast = true;
    return this.#cutAll();
  }

  #cutAll(): CutRow[] {
    const rows: CutRow[] = [];
    this.#lineFeed = this.#carriageReturn = this.#quote = -1;
    const mayHoldOtherBreaks = OTHER_BREAKS.test(this.#text);
    while (this.#start < this.#text.length) {
      const row = this.#next();
      if (row === undefined) break;
      const { cells, next, lineBreaks } = row;
      if (next - this.#start > ROW_CHARACTERS_MAX) throw this.#tooLong();
      const isEmpty = cells.length === 1 && cells[0] === "";
      if (!isEmpty) {
        const cut: CutRow = { line: this.#line, cells: this.#bounded(cells), lineBreaks };
        if (mayHoldOtherBreaks && cells.some(holdsOtherBreak)) cut.hasOtherBreaks = true;
        rows.push(cut);
      }
      this.#line += 1 + lineBreaks;
      this.#start = next;
    }
    if (this.#text.length - this.#start > ROW_CHARACTERS_MAX) throw this.#tooLong();
    this.#text = this.#text.slice(this.#start);
    this.#start = 0;
    this.#left = this.#text.length;
    return rows;
  }

  /** The row that begins at `#start`; `undefined` when its end has not come yet. */
  #next(): Row | undefined {
    const { length } = this.#text;
    this.#lineFeed = this.#placeOf("\n", this.#lineFeed);
    this.#carriageReturn = this.#placeOf("\r", this.#carriageReturn);
    this.#quote = this.#placeOf('"', this.#quote);
    const end = Math.min(this.#lineFeed, this.#carriageReturn);
    if (this.#quote < end) return this.#nextWithQuote();
    const next = this.#afterLineEnd(end);
    if (next === undefined) return undefined;
    const line = this.#text.slice(this.#start, Math.min(end, length));
    return { cells: line.split(this.#delimiter), next, lineBreaks: 0 };
  }

  #placeOf(character: string, known: number): number {
    if (known >= this.#start) return known;
    const found = this.#text.indexOf(character, this.#start);
    return found < 0 ? this.#text.length : found;
  }

  /** Where the next row begins behind a line end at this place; `undefined` when that is not known yet. */
  #afterLineEnd(place: number): number | undefined {
    const { length } = this.#text;
    if (place >= length) return this.#isLast ? length : undefined;
    if (this.#text[place] === "\n") return place + 1;
    if (place + 1 === length && !this.#isLast) return undefined; // A line feed may follow.
    return this.#text[place + 1] === "\n" ? place + 2 : place + 1;
  }

  #nextWithQuote(): Row | undefined {
    const cells: string[] = [];
    let place = this.#start;
    let lineBreaks = 0;
    for (;;) {
      const cell = this.#text[place] === '"' ? this.#quotedCell(place, lineBreaks) : this.#plainCell(place);
      if (cell === undefined) return undefined;
      cells.push(cell.text);
      lineBreaks += cell.lineBreaks;
      if (this.#text[cell.end] === this.#delimiter) {
        place = cell.end + 1;
        continue;
      }
      const next = this.#afterLineEnd(cell.end);
      return next === undefined ? undefined : { cells, next, lineBreaks };
    }
  }

  #plainCell(start: number): { text: string; end: number; lineBreaks: number } {
    let end = start;
    for (; end < this.#text.length; end += 1) {
      const character = this.#text[end];
      if (character === this.#delimiter || character === "\n" || character === "\r") break;
    }
    // A quote within it (`5" pipe`) is part of it.
    return { text: this.#text.slice(start, end), end, lineBreaks: 0 };
  }

  /** `undefined` when it may go on in the next piece. */
  #quotedCell(start: number, before: number): { text: string; end: number; lineBreaks: number } | undefined {
    let close = this.#text.indexOf('"', start + 1);
    while (close >= 0 && this.#text[close + 1] === '"') close = this.#text.indexOf('"', close + 2);
    if (close < 0) {
      if (!this.#isLast || this.#text.length - this.#start > ROW_CHARACTERS_MAX) return undefined;
      throw unreadable(`The quote that opens a cell on line ${this.#line + before} is never closed.`);
    }
    const text = this.#text.slice(start + 1, close).replaceAll('""', '"');
    const lineBreaks = lineBreaksIn(text);
    let end = close + 1;
    while (this.#text[end] === " " && end < this.#text.length) end += 1;
    if (end === this.#text.length) return this.#isLast ? { text, end, lineBreaks } : undefined;
    const follower = this.#text[end] ?? "";
    if (follower === this.#delimiter || follower === "\n" || follower === "\r") return { text, end, lineBreaks };
    const opened = this.#line + before;
    throw unreadable(
      `Line ${opened + lineBreaks}: a quote that closes a cell is followed by ${JSON.stringify(follower)}. The cell was ` +
        `opened by a quote on line ${opened}: remove the stray quote, or write quotes within a cell twice.`,
    );
  }

  #bounded(cells: string[]): string[] {
    if (cells.length <= ROW_CELLS_MAX) return cells;
    const filled = cells.findLastIndex((cell) => cell.trim() !== "") + 1;
    if (filled <= ROW_CELLS_MAX) return cells.slice(0, Math.max(1, filled));
    throw unreadable(`Line ${this.#line} has ${filled} cells; a file may have ${ROW_CELLS_MAX} columns.`);
  }

  #tooLong(): UploadFault {
    return unreadable(
      `The row that begins on line ${this.#line} has more than ${ROW_CHARACTERS_MAX} characters: is a quote not closed?`,
    );
  }
}

function unreadable(detail: string): UploadFault {
  return new UploadFault("unreadable", detail);
}

/** How many line ends a text holds. */
export function lineBreaksIn(text: string): number {
  if (!text.includes("\n") && !text.includes("\r")) return 0;
  return (text.match(/\r\n|\n|\r/g) ?? []).length;
}
