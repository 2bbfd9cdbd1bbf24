import { type DELIMITERS, FILE_FORMATS, type FileFormat } from "@surefill/topup-store";
import { z } from "zod";
import type { CsvForm } from "./csv.js";
import type { PlannedFile } from "./planned-file.js";

/** What delimiters are called where a character would have to be escaped. */
export const DELIMITER_NAMES = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" } as const satisfies Record<
  string,
  (typeof DELIMITERS)[number]
>;

const delimiterNames = ["comma", "semicolon", "tab", "pipe"] as const;

/** How a caller may ask for a table of rows, in the query. What is left out is as in the file that was uploaded. */
export const tableQuerySchema = z.strictObject({
  format: z
    .enum(FILE_FORMATS, { error: `must be one of ${FILE_FORMATS.join(", ")}` })
    .optional()
    .describe("CSV, or a workbook of Excel"),
  delimiter: z
    .enum(delimiterNames, { error: `must be one of ${delimiterNames.join(", ")}` })
    .optional()
    .describe("What stands between two cells of the CSV file; by default what stood there in the uploaded one"),
  bom: z
    .enum(["true", "false"], { error: "must be true or false" })
    .optional()
    .describe(
      "Whether the CSV file begins with a byte order mark, without which Excel takes UTF-8 for another encoding; by " +
        "default where the uploaded file came from such a spreadsheet",
    ),
  decimalMark: z
    .enum([".", ","], { error: 'must be "." or ","' })
    .optional()
    .describe("What stands before the decimals of our amounts; by default that of the file"),
});
export type TableQuery = z.output<typeof tableQuerySchema>;

/** How a table of rows is written. `decimalMark` is that of our own columns: the file's stay as they came. */
export type TableForm = { format: FileFormat; csv: CsvForm; decimalMark: "." | "," };

/**
 * The form in which the spreadsheet that a file came from reads a table as it is meant: the same delimiter and decimal
 * mark; and a byte order mark where the file had one or was not in UTF-8, and for semicolons, which only spreadsheets
 * write. `format` is what the caller gets who asks for none.
 */
export function tableFormOf({ campaign, upload }: PlannedFile, asked: TableQuery, format: FileFormat): TableForm {
  const { delimiter, encoding, encodingFrom, decimalCommaColumns = [] } = upload;
  const hasDecimalCommas = decimalCommaColumns.some((column) => column === campaign.mapping.amount);
  const isOfSpreadsheet = upload.format === "xlsx" || delimiter === ";" || encoding !== "utf-8";
  const hasMark = isOfSpreadsheet || encodingFrom === "byte-order-mark";
  const isWorkbook = (asked.format ?? format) === "xlsx";
  return {
    format: isWorkbook ? "xlsx" : "csv",
    csv: {
      delimiter: asked.delimiter === undefined ? delimiter : DELIMITER_NAMES[asked.delimiter],
      hasMark: asked.bom === undefined ? hasMark : asked.bom === "true",
    },
    // How a number of a workbook looks is the computer's to say.
    decimalMark: isWorkbook
      ? "."
      : (asked.decimalMark ?? campaign.options.decimalMark ?? (hasDecimalCommas ? "," : ".")),
  };
}

/** The place of the file's column of amounts, counted from 0; -1 where it has none. */
export function amountColumn({ campaign, upload }: Pick<PlannedFile, "campaign" | "upload">): number {
  return upload.columns.indexOf(campaign.mapping.amount ?? "");
}
