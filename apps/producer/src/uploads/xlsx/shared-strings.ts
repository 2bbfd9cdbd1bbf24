import type { Bytes } from "../bytes.js";
import { UploadFault } from "../upload-fault.js";
import { plainText } from "./plain-text.js";
import { hearXml } from "./xml-reader.js";

const TEXT_BYTES_MAX = 67_108_864;
const STRINGS_MAX = 8_000_000;

/**
 * The texts that cells name by number, flat in memory: a million strings in an array would take four times as much.
 * A text of several formats is one; how it is pronounced is left out.
 */
export class SharedStrings {
  #bytes = Buffer.allocUnsafe(65_536);
  #ends = new Uint32Array(1_024);
  #count = 0;

  /** Reads a part of shared strings. Throws an `UploadFault` where there are too many. */
  static async read(part: Bytes): Promise<SharedStrings> {
    const strings = new SharedStrings();
    let text = "";
    let isText = false;
    let isPronunciation = false;
    await hearXml(part, {
      open(name) {
        if (name === "si") text = "";
        else if (name === "rPh") isPronunciation = true;
        else if (name === "t") isText = !isPronunciation;
      },
      close(name) {
        if (name === "si") strings.#add(plainText(text));
        else if (name === "rPh") isPronunciation = false;
        else if (name === "t") isText = false;
      },
      text(found) {
        if (isText) text += found;
      },
    });
    return strings;
  }

  /** The text of this number, counted from 0; `undefined` where there is none. */
  at(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    return this.#bytes.toString("utf8", index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
  }

  #add(text: string): void {
    const start = this.#count === 0 ? 0 : (this.#ends[this.#count - 1] ?? 0);
    const end = start + Buffer.byteLength(text);
    if (end > TEXT_BYTES_MAX || this.#count === STRINGS_MAX) {
      throw new UploadFault("too-large", "The workbook has too many texts. Save the sheet as CSV and send that.");
    }
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    if (this.#count === this.#ends.length) {
      const larger = new Uint32Array(this.#ends.length * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#bytes.write(text, start);
    this.#ends[this.#count] = end;
    this.#count += 1;
  }
}
