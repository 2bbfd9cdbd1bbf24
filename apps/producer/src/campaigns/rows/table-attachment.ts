import type { HttpResult, Outlet } from "../../http/result.js";
import { ahead } from "../check/work-in-flight.js";
import { othersTurn } from "../others-turn.js";
import { type CsvForm, csvLines } from "./csv.js";
import type { TableForm } from "./table-form.js";

/** Chunks that are read while one is being taken by the reader. */
const AHEAD_MAX = 2;
/** Rows written between which others get a turn. */
const SLICE_ROWS = 100;
const BYTE_ORDER_MARK = "\uFEFF";

/** A table whose rows are read chunk by chunk while it is taken. `name` is that of the file, without its ending. */
export type Table = {
  name: string;
  header: readonly string[];
  chunks: number;
  linesOf: (chunk: number) => Promise<string[][]>;
  form: TableForm;
};

/** Answers a table as a file, in memory that does not grow with it. */
export function tableAttachment({ name, header, chunks, linesOf, form: { csv } }: Table): HttpResult {
  return {
    status: 200,
    headers: { "content-disposition": `attachment; filename="${name}.csv"` },
    contentType: "text/csv; charset=utf-8; header=present",
    stream: async (out) => {
      await out.write(`${csv.hasMark ? BYTE_ORDER_MARK : ""}${csvLines([header], csv)}`);
      for await (const rows of ahead(chunks, AHEAD_MAX, linesOf)) await writeSlices(out, rows, csv);
      return "";
    },
  };
}

async function writeSlices(out: Outlet, rows: readonly string[][], form: CsvForm): Promise<void> {
  for (let start = 0; start < rows.length; start += SLICE_ROWS) {
    await out.write(csvLines(rows.slice(start, start + SLICE_ROWS), form));
    await othersTurn();
  }
}
