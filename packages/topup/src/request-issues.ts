import type { z } from "zod";
import { fieldsAt } from "./schema-fields.js";

/** One thing wrong with what a caller sent. `pointer` is a JSON Pointer (RFC 6901) into the body. */
export type RequestIssue = {
  pointer: string;
  /** `phone_…` is the fault of a number that a schema names so (`params.code`). */
  code: "missing" | "unknown_field" | "invalid" | `phone_${string}`;
  detail: string;
};

/** More say nothing new, and a body of a megabyte can have a hundred thousand. */
const ISSUES_SHOWN_MAX = 100;

/** A key is the caller's own text, of any length. */
const POINTER_CHARACTERS_MAX = 200;

/** What was read and by which schema; without them nothing is called missing, and no other name is proposed. */
export type ReadInput = { schema: z.ZodType; input: unknown };

/**
 * Turns a schema's complaints into issues with pointers; an unknown field is named by its own pointer, with the field
 * that its name is close to. At most `ISSUES_SHOWN_MAX`, and then one that says how many more there are.
 */
export function requestIssues(error: z.ZodError, read?: ReadInput): RequestIssue[] {
  const shown: RequestIssue[] = [];
  let found = 0;
  for (const issue of error.issues) {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    found += keys.length;
    for (const key of keys.slice(0, ISSUES_SHOWN_MAX - shown.length)) shown.push(issueOf(issue, key, read));
  }
  if (found > shown.length) {
    shown.push({ pointer: "", code: "invalid", detail: `has ${found - shown.length} more faults that are not listed` });
  }
  return shown;
}

function issueOf(issue: z.core.$ZodIssue, key: string | undefined, read: ReadInput | undefined): RequestIssue {
  const { path, message } = issue;
  if (key !== undefined) {
    const near = read === undefined ? undefined : nearestName(key, fieldsAt(read.schema, path));
    const detail = near === undefined ? "is not a known field" : `is not a known field; did you mean ${near}?`;
    return { pointer: pointerTo([...path, key]), code: "unknown_field", detail };
  }
  const isMissing = read !== undefined && path.length > 0 && isAbsent(read.input, path);
  return { pointer: pointerTo(path), code: isMissing ? "missing" : codeOf(issue), detail: message };
}

function codeOf(issue: z.core.$ZodIssue): "invalid" | `phone_${string}` {
  const code: unknown = issue.code === "custom" ? issue.params?.["code"] : undefined;
  return typeof code === "string" && code.startsWith("phone_") ? `phone_${code.slice("phone_".length)}` : "invalid";
}

function isAbsent(input: unknown, path: readonly PropertyKey[]): boolean {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return true;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value === undefined;
}

function pointerTo(path: readonly PropertyKey[]): string {
  const pointer = path.map((key) => `/${escaped(String(key))}`).join("");
  return pointer.length <= POINTER_CHARACTERS_MAX ? pointer : `${pointer.slice(0, POINTER_CHARACTERS_MAX)}…`;
}

function escaped(key: string): string {
  // Cut first: what follows is not shown.
  return key
    .slice(0, POINTER_CHARACTERS_MAX + 1)
    .replaceAll("~", "~0")
    .replaceAll("/", "~1");
}

const NAME_CHARACTERS_MAX = 40;

/** Names that other APIs give to a field of ours. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  idempotencykey: "reference",
  id: "reference",
  phone: "recipientPhone",
  msisdn: "recipientPhone",
  recipient: "recipientPhone",
  email: "recipientEmail",
  operator: "operatorId",
  value: "amount",
  country: "countryCode",
  local: "useLocalAmount",
};

/** The known name that a wrong one is close to: written otherwise, with a slip or two, or another API's word for it. */
function nearestName(wrong: string, known: readonly string[]): string | undefined {
  if (wrong.length > NAME_CHARACTERS_MAX) return undefined;
  const plain = plainName(wrong);
  const alias = Object.hasOwn(OTHER_NAMES, plain) ? OTHER_NAMES[plain] : undefined;
  if (alias !== undefined && known.includes(alias)) return alias;
  const slipsMax = plain.length <= 3 ? 0 : plain.length <= 6 ? 1 : 2;
  const ranked = known
    .map((name) => ({ name, slips: slipsBetween(plain, plainName(name)) }))
    .toSorted((left, right) => left.slips - right.slips);
  return ranked.find(({ slips }) => slips <= slipsMax)?.name;
}

function plainName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
}

/** Letters to insert, remove or replace until one text is the other (Levenshtein). */
export function slipsBetween(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (before[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      now.push(Math.min(change, (before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[to.length] ?? 0;
}
