/**
 * What may be written to a log. Names decide for fields, patterns decide for free text: an error's message is made by
 * whoever throws it (a driver, a provider), so it is never trusted to be clean.
 */

const SECRET_NAME =
  /^(?:.*secrets?|.*passwords?|passwd|.*tokens?|.*api[-_]?keys?|authorization|proxy-authorization|cookie|set-cookie|credentials?|auth)$/i;
const PHONE_NAME = /^(?:.*phones?|.*phone[-_]?numbers?|numbers?|msisdns?|recipients?|senders?)$/i;
const EMAIL_NAME = /^.*e-?mails?$/i;
/** Fields that hold text made by somebody else, in which a phone number may stand anywhere. */
const FREE_TEXT_NAME = /^(?:url|path|message|stack|reason|body|detail)$/i;

// Every part that is tried at each character has a greatest length, or consumes what it has looked at: so the time that
// a text takes grows with its length, and not with the square of it.
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^/@\s]*@/gi;
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+/gi;
/** The base64 of `{"` begins every JWT; a part of one is hidden like a whole one. */
const JWT = /\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){0,2}/g;
const EMAIL = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g;
/** Seven digits or more, also when grouped as people write phone numbers. Dots are left out: they are IP addresses. */
const DIGIT_RUN = /\+?\d(?:[ ()-]{0,2}\d){6,}/g;
const INTERNATIONAL_NUMBER = /\+\d{7,}/g;

const DEPTH_MAX = 6;
const ITEMS_MAX = 50;
const TEXT_LENGTH_MAX = 8_192;
/** Of a field's name so much is looked at, and written. */
const NAME_LENGTH_MAX = 100;

/** Keeps the last three characters, which is enough to tell two recipients apart and too little to call one. */
export function maskPhone(phone: string): string {
  return phone.length <= 6 ? "***" : `***${phone.slice(-3)}`;
}

/** Builds the two cleaners of one logger. `secrets` are exact values that are taken out wherever they turn up. */
export function createScrubber(secrets: readonly string[]) {
  // A very short "secret" would eat ordinary words; config schemas ask for longer ones.
  const values = secrets.filter((secret) => secret.length >= 6);

  function scrubSecrets(text: string): string {
    let clean = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)} [cut]` : text;
    for (const value of values) clean = clean.replaceAll(value, "[hidden]");
    return clean.replace(URL_CREDENTIALS, "$1[hidden]@").replace(BEARER, "$1 [hidden]").replace(JWT, "[hidden]");
  }

  /** Text made by somebody else: also without e-mail addresses and long runs of digits. */
  function scrubText(text: string): string {
    return scrubSecrets(text).replace(EMAIL, "[email]").replace(DIGIT_RUN, "[number]");
  }

  /**
   * Only known properties of an error are taken. Drivers hang whole requests on their errors (ioredis: the command
   * with all its arguments), and those hold recipients.
   */
  function scrubError(error: Error, depth: number): Record<string, unknown> {
    const clean: Record<string, unknown> = { type: error.name, message: scrubText(error.message) };
    if ("code" in error && (typeof error.code === "string" || typeof error.code === "number"))
      clean["code"] = error.code;
    if (error.stack !== undefined) clean["stack"] = scrubText(error.stack);
    if (depth >= DEPTH_MAX) return clean;
    if (error.cause instanceof Error) clean["cause"] = scrubError(error.cause, depth + 1);
    if (error instanceof AggregateError) clean["errors"] = scrubValue("errors", error.errors, depth + 1);
    return clean;
  }

  function scrubNamedText(name: string, text: string): string {
    if (FREE_TEXT_NAME.test(name)) return scrubText(text);
    return scrubSecrets(text).replace(INTERNATIONAL_NUMBER, "[number]");
  }

  function scrubValue(name: string, value: unknown, depth: number): unknown {
    if (value === null || value === undefined) return value;
    if (SECRET_NAME.test(name)) return "[hidden]";
    if (typeof value === "string" || typeof value === "number") {
      if (PHONE_NAME.test(name)) return maskPhone(String(value));
      if (EMAIL_NAME.test(name)) return "[email]";
    }
    if (typeof value === "string") return scrubNamedText(name, value);
    if (typeof value === "bigint") return value.toString();
    if (typeof value === "number" || typeof value === "boolean") return value;
    if (value instanceof Error) return scrubError(value, depth);
    if (value instanceof Date) return value;
    if (typeof value !== "object") return `[${typeof value}]`;
    if (depth >= DEPTH_MAX) return "[deeper]";
    if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => scrubValue(name, item, depth + 1));
    return scrubFields(value, depth + 1);
  }

  /** Every field by its name, at any depth; what is deeper or longer than a log line should be is cut. */
  function scrubFields(fields: object, depth = 0): Record<string, unknown> {
    const clean: Record<string, unknown> = {};
    for (const [longName, value] of Object.entries(fields).slice(0, ITEMS_MAX)) {
      const name = longName.slice(0, NAME_LENGTH_MAX);
      clean[name] = scrubValue(name, value, depth);
    }
    return clean;
  }

  return { scrubText, scrubFields: (fields: object) => scrubFields(fields) };
}
