import { once } from "node:events";
import { createGunzip } from "node:zlib";
import { type Bytes, behead } from "./bytes.js";
import { UploadFault } from "./upload-fault.js";

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** What gunzip hands on at a time. */
const PIECE_BYTES = 65_536;

/**
 * The file that a body holds: the body itself, or what it unpacks to. A body that begins as gzip does is unpacked
 * whatever it is called, since no CSV begins like that.
 */
export async function* unpack(body: Bytes, saidToBeGzip: boolean): Bytes {
  const { head, rest } = await behead(body, GZIP_MAGIC.length);
  const isGzip = head.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC);
  if (saidToBeGzip && !isGzip) throw new UploadFault("unreadable", "The body is said to be gzip, but is not.");
  if (isGzip) yield* gunzip(rest);
  else yield* rest;
}

/** Unpacks as fast as it is read and no faster: whoever counts what comes out stops a bomb after a piece. */
async function* gunzip(packed: Bytes): Bytes {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  let failed: unknown;
  // Not waited for at the end: it may be waiting for a sender whose file has been refused already.
  void feed(packed, gunzip).catch((error: unknown) => {
    failed = error;
    gunzip.destroy();
  });
  try {
    for await (const piece of gunzip) yield piece as Buffer;
  } catch (cause) {
    if (failed === undefined) throw new UploadFault("unreadable", "The gzip data is damaged or ends early.", { cause });
  } finally {
    gunzip.destroy();
  }
  if (failed !== undefined) throw failed;
}

async function feed(packed: Bytes, gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  for await (const piece of packed) {
    if (gunzip.destroyed) return;
    if (!gunzip.write(piece)) await Promise.race([once(gunzip, "drain"), once(gunzip, "close")]);
  }
  gunzip.end();
}
