import { createHash } from "node:crypto";
import type { Delimiter, Encoding, Upload, Uploads } from "@surefill/topup-store";
import { othersTurn } from "../campaigns/others-turn.js";
import { type Bytes, behead, without } from "./bytes.js";
import { createRowCutter, type RowCutter } from "./csv-rows.js";
import { decode } from "./decode.js";
import { findDelimiter, separatorLine } from "./find-form.js";
import { type FoundRows, RowKeeper, type RowWishes } from "./row-keeper.js";
import { isZip, KIND_BYTES } from "./spreadsheet-kind.js";
import { unpack } from "./unpack.js";
import { UploadFault } from "./upload-fault.js";
import { receiveWorkbook, type WorkbookWishes } from "./xlsx/receive-workbook.js";

/** What may come in. */
export type UploadLimits = { bytesMax: number; rowsMax: number };

/** What a caller says of a file; what is left out is found. */
export type FileWishes = RowWishes & WorkbookWishes & { encoding?: Encoding; delimiter?: Delimiter };

/** What was found out of a file whose rows were all stored. */
export type ReceivedFile = Omit<Upload, "id" | "name" | "caller" | "createdAtMs">;

/** So much of the text tells the delimiter. */
const SAMPLE_BYTES = 65_536;

/**
 * Reads a file to its end and stores its rows, in memory that does not grow with it. Throws an `UploadFault` where the
 * file is neither CSV nor a workbook, or breaks a limit; whatever it throws, rows that were stored are the caller's to discard.
 */
export async function receiveFile(
  body: Bytes,
  options: {
    id: string;
    isGzip: boolean;
    wishes: FileWishes;
    limits: UploadLimits;
    store: Pick<Uploads, "writeChunk">;
    /** Aborts when the sender has gone: a file of kilobytes may unpack to millions of lines. */
    ended: AbortSignal;
  },
): Promise<ReceivedFile> {
  const { limits, ended } = options;
  const hash = createHash("sha256");
  const sizes = { received: 0, file: 0 };
  const received = counted(body, limits.bytesMax, (bytes) => {
    sizes.received += bytes.length;
    return sizes.received;
  });
  const file = counted(unpack(received, options.isGzip), limits.bytesMax, (bytes) => {
    if (ended.aborted) throw new UploadFault("incomplete", "The sender has gone.");
    hash.update(bytes);
    sizes.file += bytes.length;
    return sizes.file;
  });
  const { head, rest } = await behead(file, KIND_BYTES);
  const take = isZip(head) ? takeWorkbook : takeCsv;
  const taken = await take(rest, options);
  return { ...taken, sha256: hash.digest("hex"), bytesReceived: sizes.received, bytes: sizes.file };
}

type TakeOptions = Parameters<typeof receiveFile>[1];
type TakenFile = Omit<ReceivedFile, "sha256" | "bytesReceived" | "bytes">;

async function takeCsv(file: Bytes, { id, store, wishes, limits, ended }: TakeOptions): Promise<TakenFile> {
  if (wishes.sheet !== undefined || wishes.hidden !== undefined) {
    throw new UploadFault("unreadable", "The file is CSV, which has no sheets: leave out sheet and hidden.");
  }
  const decoded = decode(file, wishes.encoding);
  const { head, rest, isWhole } = await behead(decoded.text, SAMPLE_BYTES);
  if (head.length === 0) throw new UploadFault("unreadable", "The file is empty.");
  const sample = head.toString();
  const separator = separatorLine(sample);
  const delimiter = wishes.delimiter ?? separator?.delimiter ?? findDelimiter(sample, isWhole);
  const firstLine = separator === undefined ? 1 : 2;
  const cutter = createRowCutter(delimiter, firstLine);
  const keeper = new RowKeeper({ id, store, rowsMax: limits.rowsMax }, wishes, {
    firstLine,
    delimiter,
    isGuarded: true,
  });
  const found = await keepRows(keeper, cutter, { text: without(rest, separator?.length ?? 0), ended });
  return { ...decoded.encoding(), ...found, delimiter };
}

/** Encoding and delimiter of a workbook are those of the CSV files that are written for it. */
async function takeWorkbook(file: Bytes, { id, store, wishes, limits, ended }: TakeOptions): Promise<TakenFile> {
  if (wishes.encoding !== undefined || wishes.delimiter !== undefined) {
    throw new UploadFault("unreadable", "The file is a workbook, not CSV: leave out encoding and delimiter.");
  }
  const keeper = new RowKeeper({ id, store, rowsMax: limits.rowsMax }, wishes, {
    firstLine: 1,
    delimiter: ",",
    isGuarded: false, // Its cells are texts, which need no guard.
  });
  const { bytesMax } = limits;
  const { found, sheet } = await receiveWorkbook(file, { wishes, bytesMax, keeper, ended });
  return { ...found, format: "xlsx", sheet, encoding: "utf-8", encodingFrom: "content", delimiter: "," };
}

async function* counted(bytes: Bytes, bytesMax: number, count: (bytes: Buffer) => number): Bytes {
  for await (const piece of bytes) {
    if (count(piece) > bytesMax) throw new UploadFault("too-large", `The file has more than ${bytesMax} bytes.`);
    yield piece;
  }
}

async function keepRows(
  keeper: RowKeeper,
  cutter: RowCutter,
  { text, ended }: { text: Bytes; ended: AbortSignal },
): Promise<FoundRows> {
  try {
    for await (const piece of text) {
      // A piece of 64 KiB is cut in a millisecond; a larger one would keep other requests waiting.
      for (let start = 0; start < piece.length; start += SAMPLE_BYTES) {
        if (ended.aborted) throw new UploadFault("incomplete", "The sender has gone.");
        await keeper.take(cutter.cut(piece.subarray(start, start + SAMPLE_BYTES)), cutter.lines);
        await othersTurn();
      }
    }
    await keeper.take(cutter.end(), cutter.lines);
    return await keeper.finish(cutter.lines);
  } finally {
    await keeper.settle();
  }
}
