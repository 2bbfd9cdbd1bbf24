import { maskCell } from "@surefill/campaign";
import type { Delimiter, Upload } from "@surefill/topup-store";
import { type CutRow, holdsOtherBreak, lineBreaksIn } from "./csv-rows.js";

const SAMPLES_MAX = 5;

/**
 * Quoted cells that hold line breaks and what a row would: a delimiter, or a phone number at the beginning of a line. A
 * stray quote makes such cells, and the recipients in them would be lost.
 */
export class LineBreakCells {
  readonly #delimiter: Delimiter;
  #count = 0;
  #lines = 0;
  readonly #samples: { line: number; place: number; lines: number; text: string }[] = [];

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter;
  }

  /** Looks at a row that has line breaks in its cells, of any kind. */
  look({ line, cells, lineBreaks, hasOtherBreaks }: CutRow): void {
    if (lineBreaks === 0 && hasOtherBreaks === undefined) return;
    for (const [place, cell] of cells.entries()) {
      const breaks = lineBreaksIn(cell);
      const others = hasOtherBreaks && holdsOtherBreak(cell) ? (cell.match(OTHER_BREAK)?.length ?? 0) : 0;
      if (breaks + others === 0 || !this.#mayHoldRows(cell)) continue;
      this.#count += 1;
      this.#lines += breaks;
      if (this.#samples.length === SAMPLES_MAX) continue;
      this.#samples.push({
        line,
        place,
        lines: breaks + others + 1,
        text: maskCell(cell.replace(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/g, " \u23ce ")),
      });
    }
  }

  #mayHoldRows(cell: string): boolean {
    return cell.includes(this.#delimiter) || LINE_WITH_NUMBER.test(cell);
  }

  /** What was found; `undefined` when it was nothing. */
  found(columns: readonly string[]): Upload["lineBreakCells"] {
    if (this.#count === 0) return undefined;
    const samples = this.#samples.map(({ place, ...sample }) => {
      return { ...sample, column: columns[place] ?? `column ${place + 1}` };
    });
    return { count: this.#count, lineBreaks: this.#lines, samples };
  }
}

const OTHER_BREAK = /[\v\f\u0085\u2028\u2029]/g;

/** A line within a cell that begins with a phone number. */
const LINE_WITH_NUMBER = /[\r\n\v\f\u0085\u2028\u2029][^\S\r\n]*["'+(]{0,3}\p{Nd}(?:[ .()-]{0,2}\p{Nd}){6}/u;
