/** The only file that knows yauzl. */
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import type { Bytes } from "../bytes.js";
import { UploadFault } from "../upload-fault.js";

/** More parts than a workbook has, pictures and all. */
const ENTRIES_MAX = 10_000;

/** The parts of a workbook by their names. */
export interface ZipArchive {
  /** Names of all parts, in lower case, as parts are told apart. */
  readonly names: ReadonlySet<string>;
  /**
   * A part, unpacked as it is read and no faster. Throws an `UploadFault` where it is damaged, where it is not of the
   * size or sum that it says, and where all that was unpacked of the archive so far comes to too many bytes.
   */
  read(name: string): Bytes;
}

/**
 * Opens an archive that lies in memory, packed. Its parts are read one at a time, each as often as it is asked for;
 * `bytesMax` is for all of it. The work ends when `ended` aborts.
 */
export async function openZip(
  pieces: readonly Buffer[],
  { bytesMax, ended }: { bytesMax: number; ended: AbortSignal },
): Promise<ZipArchive> {
  const zip = await open(pieces);
  const entries = await entriesOf(zip);
  let unpackedBytes = 0;
  const count = (bytes: number) => {
    if (ended.aborted) throw new UploadFault("incomplete", "The sender has gone.");
    unpackedBytes += bytes;
    if (unpackedBytes > bytesMax) {
      throw new UploadFault("too-large", `The workbook unpacks to more than ${bytesMax} bytes.`);
    }
  };
  return {
    names: new Set(entries.keys()),
    read(name) {
      const entry = entries.get(name.toLowerCase());
      if (entry === undefined) throw damaged(`it has no part ${JSON.stringify(name.slice(0, 100))}`);
      return readEntry(zip, entry, count);
    },
  };
}

/** Why an archive cannot be read. */
export function damaged(because: string, options?: ErrorOptions): UploadFault {
  return new UploadFault(
    "unreadable",
    `The workbook is damaged: ${because}. Open it, save it again and retry.`,
    options,
  );
}

function open(pieces: readonly Buffer[]): Promise<ZipFile> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const options = { lazyEntries: true, autoClose: false, validateEntrySize: true };
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(new PiecesReader(pieces), size, options, (error, zip) => {
      if (error) reject(damaged("its list of parts cannot be read", { cause: error }));
      else resolve(zip);
    });
  });
}

function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    if (zip.entryCount > ENTRIES_MAX) {
      reject(new UploadFault("unreadable", `The workbook has more than ${ENTRIES_MAX} parts.`));
      return;
    }
    zip.on("error", (cause) => reject(damaged("its list of parts cannot be read", { cause })));
    zip.on("end", () => resolve(entries));
    zip.on("entry", (entry: Entry) => {
      const name = entry.fileName.toLowerCase();
      // Of two parts with one name, another program may read the other.
      if (entries.has(name)) reject(damaged("two of its parts have one name"));
      else {
        entries.set(name, entry);
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
}

async function* readEntry(zip: ZipFile, entry: Entry, count: (bytes: number) => void): Bytes {
  if (entry.isEncrypted()) {
    throw new UploadFault("unreadable", "The workbook is protected by a password. Save it without one and retry.");
  }
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (cause, opened) => {
      if (cause) reject(damaged("a part cannot be unpacked", { cause }));
      else resolve(opened);
    });
  });
  let sum = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      count(piece.length);
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (cause) {
    throw cause instanceof UploadFault ? cause : damaged("a part is cut off or not of the size it says", { cause });
  } finally {
    stream.destroy();
  }
  if (sum !== entry.crc32) throw damaged("the checksum of a part does not fit");
}

/** Reads from pieces as they came in; a workbook is never copied into one. */
class PiecesReader extends RandomAccessReader {
  readonly #pieces: readonly Buffer[];

  constructor(pieces: readonly Buffer[]) {
    super();
    this.#pieces = pieces;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#slices(start, end), { objectMode: false });
  }

  *#slices(start: number, end: number): Generator<Buffer> {
    let offset = 0;
    for (const piece of this.#pieces) {
      const from = Math.max(0, start - offset);
      const to = Math.min(piece.length, end - offset);
      if (from < to) yield piece.subarray(from, to);
      offset += piece.length;
      if (offset >= end) return;
    }
  }
}
