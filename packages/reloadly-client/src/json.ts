import { isUtf8 } from "node:buffer";
import { parse } from "lossless-json";

/** The result of reading a body as JSON; `undefined` says that it is not JSON, since JSON itself has no `undefined`. */
export type Json = unknown;

/**
 * Reads a body as UTF-8 JSON. Every JSON number becomes the text it was written as ("505.00000000000", "3.8E-5"),
 * because a double would lose digits of money. Returns `undefined` for anything that is not JSON, an object with
 * one key twice and two values included: which of the two was meant cannot be known.
 *
 * The parser's own error is dropped on purpose. It quotes the body, and a body may hold a phone number or a token.
 */
export function parseJson(body: Buffer): Json {
  if (body.length === 0 || !isUtf8(body)) return undefined;
  try {
    return parse(body.toString("utf8"), undefined, keepNumberText);
  } catch {
    return undefined;
  }
}

function keepNumberText(text: string): string {
  return text;
}
