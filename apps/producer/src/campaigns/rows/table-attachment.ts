import { validationFailed } from "../../http/problem.js";
import type { HttpResult } from "../../http/result.js";
import { ahead } from "../check/work-in-flight.js";
import { othersTurn } from "../others-turn.js";
import { csvLines } from "./csv.js";
import type { TableForm } from "./table-form.js";
import { SHEET_ROWS_MAX } from "./workbook-parts.js";
import { writeWorkbook } from "./write-workbook.js";

/** Chunks that are read while one is being taken by the reader. */
const AHEAD_MAX = 2;
/** Rows written between which others get a turn. */
const SLICE_ROWS = 100;
const BYTE_ORDER_MARK = "\uFEFF";

export const WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** A table whose rows are read chunk by chunk while it is taken. */
export type Table = {
  /** Of the file, without its ending. */
  name: string;
  /** Of the sheet. */
  title: string;
  header: readonly string[];
  /** At most so many, without the header. */
  rowsMax: number;
  chunks: number;
  linesOf: (chunk: number) => Promise<string[][]>;
  form: TableForm;
  /** Places of columns that hold amounts, counted from 0: decimals in them are numbers of a workbook. */
  numbers: ReadonlySet<number>;
};

/**
 * Answers a table as a file, in memory that does not grow with it. Throws a `validation_failed` problem where a workbook
 * is asked for and a sheet has not so many rows.
 */
export function tableAttachment(table: Table): HttpResult {
  return table.form.format === "xlsx" ? workbookAttachment(table) : csvAttachment(table);
}

function csvAttachment(table: Table): HttpResult {
  const { name, header, form } = table;
  return {
    status: 200,
    headers: { "content-disposition": `attachment; filename="${name}.csv"` },
    contentType: "text/csv; charset=utf-8; header=present",
    stream: async (out) => {
      await out.write(`${form.csv.hasMark ? BYTE_ORDER_MARK : ""}${csvLines([header], form.csv)}`);
      for await (const rows of slicesOf(table)) await out.write(csvLines(rows, form.csv));
      return "";
    },
  };
}

function workbookAttachment(table: Table): HttpResult {
  const { name, title, header, numbers, rowsMax } = table;
  if (rowsMax >= SHEET_ROWS_MAX) {
    const detail = `a sheet of Excel has ${SHEET_ROWS_MAX} rows with its header, and this table ${rowsMax} without it; ask for csv`;
    throw validationFailed([{ parameter: "format", code: "invalid", detail }]);
  }
  return {
    status: 200,
    headers: { "content-disposition": `attachment; filename="${name}.xlsx"` },
    contentType: WORKBOOK_TYPE,
    stream: async (out) => {
      await writeWorkbook(out, { name: title, header, numbers, rows: slicesOf(table) });
      return "";
    },
  };
}

async function* slicesOf({ chunks, linesOf }: Table): AsyncGenerator<string[][]> {
  for await (const rows of ahead(chunks, AHEAD_MAX, linesOf)) {
    for (let start = 0; start < rows.length; start += SLICE_ROWS) {
      yield rows.slice(start, start + SLICE_ROWS);
      await othersTurn();
    }
  }
}
