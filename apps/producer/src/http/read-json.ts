import { isUtf8 } from "node:buffer";
import { parse } from "lossless-json";
import { Problem } from "./problem.js";

/** Far more than any body of ours needs; a parser that recurses must not meet ten thousand brackets. */
const DEPTH_MAX = 10;

/** What becomes of the numbers of a body: the text that they were written as, or JavaScript's numbers. */
export type JsonNumbers = "text" | "number";

/**
 * Reads a request body. As `text` every JSON number becomes the text it was written as, so that `1e9` or `0.10` reach
 * the schema as the caller wrote them and no digit is lost in a float. Throws a `malformed_json` problem that says
 * where the body is wrong; it repeats nothing of it, since a body holds phone numbers.
 */
export function readJson(body: Buffer, numbers: JsonNumbers = "text"): unknown {
  if (body.length === 0) throw new Problem("malformed_json", { detail: "The body is empty." });
  if (!isUtf8(body)) throw new Problem("malformed_json", { detail: "The body is not UTF-8." });
  const text = body.toString("utf8");
  const tooDeepAt = deeperThan(text, DEPTH_MAX);
  if (tooDeepAt !== undefined) {
    throw new Problem("malformed_json", {
      detail: `The body is nested deeper than ${DEPTH_MAX} levels at ${placeIn(text, tooDeepAt)}.`,
    });
  }
  try {
    return parse(text, undefined, { parseNumber: (digits) => (numbers === "text" ? digits : Number(digits)) });
  } catch (error) {
    throw new Problem("malformed_json", { detail: explain(error, text) });
  }
}

function explain(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : "";
  const position = /position (\d+)$/.exec(message)?.[1];
  const place = position === undefined ? "" : ` at ${placeIn(text, Number(position))}`;
  if (message.startsWith("Duplicate key")) return `The body has the same key twice in one object${place}.`;
  return `The body is not JSON${place}.`;
}

function placeIn(text: string, position: number): string {
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  return `line ${line}, column ${position - before.lastIndexOf("\n")}`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The position of the first bracket beyond `depthMax`. Brackets inside strings do not count. */
function deeperThan(text: string, depthMax: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (inString) {
      if (code === BACKSLASH) position += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > depthMax) return position;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return undefined;
}
