/** The only file that knows saxes. */
import { SaxesParser } from "saxes";
import type { Bytes } from "../bytes.js";
import { damaged } from "./zip-archive.js";

/** What is told of a part while it is read. Names of elements come without their prefix. */
export type XmlListener = {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  /** Of one piece of text or several. */
  text(text: string): void;
};

/** So many elements may be within one another; a workbook needs about ten. */
const DEPTH_MAX = 64;
/** A text, a tag or a comment may have so many bytes; a cell of Excel holds at most 32,767 characters. */
const TOKEN_BYTES_MAX = 1_048_576;

/**
 * Reads an XML part piece by piece and yields after each, so that what was heard can be taken meanwhile. A document
 * type, with which entities come, is refused: no workbook has one. Throws an `UploadFault` where it is no XML.
 */
export async function* readXml(part: Bytes, listener: XmlListener): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false });
  let depth = 0;
  let bytesSinceToken = 0;
  const heard = () => {
    bytesSinceToken = 0;
  };
  parser.on("opentag", ({ name, attributes }) => {
    heard();
    depth += 1;
    if (depth > DEPTH_MAX) throw damaged(`elements are nested more than ${DEPTH_MAX} deep`);
    listener.open(localName(name), attributes);
  });
  parser.on("closetag", ({ name }) => {
    heard();
    depth -= 1;
    listener.close(localName(name));
  });
  const text = (found: string) => {
    heard();
    listener.text(found);
  };
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("comment", heard);
  parser.on("processinginstruction", heard);
  parser.on("doctype", () => {
    throw damaged("a part declares a document type, which no workbook does");
  });
  parser.on("error", (cause) => {
    throw damaged("a part is not XML", { cause });
  });
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const piece of part) {
    decoder ??= new TextDecoder(encodingOf(piece), { fatal: true });
    bytesSinceToken += piece.length;
    parser.write(decoded(decoder, piece));
    if (bytesSinceToken > TOKEN_BYTES_MAX) throw damaged(`a text or tag has more than ${TOKEN_BYTES_MAX} bytes`);
    yield;
  }
  if (decoder === undefined) throw damaged("a part is empty");
  parser.write(decoded(decoder)).close();
  yield;
}

function decoded(decoder: InstanceType<typeof TextDecoder>, piece?: Buffer): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (cause) {
    throw damaged("a part is neither UTF-8 nor UTF-16", { cause });
  }
}

function encodingOf(head: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : "utf-8";
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Reads a part to its end. */
export async function hearXml(part: Bytes, listener: XmlListener): Promise<void> {
  for await (const _ of readXml(part, listener));
}
