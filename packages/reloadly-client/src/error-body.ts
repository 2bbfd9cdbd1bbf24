import { z } from "zod";
import type { BodyShape } from "./errors.js";
import { parseJson } from "./json.js";
import { codeOfSentence, isUsedIdentifier } from "./known-sentences.js";
import { maskPersonalData } from "./mask.js";
import { isKnownErrorCode } from "./provider-error-codes.js";

/** What a body of a failed request says. Every shape that Reloadly is seen to send ends up here. */
export interface ErrorBody {
  shape: BodyShape;
  providerCode: string | null;
  /** The code was given, and not told from the sentence. */
  isCodeGiven: boolean;
  /** Masked. */
  providerMessage: string | null;
  /** Of "spring": the HTTP status and the path of the request, as the framework saw them, and whether it says more. */
  seen?: { status: string; path: string | null; hasMessage: boolean };
}

const text = z.string().nullable().catch(null);
const filled = (value: string | null) => value !== null && value.trim() !== "";

const objectSchema = z.object({
  message: text,
  errorCode: text,
  timeStamp: text,
  timestamp: text,
  status: text,
  error: text,
  error_description: text,
  path: text,
});
type Fields = z.output<typeof objectSchema>;

const EMPTY: ErrorBody = { shape: "empty", providerCode: null, isCodeGiven: false, providerMessage: null };

/** Reads the body of an answer that is not a success. Never throws. */
export function readErrorBody(body: Buffer): ErrorBody {
  if (body.length === 0) return EMPTY;
  const fields = objectSchema.safeParse(parseJson(body)).data;
  if (fields === undefined) return { ...EMPTY, shape: "other" };
  const { message, errorCode, status, error, path } = fields;
  if (isReloadly(fields)) return describe("reloadly", errorCode, message);
  const isDated = filled(fields.timestamp) || filled(fields.timeStamp);
  if (isDated && status !== null && error !== null) {
    const hasMessage = filled(message) && !FRAMEWORK_MESSAGE.test(message ?? "");
    return { ...describe("spring", SPRING_CODES[status] ?? null, message), seen: { status, path, hasMessage } };
  }
  if (error !== null) return describe("oauth", error, fields.error_description);
  return { ...EMPTY, shape: "other" };
}

/** What the framework says when no code of Reloadly's was reached: nothing, or what it could not find or read. */
const FRAMEWORK_MESSAGE = /^(?:No message available$|No (?:static resource|handler|endpoint)\b|Content[ -]type\b)/i;

/** The framework names no code. Of what is told by the status alone, these two have a name here. */
const SPRING_CODES: Readonly<Record<string, string>> = { "404": "NOT_FOUND", "415": "UNSUPPORTED_MEDIA_TYPE" };

/**
 * Tells Reloadly's own error object, which has a message with a code or a date. Without a message its code must be one
 * of the table, and without code and date the message a sentence of Reloadly's: gateways, too, answer in JSON.
 */
function isReloadly({ message, errorCode, timeStamp, timestamp, error }: Fields): boolean {
  if (filled(errorCode)) return message !== null || isOwnCode(errorCode?.trim() ?? "");
  if (message === null || error !== null) return false;
  return filled(timeStamp) || filled(timestamp) || codeOfSentence(message) !== null;
}

/** These two words are any server's. */
const ANYBODYS_CODES: ReadonlySet<string> = new Set(["INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE"]);

function isOwnCode(code: string): boolean {
  return isKnownErrorCode(code) && !ANYBODYS_CODES.has(code);
}

function describe(shape: BodyShape, code: string | null, message: string | null): ErrorBody {
  const providerMessage = message === null ? null : maskPersonalData(message);
  if (code !== null && filled(code)) {
    return { shape, providerCode: maskPersonalData(code.trim()), isCodeGiven: true, providerMessage };
  }
  const told = shape === "reloadly" && message !== null ? codeTold(message) : null;
  return { shape, providerCode: told, isCodeGiven: false, providerMessage };
}

/** In Reloadly's own object even a part of the sentence on whose meaning money depends is enough. */
function codeTold(message: string): string | null {
  return codeOfSentence(message) ?? (isUsedIdentifier(message) ? "CUSTOM_IDENTIFIER_ALREADY_USED" : null);
}
