import { maskCell } from "@surefill/campaign";
import type { Delimiter, Upload } from "@surefill/topup-store";
import { type CutRow, lineBreaksIn } from "./csv-rows.js";

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

  /** Looks at a row that has line breaks in its cells. */
  look({ line, cells, lineBreaks }: CutRow): void {
    if (lineBreaks === 0) return;
    for (const [place, cell] of cells.entries()) {
      const breaks = lineBreaksIn(cell);
      if (breaks === 0 || !this.#mayHoldRows(cell)) continue;
      this.#count += 1;
      this.#lines += breaks;
      if (this.#samples.length === SAMPLES_MAX) continue;
      this.#samples.push({ line, place, lines: breaks + 1, text: maskCell(cell.replace(/\r\n|\n|\r/g, " \u23ce ")) });
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

/** A line within a cell that begins with a phone number. */
const LINE_WITH_NUMBER = /[\r\n][^\S\r\n]*["'+(]{0,3}\p{Nd}(?:[ .()-]{0,2}\p{Nd}){6}/u;
