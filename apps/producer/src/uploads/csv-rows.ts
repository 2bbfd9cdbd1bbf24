/** The only file that knows csv-parse. */
import type { Delimiter, UploadRow } from "@surefill/topup-store";
import { CsvError, type Parser, parse } from "csv-parse";
import { UploadFault } from "./upload-fault.js";

/** A row, with its quotes and delimiters, may have so many bytes; a quote that is never closed ends here. */
export const ROW_BYTES_MAX = 65_536;

/** Cuts the text of a file into rows, a piece at a time. */
export interface RowCutter {
  /** Takes the next piece and gives the rows that are ready, in order. Throws an `UploadFault` that names the line. */
  cut(piece: Buffer): Promise<UploadRow[]>;
  /** Ends the file and gives its last row, where it has no line end. */
  end(): Promise<UploadRow[]>;
}

/** Starts on a file whose first line has this number. Rows without a filled cell come too. */
export function createRowCutter(delimiter: Delimiter, firstLine: number): RowCutter {
  let rows: UploadRow[] = [];
  let line = firstLine;
  const parser = parse({
    delimiter,
    record_delimiter: [], // Found in the file: \n, \r\n or \r.
    columns: false,
    bom: false,
    relax_column_count: true,
    // A quote in the midst of a cell (`5" pipe`) is part of it.
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: ROW_BYTES_MAX,
    // Nothing becomes a number or a date here: a phone number would lose its zeros.
    cast: false,
  });
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
  };
  parser.on("error", fail);
  // Rows come as events: the hook that the library has for each record costs three times as much as cutting it.
  parser.on("data", (cells: string[]) => {
    rows.push({ line, cells });
    line += 1 + lineBreaksIn(cells);
  });
  const take = (): UploadRow[] => {
    if (failure !== undefined) throw explain(failure, line);
    const taken = rows;
    rows = [];
    return taken;
  };
  return {
    async cut(piece) {
      await new Promise<void>((resolve) => {
        parser.write(piece, (error) => {
          if (error) fail(error);
          resolve();
        });
      });
      return take();
    },
    async end() {
      await ended(parser);
      return take();
    },
  };
}

function lineBreaksIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    if (cell.includes("\n") || cell.includes("\r")) count += (cell.match(/\r\n|\n|\r/g) ?? []).length;
  }
  return count;
}

function ended(parser: Parser): Promise<void> {
  return new Promise((resolve) => {
    parser.once("close", resolve);
    parser.end();
  });
}

function explain(failure: unknown, line: number): Error {
  if (!(failure instanceof CsvError)) return failure instanceof Error ? failure : new Error("csv-parse failed");
  const options = { cause: failure };
  switch (failure.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return new UploadFault("unreadable", `A quote on line ${line} or after it is never closed.`, options);
    case "CSV_MAX_RECORD_SIZE": {
      const detail = `The row that begins on line ${line} has more than ${ROW_BYTES_MAX} bytes: is a quote not closed?`;
      return new UploadFault("unreadable", detail, options);
    }
    default:
      return new UploadFault("unreadable", `Line ${line} is not CSV.`, options);
  }
}
