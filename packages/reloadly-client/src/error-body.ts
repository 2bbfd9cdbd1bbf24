import { z } from "zod";
import { parseJson } from "./json.js";
import { maskPersonalData } from "./mask.js";

/** What a body of a failed request says. All five shapes that Reloadly is seen to send end up here. */
export interface ErrorBody {
  /**
   * "reloadly": Reloadly's own error object. "spring": the default object of the framework beneath it, for unknown
   * paths and raw 500s. "oauth": the token service's older form. "empty": no body. "other": HTML, text, other JSON.
   */
  shape: "reloadly" | "spring" | "oauth" | "empty" | "other";
  providerCode: string | null;
  /** Masked. */
  providerMessage: string | null;
}

const text = z.string().nullable().catch(null);

const reloadlySchema = z
  .object({ message: z.string(), errorCode: text, timeStamp: text })
  .refine((body) => body.errorCode !== null || body.timeStamp !== null);
const springSchema = z.object({ timestamp: z.string(), status: z.string(), error: z.string(), message: text });
const oauthSchema = z.object({ error: z.string(), error_description: text });

const EMPTY: ErrorBody = { shape: "empty", providerCode: null, providerMessage: null };
const OTHER: ErrorBody = { shape: "other", providerCode: null, providerMessage: null };

/** Reads the body of an answer that is not a success. Never throws. */
export function readErrorBody(body: Buffer): ErrorBody {
  if (body.length === 0) return EMPTY;
  const json = parseJson(body);
  const reloadly = reloadlySchema.safeParse(json);
  if (reloadly.success) return describe("reloadly", reloadly.data.errorCode, reloadly.data.message);
  const spring = springSchema.safeParse(json);
  if (spring.success) return describe("spring", null, spring.data.message);
  const oauth = oauthSchema.safeParse(json);
  if (oauth.success) return describe("oauth", oauth.data.error, oauth.data.error_description);
  return OTHER;
}

function describe(shape: ErrorBody["shape"], code: string | null, message: string | null): ErrorBody {
  const hasCode = code !== null && code.trim() !== "";
  const providerCode = hasCode ? maskPersonalData(code.trim()) : codeOfMessage(message);
  return { shape, providerCode, providerMessage: message === null ? null : maskPersonalData(message) };
}

/** The one refusal on whose meaning money depends is also seen without its code. */
function codeOfMessage(message: string | null): string | null {
  return message !== null && /has already been used/i.test(message) ? "CUSTOM_IDENTIFIER_ALREADY_USED" : null;
}
