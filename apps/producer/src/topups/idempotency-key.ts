import { newReferenceSchema } from "@surefill/topup";
import { Problem } from "../http/problem.js";

/** The headers that other APIs and clients use for what is `Idempotency-Key` here; lower case, without separators. */
const TAKEN: ReadonlySet<string> = new Set(
  ["key", "token", "id"]
    .flatMap((what) => [`idempotency${what}`, `idempotence${what}`, `idempotent${what}`])
    .flatMap((name) => [name, `x${name}`])
    .concat("xidempotency", "idempotency", "paypalrequestid", "repeatabilityrequestid"),
);

/** A name with this in it means idempotency, whatever else it says. */
const MEANS_IDEMPOTENCY = /idempot/;

/**
 * The idempotency key of a request, or `undefined` where none came. The usual spellings of the header are taken as
 * `Idempotency-Key`. Throws an `idempotency_key_invalid` problem for another name that means the same (in a header or in
 * the query), for two keys that differ, and for a key that is no reference: a key that is not read protects nothing.
 */
export function idempotencyKeyOf(request: {
  headers: Readonly<Record<string, readonly string[] | undefined>>;
  query: Readonly<Record<string, unknown>>;
}): string | undefined {
  const keys = new Map<string, string>();
  for (const [name, values = []] of Object.entries(request.headers)) {
    const plain = plainName(name);
    if (!TAKEN.has(plain)) {
      if (MEANS_IDEMPOTENCY.test(plain)) throw notRead(`The header ${shownName(name)}`, name);
      continue;
    }
    for (const value of values) keys.set(readKey(value, name), name);
  }
  const asked = Object.keys(request.query).find((name) => MEANS_IDEMPOTENCY.test(plainName(name)));
  if (asked !== undefined) throw notRead(`The query parameter ${shownName(asked)}`, asked);
  if (keys.size > 1) {
    const names = [...new Set(keys.values())].map(headerName);
    throw new Problem("idempotency_key_invalid", {
      detail: `The request has different idempotency keys, in ${names.join(" and ")}.`,
    });
  }
  return [...keys.keys()][0];
}

/** The header's value may come quoted, as its draft standard wants, or bare, as most clients send it. */
function readKey(value: string, name: string): string {
  const key = newReferenceSchema.safeParse(value.replace(/^"([^"]*)"$/, "$1"));
  if (key.success) return key.data;
  throw new Problem("idempotency_key_invalid", {
    detail: `The ${headerName(name)} is not a valid reference.`,
    errors: [{ parameter: headerName(name), code: "invalid", detail: key.error.issues[0]?.message ?? "is invalid" }],
  });
}

function notRead(what: string, name: string): Problem {
  return new Problem("idempotency_key_invalid", {
    detail: `${what} is not read here: send the key as Idempotency-Key, or as reference in the body.`,
    errors: [{ parameter: shownName(name), code: "unknown", detail: "is not read; use Idempotency-Key" }],
  });
}

function plainName(name: string): string {
  return name.slice(0, NAME_CHARACTERS_MAX).toLowerCase().replaceAll(/[-_.]/g, "");
}

const NAME_CHARACTERS_MAX = 60;

function shownName(name: string): string {
  return name.slice(0, NAME_CHARACTERS_MAX);
}

/** `x-idempotency-key` as people write it: `X-Idempotency-Key`. */
function headerName(name: string): string {
  return shownName(name).replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
