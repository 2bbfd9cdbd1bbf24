import { maskEmail, maskPhone } from "@surefill/topup";

/** Fields of job data that say nothing about a person. Text anywhere else is masked. */
const SHOWN =
  /^(?:reference|customIdentifier|attempt|operatorId|amount|useLocalAmount|countryCode|campaign|jobId|endpointId|eventId)$/;

const EMAIL = /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
/** Six digits or more, also when grouped as people write phone numbers. */
const DIGITS = /\+?\d(?:[ ().-]{0,2}\d){5,}/g;

const DEPTH_MAX = 8;

/**
 * Masks phone numbers and e-mail addresses in what a job holds. Our own jobs hold none, but another service may have
 * put a whole request into the queue.
 */
export function maskJobData(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return maskText(value);
  if (typeof value === "number" && Math.abs(value) >= 100_000) return maskText(String(value));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "…";
  if (Array.isArray(value)) return value.map((item) => maskJobData(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const isShown = SHOWN.test(name) && (typeof item !== "object" || item === null);
      return [maskText(name), isShown ? item : maskJobData(item, depth + 1)];
    }),
  );
}

/** Masks phone numbers and e-mail addresses in text that somebody else made. */
export function maskText(text: string): string {
  return text.replace(EMAIL, maskEmail).replace(DIGITS, (digits) => maskPhone(digits.replace(/\D/g, "")));
}

/** Texts of a job that the board's own formatters do not reach. */
const FREE_TEXT = /^(?:failedReason|stacktrace|deferredFailure|logs)$/;

/** Masks the free texts in a whole answer of the board. */
export function maskAnswer(answer: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([name, item]) => [name, FREE_TEXT.test(name) ? maskJobData(item) : maskInside(item)]),
  );
}

function maskInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskInside);
  return typeof value === "object" && value !== null ? maskAnswer(value) : value;
}
