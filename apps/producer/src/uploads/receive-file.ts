import { createHash } from "node:crypto";
import { CHUNK_ROWS } from "@surefill/campaign";
import type { Delimiter, Encoding, Upload, UploadRow, Uploads } from "@surefill/topup-store";
import { type Bytes, behead, without } from "./bytes.js";
import { createRowCutter, type RowCutter } from "./csv-rows.js";
import { decode } from "./decode.js";
import { columnNames, findDelimiter, looksLikeHeader, placeNames, separatorLine } from "./find-form.js";
import { unpack } from "./unpack.js";
import { UploadFault } from "./upload-fault.js";

/** What may come in. */
export type UploadLimits = { bytesMax: number; rowsMax: number };

/** What a caller says of a file; what is left out is found. */
export type FileWishes = { encoding?: Encoding; delimiter?: Delimiter; hasHeader?: boolean };

/** What was found out of a file whose rows were all stored. */
export type ReceivedFile = Omit<Upload, "id" | "name" | "caller" | "createdAtMs">;

/** So much of the text tells the delimiter. */
const SAMPLE_BYTES = 65_536;
const COLUMNS_MAX = 500;
const FIRST_ROWS = 10;
/** Chunks that are being deflated and written while the next rows are read. */
const WRITES_MAX = 4;

/**
 * Reads a file to its end and stores its rows, in memory that does not grow with it. Throws an `UploadFault` where the
 * file is no CSV or breaks a limit; whatever it throws, rows that were stored are the caller's to discard.
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
  const { wishes, limits, ended } = options;
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
  const decoded = decode(file, wishes.encoding);
  const { head, rest, isWhole } = await behead(decoded.text, SAMPLE_BYTES);
  if (head.length === 0) throw new UploadFault("unreadable", "The file is empty.");
  const sample = head.toString();
  const separator = separatorLine(sample);
  const delimiter = wishes.delimiter ?? separator?.delimiter ?? findDelimiter(sample, isWhole);
  const cutter = createRowCutter(delimiter, separator === undefined ? 1 : 2);
  const rows = new RowKeeper(options, wishes.hasHeader);
  await rows.takeAll(cutter, without(rest, separator?.length ?? 0));
  const found = await rows.finish();
  return {
    ...decoded.encoding(),
    ...found,
    delimiter,
    sha256: hash.digest("hex"),
    bytesReceived: sizes.received,
    bytes: sizes.file,
  };
}

async function* counted(bytes: Bytes, bytesMax: number, count: (bytes: Buffer) => number): Bytes {
  for await (const piece of bytes) {
    if (count(piece) > bytesMax) throw new UploadFault("too-large", `The file has more than ${bytesMax} bytes.`);
    yield piece;
  }
}

type Found = Pick<ReceivedFile, "hasHeader" | "columns" | "rows" | "emptyRows" | "firstRows">;

/** Tells header from rows and empty rows from others, and stores the rows in chunks. */
class RowKeeper {
  readonly #target: { id: string; limits: UploadLimits; store: Pick<Uploads, "writeChunk"> };
  #hasHeader: boolean | undefined;
  #columns: string[] | undefined;
  #pending: UploadRow[] = [];
  #chunks = 0;
  #rows = 0;
  #emptyRows = 0;
  readonly #firstRows: UploadRow[] = [];
  readonly #writes = new Set<Promise<void>>();
  #failure: unknown;

  constructor(target: { id: string; limits: UploadLimits; store: Pick<Uploads, "writeChunk"> }, hasHeader?: boolean) {
    this.#target = target;
    this.#hasHeader = hasHeader;
  }

  async takeAll(cutter: RowCutter, text: Bytes): Promise<void> {
    try {
      for await (const piece of text) {
        // A piece of 64 KiB is cut in a few milliseconds; a larger one would keep other requests waiting.
        for (let start = 0; start < piece.length; start += SAMPLE_BYTES) {
          await this.#take(await cutter.cut(piece.subarray(start, start + SAMPLE_BYTES)));
        }
      }
      await this.#take(await cutter.end());
    } finally {
      await Promise.allSettled(this.#writes);
    }
  }

  async finish(): Promise<Found> {
    if (this.#pending.length > 0) await this.#write();
    await Promise.all(this.#writes);
    if (this.#failure !== undefined) throw this.#failure;
    const columns = this.#columns;
    if (columns === undefined || this.#rows === 0) {
      throw new UploadFault("unreadable", "The file has no rows: there is nobody to pay.");
    }
    return {
      hasHeader: this.#hasHeader ?? false,
      columns,
      rows: this.#rows,
      emptyRows: this.#emptyRows,
      firstRows: this.#firstRows,
    };
  }

  async #take(rows: readonly UploadRow[]): Promise<void> {
    for (const row of rows) {
      if (row.cells.every((cell) => cell.trim() === "")) {
        this.#emptyRows += 1;
      } else if (this.#columns !== undefined || !this.#isHeader(row)) {
        this.#keep(row);
        if (this.#pending.length === CHUNK_ROWS) await this.#write();
      }
    }
  }

  /** The first row that holds something: names the columns, or else is the first recipient. */
  #isHeader({ cells }: UploadRow): boolean {
    this.#hasHeader ??= looksLikeHeader(cells);
    const columns = this.#hasHeader ? columnNames(cells) : placeNames(cells.length);
    if (columns.length > COLUMNS_MAX) {
      throw new UploadFault("unreadable", `The file has more than ${COLUMNS_MAX} columns.`);
    }
    this.#columns = columns;
    return this.#hasHeader;
  }

  #keep(row: UploadRow): void {
    this.#rows += 1;
    const { rowsMax } = this.#target.limits;
    if (this.#rows > rowsMax) throw new UploadFault("too-large", `The file has more than ${rowsMax} rows.`);
    if (this.#firstRows.length < FIRST_ROWS) this.#firstRows.push(row);
    this.#pending.push(row);
  }

  async #write(): Promise<void> {
    const rows = this.#pending;
    this.#pending = [];
    while (this.#writes.size >= WRITES_MAX) await Promise.race(this.#writes);
    if (this.#failure !== undefined) throw this.#failure;
    const writing: Promise<void> = this.#target.store
      .writeChunk(this.#target.id, this.#chunks, rows)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
    this.#chunks += 1;
  }
}
