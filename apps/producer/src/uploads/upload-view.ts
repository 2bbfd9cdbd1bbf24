import { KNOWN_FORMATS, mappingSchema, maskCell, suggestMapping } from "@surefill/campaign";
import { DELIMITERS, ENCODINGS, FILE_FORMATS, type SameFile, type Upload } from "@surefill/topup-store";
import { z } from "zod";

/** Every line of a file, counted once. */
export const linesSchema = z.object({
  total: z.number().int().describe("Lines in the file: the sum of the others"),
  separator: z.number().int().describe("A first line such as sep=;"),
  titles: z.number().int(),
  header: z.number().int(),
  rows: z.number().int(),
  empty: z.number().int(),
  withinCells: z.number().int().describe("Line breaks within quoted cells of rows"),
  hidden: z
    .number()
    .int()
    .optional()
    .describe("Hidden rows of a sheet that were skipped; left out where there are none"),
});

/** An upload as lists show it. */
export const uploadViewSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    createdAt: z.string(),
    createdBy: z.string().describe("Name of the API key that sent it"),
    sha256: z.string().describe("Of the file itself: unpacked, where it was sent packed"),
    bytes: z.number().int().describe("Of the file itself"),
    bytesReceived: z.number().int().describe("As it was sent, packed or not"),
    format: z.enum(FILE_FORMATS).describe("What the file is; encoding and delimiter mean nothing of a workbook"),
    sheet: z
      .object({
        name: z.string(),
        others: z.array(z.string()).describe("The other sheets, which were not read"),
        hiddenRows: z.number().int().describe("Hidden or filtered rows in which something stands"),
        hiddenColumns: z.array(z.string()).describe("The letters of hidden columns in which something stands"),
        hidden: z.enum(["include", "skip"]).nullable().describe("What became of them, as the caller said"),
      })
      .nullable()
      .describe("The sheet of a workbook that was read; null for CSV"),
    encoding: z.enum(ENCODINGS),
    encodingFrom: z
      .enum(["caller", "byte-order-mark", "content", "fallback"])
      .describe("What the encoding was told from; `fallback`: it is no UTF-8, so it was taken for windows-1252"),
    delimiter: z.enum(DELIMITERS),
    hasHeader: z
      .boolean()
      .describe("Whether the first row names the columns; if not, it is the first recipient, and columns are numbered"),
    columns: z
      .array(z.string())
      .describe("Unique names: of two columns with one name, the second is called `name (2)`"),
    rows: z.number().int().describe("Rows that hold something, without the header"),
    emptyRows: z.number().int().describe("Lines and rows without a filled cell; they are left out"),
    lines: linesSchema.nullable().describe("How the lines of the file were read; null for uploads of earlier versions"),
    headerLine: z.number().int().nullable().describe("The line that names the columns, counted from 1; null for none"),
    titleLines: z
      .array(z.object({ line: z.number().int(), text: z.string() }))
      .describe("Rows above the header that look like titles; they are left out"),
    lineBreakCells: z
      .object({
        count: z.number().int(),
        lineBreaks: z.number().int().describe("In all of them: so many rows may be lost in them"),
        samples: z.array(
          z.object({ line: z.number().int(), lines: z.number().int(), column: z.string(), text: z.string() }),
        ),
      })
      .nullable()
      .describe(
        "Quoted cells that hold line breaks and what a row would. A campaign takes them only with the option lineBreaksInCells",
      ),
  })
  .meta({ id: "Upload" });

/** An upload in full. */
export const uploadWithSampleSchema = uploadViewSchema
  .extend({
    firstRows: z
      .array(z.object({ line: z.number().int(), cells: z.array(z.string()) }))
      .describe("With the digits of longer numbers hidden but for the last two"),
    suggestedMapping: z.object({
      format: z.enum(KNOWN_FORMATS).nullable().describe("A known format needs no mapping: this one is used"),
      mapping: mappingSchema
        .nullable()
        .describe("Of what is certain or likely; null when no column is surely that of phone numbers"),
      options: z
        .object({ useLocalAmount: z.boolean().optional() })
        .describe("What the format says of the whole file, as options of the check"),
      reasons: z.array(
        z.object({
          field: z.string(),
          column: z.string(),
          confidence: z
            .enum(["certain", "likely", "possible"])
            .describe("What is only possible is shown here, and is no part of `mapping`"),
          because: z.string(),
        }),
      ),
      missing: z.array(z.enum(["phone", "amount"])).describe("What no column seems to say"),
    }),
    sameFile: z
      .array(z.object({ upload: z.string(), createdAt: z.string(), campaigns: z.array(z.string()) }))
      .describe("Other uploads of this very file, newest first, and the campaigns that use them"),
  })
  .meta({ id: "UploadWithSample" });

/** An upload for a list. */
export function uploadView(upload: Upload): z.output<typeof uploadViewSchema> {
  const { id, name = null, createdAtMs, sha256, bytes, bytesReceived, encoding, encodingFrom } = upload;
  const { format = "csv", sheet } = upload;
  const { delimiter, hasHeader, columns, rows, emptyRows, lines, headerLine = null, titleLines = [] } = upload;
  return {
    id,
    name,
    createdAt: timeText(createdAtMs),
    createdBy: upload.caller,
    sha256,
    bytes,
    bytesReceived,
    format,
    sheet: sheet === undefined ? null : { ...sheet, hidden: sheet.hidden ?? null },
    encoding,
    encodingFrom,
    delimiter,
    hasHeader,
    columns,
    rows,
    emptyRows,
    lines: lines === undefined ? null : { ...lines, rows, empty: emptyRows },
    headerLine,
    titleLines,
    lineBreakCells: upload.lineBreakCells ?? null,
  };
}

/** An upload with its first rows, what its columns seem to mean, and where else the file was used. */
export function uploadWithSample(
  upload: Upload,
  sameFile: readonly SameFile[],
): z.output<typeof uploadWithSampleSchema> {
  const suggested = suggestMapping(
    upload.columns,
    upload.firstRows.map(({ cells }) => cells),
  );
  const { format = null, mapping = null, options, reasons, missing } = suggested;
  return {
    ...uploadView(upload),
    firstRows: upload.firstRows.map(({ line, cells }) => ({ line, cells: cells.map(maskCell) })),
    suggestedMapping: { format, mapping, options, reasons: [...reasons], missing: [...missing] },
    sameFile: sameFile
      .filter((same) => same.upload !== upload.id)
      .map(({ upload: id, createdAtMs, campaigns }) => ({ upload: id, createdAt: timeText(createdAtMs), campaigns })),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
