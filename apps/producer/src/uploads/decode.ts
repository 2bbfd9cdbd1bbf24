import { isAscii, isUtf8 } from "node:buffer";
import type { Encoding, Upload } from "@surefill/topup-store";
import { type Bytes, behead, without } from "./bytes.js";
import { UploadFault } from "./upload-fault.js";

/** The text of a file in UTF-8, piece by piece, each of whole characters; and how it was encoded. */
export type Decoded = {
  text: Bytes;
  /** Complete once `text` has been read to its end; before that, what is known so far. */
  encoding(): Pick<Upload, "encoding" | "encodingFrom">;
};

/** So much of the beginning tells UTF-16 and formats that are no text. */
const HEAD_BYTES = 4_096;

/**
 * Decodes a file: by what the caller says, by its byte order mark, as UTF-16 where every other byte of Latin text is
 * 0, and else as UTF-8. The first byte that no ASCII text has decides for good: where it begins no character of UTF-8
 * the file is windows-1252, as older spreadsheets write it. Nothing before it needs to be read in another way.
 */
export function decode(bytes: Bytes, wanted: Encoding | undefined): Decoded {
  let found: Pick<Upload, "encoding" | "encodingFrom"> = { encoding: "utf-8", encodingFrom: "content" };
  async function* text(): Bytes {
    const { head, rest } = await behead(bytes, HEAD_BYTES);
    const start = look(head, wanted);
    found = { encoding: start.encoding, encodingFrom: start.from };
    const body = without(rest, start.markBytes);
    if (start.encoding !== "utf-8") return yield* decodeAs(body, start.encoding);
    if (start.from !== "content") return yield* utf8(body, refuse);
    yield* utf8(body, () => {
      found = { encoding: "windows-1252", encodingFrom: "fallback" };
    });
  }
  return { text: text(), encoding: () => found };
}

function refuse(): never {
  throw new UploadFault("unreadable", "The file is not UTF-8 throughout, as its beginning says.");
}

const MARKS: ReadonlyArray<{ mark: Buffer; encoding: Encoding }> = [
  { mark: Buffer.from([0xef, 0xbb, 0xbf]), encoding: "utf-8" },
  { mark: Buffer.from([0xff, 0xfe]), encoding: "utf-16le" },
  { mark: Buffer.from([0xfe, 0xff]), encoding: "utf-16be" },
];

/** Formats that people take for the CSV they meant to send. */
const OTHER_FORMATS: ReadonlyArray<{ magic: Buffer; what: string }> = [
  { magic: Buffer.from("%PDF-", "latin1"), what: "a PDF document" },
  { magic: Buffer.from("{\\rtf", "latin1"), what: "an RTF document" },
];

type Start = { encoding: Encoding; from: Upload["encodingFrom"]; markBytes: number };

function look(head: Buffer, wanted: Encoding | undefined): Start {
  const other = OTHER_FORMATS.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  if (other !== undefined) {
    throw new UploadFault("unreadable", `The file is ${other.what}, not CSV. Export the sheet as CSV.`);
  }
  const marked = MARKS.find(({ mark }) => head.subarray(0, mark.length).equals(mark));
  const markBytes = marked?.mark.length ?? 0;
  if (wanted !== undefined) {
    return { encoding: wanted, from: "caller", markBytes: marked?.encoding === wanted ? markBytes : 0 };
  }
  if (marked !== undefined) return { encoding: marked.encoding, from: "byte-order-mark", markBytes };
  return { encoding: byZeros(head), from: "content", markBytes: 0 };
}

/** Latin text in UTF-16 has a zero in nearly every second byte, on one side; other text has none. */
function byZeros(head: Buffer): Encoding {
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd === 0) return "utf-8";
  const half = head.length / 2;
  if (odd > half * 0.5 && even < half * 0.1) return "utf-16le";
  if (even > half * 0.5 && odd < half * 0.1) return "utf-16be";
  throw new UploadFault("unreadable", "The file holds bytes of 0: it is no text.");
}

async function* decodeAs(bytes: Bytes, encoding: Encoding): Bytes {
  const decoder = new TextDecoder(encoding, { fatal: encoding !== "windows-1252", ignoreBOM: true });
  try {
    for await (const piece of bytes) {
      const text = decoder.decode(piece, { stream: true });
      if (text !== "") yield Buffer.from(text);
    }
    const last = decoder.decode();
    if (last !== "") yield Buffer.from(last);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UploadFault("unreadable", `The file is not valid ${encoding} throughout.`, { cause });
  }
}

/**
 * Hands UTF-8 on as it is, cut between characters. At the first character beyond ASCII that is none of UTF-8,
 * `otherwise` is told and all from there on is read as windows-1252; a later one is a fault.
 */
async function* utf8(bytes: Bytes, otherwise: () => void): Bytes {
  let held = Buffer.alloc(0);
  let isSure = false;
  let fallback: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of bytes) {
    if (fallback !== undefined) {
      yield Buffer.from(fallback.decode(piece, { stream: true }));
      continue;
    }
    const joined = held.length === 0 ? piece : Buffer.concat([held, piece]);
    const cut = wholeCharacters(joined);
    const whole = joined.subarray(0, cut);
    held = Buffer.from(joined.subarray(cut));
    if (isAscii(whole)) {
      if (whole.length > 0) yield whole;
    } else if (isUtf8(whole)) {
      isSure = true;
      yield whole;
    } else {
      if (isSure || beginsAsUtf8(whole)) throw mixed();
      otherwise();
      fallback = new TextDecoder("windows-1252");
      yield Buffer.from(fallback.decode(joined, { stream: true }));
      held = Buffer.alloc(0);
    }
  }
  if (held.length === 0) return;
  if (isSure) throw mixed();
  otherwise();
  yield Buffer.from(new TextDecoder("windows-1252").decode(held));
}

function mixed(): UploadFault {
  return new UploadFault("unreadable", "The file begins as UTF-8 and goes on in another encoding. Export it anew.");
}

/** Whether the first character beyond ASCII is one of UTF-8. */
function beginsAsUtf8(bytes: Buffer): boolean {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const length = characterBytes(bytes[first] ?? 0);
  return length > 1 && isUtf8(bytes.subarray(first, first + length));
}

/** Where the last character begins that may go on in the next piece; the length where none does. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return characterBytes(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function characterBytes(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
