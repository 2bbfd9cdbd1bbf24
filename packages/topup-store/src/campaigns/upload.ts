import { z } from "zod";

/** An upload's id: `upl_` and a UUID version 7, so that ids sort by the time they were made. */
export const uploadIdSchema = z.string().regex(/^upl_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
  error: "must be the id of an upload",
});

/** How the characters of a file were written. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What files are read. */
export const FILE_FORMATS = ["csv", "xlsx"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** What may stand between two cells. */
export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** One row of a file as it was received: the line it starts on, counted from 1, and its cells in order. */
export type UploadRow = { line: number; cells: string[] };

const uploadRowSchema = z
  .tuple([z.int().min(1)])
  .rest(z.string())
  .transform(([line, ...cells]): UploadRow => ({ line, cells }));

/** Which part of a workbook an upload is. */
export const sheetFactsSchema = z.object({
  name: z.string(),
  /** The other sheets, which were not read. */
  others: z.array(z.string()),
  /** Hidden rows in which something stands, and the letters of such columns. */
  hiddenRows: z.number(),
  hiddenColumns: z.array(z.string()),
  /** What became of them, as the caller said. */
  hidden: z.enum(["include", "skip"]).optional(),
});
export type SheetFacts = z.output<typeof sheetFactsSchema>;

/** A file that was received whole. */
export const uploadSchema = z.object({
  id: z.string(),
  /** What the caller calls it. */
  name: z.string().optional(),
  /** Whose API key sent it. */
  caller: z.string(),
  createdAtMs: z.number(),
  /** SHA-256 (hex) of the file, unpacked where it came packed. */
  sha256: z.string(),
  /** Bytes received, and bytes of the file itself; they differ where it came packed. */
  bytesReceived: z.number(),
  bytes: z.number(),
  /** Absent: CSV. A workbook has UTF-8 and commas, as the CSV files have that are written for it. */
  format: z.enum(FILE_FORMATS).optional(),
  /** Of a workbook. */
  sheet: sheetFactsSchema.optional(),
  encoding: z.enum(ENCODINGS),
  /** What the encoding was told from. */
  encodingFrom: z.enum(["caller", "byte-order-mark", "content", "fallback"]),
  delimiter: z.enum(DELIMITERS),
  /** Whether the first row names the columns; else they are called `column 1` and so on. */
  hasHeader: z.boolean(),
  /** Unique names of the columns, in order. */
  columns: z.array(z.string()),
  /** Rows that hold something, without the header. */
  rows: z.number(),
  /** Lines and rows without a single filled cell; they are not counted as rows. */
  emptyRows: z.number(),
  /**
   * The lines of the file: `total` is the sum of the others, of `rows` and of `emptyRows`. `withinCells`: line breaks in
   * quoted cells of rows. Absent in uploads of versions that did not count them.
   */
  lines: z
    .object({
      total: z.number(),
      separator: z.number(),
      titles: z.number(),
      header: z.number(),
      withinCells: z.number(),
      /** Hidden rows of a sheet that were skipped. */
      hidden: z.number().optional(),
    })
    .optional(),
  /** The line that names the columns. Absent where none does, and in uploads of earlier versions. */
  headerLine: z.number().optional(),
  /** Rows above the header, with the digits of longer numbers hidden. */
  titleLines: z.array(z.object({ line: z.number(), text: z.string() })).optional(),
  /**
   * Quoted cells that hold line breaks and what a row would: how many, how many line breaks they hold, and the first few.
   * Absent where there are none.
   */
  lineBreakCells: z
    .object({
      count: z.number(),
      lineBreaks: z.number(),
      samples: z.array(z.object({ line: z.number(), lines: z.number(), column: z.string(), text: z.string() })),
    })
    .optional(),
  /** Columns in which every filled cell is a number with one comma before one or two digits, in a file with semicolons. */
  decimalCommaColumns: z.array(z.string()).optional(),
  /** The first rows. */
  firstRows: z.array(uploadRowSchema),
});
export type Upload = z.output<typeof uploadSchema>;

/** Another upload of the very same file, and the campaigns that use it. */
export type SameFile = { upload: string; createdAtMs: number; campaigns: string[] };

export type UploadPage = { uploads: Upload[]; nextCursor?: string };
