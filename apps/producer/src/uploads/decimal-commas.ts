import type { Delimiter } from "@surefill/topup-store";

/** `5,00`: one comma, followed by one or two digits. */
const DECIMAL_COMMA = /^\s*\d{1,9},\d{1,2}\s*$/;

/**
 * Finds the columns of a file with semicolons in which every cell that holds something is a number with one comma before
 * one or two digits: there the comma can only part decimals. Columns with any other cell drop out at once.
 */
export class DecimalCommas {
  /** Places of columns that may be such, with whether a cell was seen. */
  #left: Map<number, boolean> | undefined;
  readonly #isPossible: boolean;

  constructor(delimiter: Delimiter) {
    this.#isPossible = delimiter === ";";
  }

  /** Looks at the next row. */
  look(cells: readonly string[]): void {
    if (!this.#isPossible) return;
    this.#left ??= new Map(cells.map((_, place) => [place, false]));
    for (const place of this.#left.keys()) {
      const cell = cells[place] ?? "";
      if (cell === "" || cell.trim() === "") continue;
      if (DECIMAL_COMMA.test(cell)) this.#left.set(place, true);
      else this.#left.delete(place);
    }
  }

  /** The names of the columns that were found. */
  columns(names: readonly string[]): string[] {
    return [...(this.#left ?? [])].flatMap(([place, isSeen]) => {
      const name = names[place];
      return isSeen && name !== undefined ? [name] : [];
    });
  }
}
