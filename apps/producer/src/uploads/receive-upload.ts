import type { Ids, Logger } from "@surefill/runtime";
import { type DELIMITERS, ENCODINGS, type Upload, type Uploads } from "@surefill/topup-store";
import { z } from "zod";
import type { AtOnce } from "../http/at-once.js";
import { Problem, validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { RawRequest } from "../http/route.js";
import { type FileWishes, receiveFile, type UploadLimits } from "./receive-file.js";
import { UploadFault } from "./upload-fault.js";
import { uploadWithSample } from "./upload-view.js";

/** What receiving files needs. */
export type ReceiveUploadDeps = {
  uploads: Uploads;
  uploadLimits: UploadLimits;
  uploadsAtOnce: AtOnce;
  ids: Ids;
  log: Pick<Logger, "warn">;
};

/** The media types that CSV files are sent as. Windows calls a .csv file an Excel one where Excel is installed. */
export const CSV_TYPES = [
  "text/csv",
  "text/plain",
  "text/tab-separated-values",
  "application/csv",
  "application/vnd.ms-excel",
] as const;
/** What workbooks are sent as; a file is told by its content, whatever it is called. */
export const WORKBOOK_TYPES = [
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "application/vnd.ms-excel.sheet.macroenabled.12",
  "application/octet-stream",
] as const;
export const GZIP_TYPES = ["application/gzip", "application/x-gzip"] as const;

const DELIMITER_NAMES = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" } as const satisfies Record<
  string,
  (typeof DELIMITERS)[number]
>;

const once = { error: "must be given once" };

/** What a caller may say of a file, in the query. */
export const uploadQuerySchema = z.object({
  name: z
    .string(once)
    .max(200, { error: "must be at most 200 characters" })
    .optional()
    .describe("What the file is called, to find it again"),
  encoding: z
    .enum(ENCODINGS, { error: `must be one of ${ENCODINGS.join(", ")}` })
    .optional()
    .describe("How the characters are written; found when left out"),
  delimiter: z
    .enum(["comma", "semicolon", "tab", "pipe"], { error: "must be one of comma, semicolon, tab, pipe" })
    .optional()
    .describe("What stands between two cells; found when left out"),
  header: z
    .enum(["true", "false"], { error: "must be true or false" })
    .optional()
    .describe("Whether a row names the columns; found when left out"),
  headerLine: z
    .string(once)
    .regex(/^[1-9]\d{0,3}$/, { error: "must be the number of a line, from 1 to 9999" })
    .transform(Number)
    .optional()
    .describe("The line that names the columns, counted from 1; what stands above it is left out. Found when left out"),
  sheet: z
    .string(once)
    .min(1, { error: "must be the name of a sheet" })
    .max(100, { error: "is longer than any name of a sheet" })
    .optional()
    .describe("The sheet of a workbook: its name, or which one it is, from 1; needed where several hold something"),
  hidden: z
    .enum(["include", "skip"], { error: "must be include or skip" })
    .optional()
    .describe("What becomes of hidden or filtered rows and columns of a workbook; needed where it has some"),
});

/** `POST /v1/uploads`: takes a file as it comes in, and stores its rows. Nothing is left of one that breaks off. */
export const receiveUpload =
  (deps: ReceiveUploadDeps) =>
  async (input: {
    query: z.output<typeof uploadQuerySchema>;
    bodyStream: RawRequest["bodyStream"];
    ending: RawRequest["ending"];
    header: RawRequest["header"];
    caller: string;
  }): Promise<HttpResult> => {
    const isGzip = requireFile(input.header, deps.uploadLimits);
    requireOneHeader(input.query);
    const id = `upl_${deps.ids.uuidv7()}`;
    const leave = deps.uploadsAtOnce.take(input.caller);
    try {
      const { limits, store } = { limits: deps.uploadLimits, store: deps.uploads };
      const wishes = wishesOf(input.query);
      const file = await receiveFile(input.bodyStream, { id, isGzip, wishes, limits, store, ended: input.ending() });
      const { name } = input.query;
      const named = name !== undefined && { name };
      const createdAtMs = await deps.uploads.nowMs();
      const upload: Upload = { id, ...named, caller: input.caller, createdAtMs, ...file };
      if ((await deps.uploads.finish(upload)) === "lost") {
        throw new UploadFault("incomplete", "It took so long that its first rows were removed.");
      }
      const sameFile = await deps.uploads.sameFile(upload.sha256);
      const headers = { location: `/v1/uploads/${id}` };
      return { status: 201, headers, json: uploadWithSample(upload, sameFile) };
    } catch (error) {
      // What cannot be removed now expires by itself.
      await deps.uploads
        .discard(id)
        .catch((err: unknown) => deps.log.warn({ err, upload: id }, "rows were left behind"));
      throw asProblem(error);
    } finally {
      leave();
    }
  };

function requireOneHeader({ header, headerLine }: z.output<typeof uploadQuerySchema>): void {
  if (header !== "false" || headerLine === undefined) return;
  const detail = "says that a line names the columns, and header=false that none does";
  throw validationFailed([{ parameter: "headerLine", code: "invalid", detail }]);
}

function wishesOf(query: z.output<typeof uploadQuerySchema>): FileWishes {
  const { encoding, delimiter, header, headerLine, sheet, hidden } = query;
  return {
    ...(sheet !== undefined && { sheet }),
    ...(hidden !== undefined && { hidden }),
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter: DELIMITER_NAMES[delimiter] }),
    ...(header !== undefined && { hasHeader: header === "true" }),
    ...(headerLine !== undefined && { headerLine }),
  };
}

/** Whether the body is said to be gzip. Throws where it is said to be something else than a file we take. */
function requireFile(header: RawRequest["header"], { bytesMax }: UploadLimits): boolean {
  const type = (header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const packing = (header("content-encoding") ?? "identity").trim().toLowerCase();
  const isPacked = GZIP_TYPES.some((known) => known === type);
  if (!isPacked && ![...CSV_TYPES, ...WORKBOOK_TYPES].some((known) => known === type)) {
    throw new Problem("unsupported_media_type", {
      detail: `The Content-Type must be ${CSV_TYPES[0]}, ${WORKBOOK_TYPES[0]} or, for a packed file, ${GZIP_TYPES[0]}.`,
    });
  }
  if (packing !== "identity" && packing !== "gzip") {
    throw new Problem("unsupported_media_type", { detail: "The Content-Encoding must be gzip, or left out." });
  }
  if (Number(header("content-length") ?? 0) > bytesMax) {
    throw new Problem("upload_too_large", { detail: `The body has more than ${bytesMax} bytes.` });
  }
  return isPacked || packing === "gzip";
}

const PROBLEM_OF = {
  unreadable: "upload_unreadable",
  "too-large": "upload_too_large",
  incomplete: "body_incomplete",
} as const;

function asProblem(error: unknown): unknown {
  return error instanceof UploadFault ? new Problem(PROBLEM_OF[error.kind], { detail: error.detail }) : error;
}
