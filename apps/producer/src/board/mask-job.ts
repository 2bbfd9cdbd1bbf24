import { maskEmail, maskPhone } from "@surefill/topup";

/** Fields of job data that say nothing about a person. Text anywhere else is masked. */
const SHOWN =
  /^(?:reference|customIdentifier|attempt|operatorId|amount|useLocalAmount|countryCode|campaign|jobId|endpointId|eventId)$/;

/** Bounded, so that the time which a text takes grows with its length and not with the square of it. */
const EMAIL = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g;
/** Six digits or more, also when grouped as people write phone numbers. */
const DIGITS = /\+?\d(?:[ ().-]{0,2}\d){5,}/g;

const DEPTH_MAX = 8;
/** What the board shows of one text, and how many values it shows of one job: far more than a job of ours holds. */
const TEXT_CHARACTERS_MAX = 2_000;
const VALUES_MAX = 500;
/** Longer than any e-mail address or number: where a text is cut, a part of one may be left that no pattern finds. */
const TOKEN_CHARACTERS_MAX = 320;
const CUT = "…";

/**
 * Masks phone numbers and e-mail addresses in what a job holds. Our own jobs hold none, but another service may have
 * put a whole request into the queue. Long texts, deep objects and long lists are cut before they are looked at.
 */
export function maskJobData(value: unknown): unknown {
  return maskValue(value, { depth: 0, shown: { values: 0 } });
}

/** Where in a job a value is, and how many of the job's values came before it. */
type Place = { depth: number; shown: { values: number } };

function maskValue(value: unknown, { depth, shown }: Place): unknown {
  shown.values += 1;
  if (typeof value === "string") return maskText(value);
  if (typeof value === "number" && Math.abs(value) >= 100_000) return maskText(String(value));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return CUT;
  const inside = { depth: depth + 1, shown };
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (shown.values >= VALUES_MAX) return [...items, CUT];
      items.push(maskValue(item, inside));
    }
    return items;
  }
  const fields: [string, unknown][] = [];
  for (const [name, item] of Object.entries(value)) {
    if (shown.values >= VALUES_MAX) return Object.fromEntries([...fields, [CUT, CUT]]);
    const isShown = SHOWN.test(name) && (typeof item !== "object" || item === null);
    fields.push([maskText(name), isShown ? cutShown(item, shown) : maskValue(item, inside)]);
  }
  return Object.fromEntries(fields);
}

function cutShown(item: unknown, shown: Place["shown"]): unknown {
  shown.values += 1;
  return typeof item === "string" ? cutText(item) : item;
}

/** Masks phone numbers and e-mail addresses in text that somebody else made. What is longer than a page is cut first. */
export function maskText(text: string): string {
  return cutText(text)
    .replace(EMAIL, maskEmail)
    .replace(DIGITS, (digits) => maskPhone(digits.replace(/\D/g, "")));
}

function cutText(text: string): string {
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  const space = text.lastIndexOf(" ", TEXT_CHARACTERS_MAX);
  const end = Math.max(space, TEXT_CHARACTERS_MAX - TOKEN_CHARACTERS_MAX);
  return `${text.slice(0, end)} ${CUT} (${text.length} characters)`;
}

/** Texts of a job that the board's own formatters do not reach. */
const FREE_TEXT = /^(?:failedReason|stacktrace|deferredFailure|logs)$/;
/** The data of a job in a list of a queue begins at the fifth level. */
const ANSWER_DEPTH_MAX = 5 + DEPTH_MAX;

/** Masks the free texts in a whole answer of the board, and cuts what is too long or too deep in the rest of it. */
export function maskAnswer(answer: object): Record<string, unknown> {
  return maskFields(answer, 0);
}

function maskFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, item]) => [
      name,
      FREE_TEXT.test(name) ? maskJobData(item) : maskInside(item, depth + 1),
    ]),
  );
}

function maskInside(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cutText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > ANSWER_DEPTH_MAX) return CUT;
  return Array.isArray(value) ? value.map((item) => maskInside(item, depth + 1)) : maskFields(value, depth);
}
