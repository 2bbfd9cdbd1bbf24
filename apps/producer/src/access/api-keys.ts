import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** One API key that is let in: its name for the log, and the SHA-256 of the key. */
export type ApiKey = { name: string; digest: Buffer };

const ENTRY = /^([A-Za-z0-9._-]{1,40}):([0-9a-f]{64})$/;
const NAME_RULE = "1 to 40 characters out of A-Z a-z 0-9 . _ -";

/** The name of a key where somebody asks for one. Upper and lower case are different names. */
export const keyNameSchema = z
  .string({ error: "must be given once" })
  .regex(/^(?:person:)?[A-Za-z0-9._-]{1,40}$/, { error: `must be the name of an API key: ${NAME_RULE}` });

/** The setting `API_KEYS`: `name:sha256` entries, separated by commas. The keys themselves are stored nowhere. */
export const apiKeysSchema = z.string().transform((text, context): readonly ApiKey[] => {
  const keys: ApiKey[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    const [, name, hex] = ENTRY.exec(entry) ?? [];
    if (name === undefined || hex === undefined || keys.some((key) => key.name === name)) {
      context.addIssue(`has a wrong entry or a name that comes twice (entry ${keys.length + 1})`);
      return z.NEVER;
    }
    keys.push({ name, digest: Buffer.from(hex, "hex") });
  }
  return keys;
});

/** Makes a key of 256 random bits, and the entry that lets it in. A plain hash is enough for a key nobody can guess. */
export function newApiKey(name: string): { key: string; entry: string } {
  const key = `sf_${randomBytes(32).toString("base64url")}`;
  const entry = `${name}:${digestOf(key).toString("hex")}`;
  if (!ENTRY.test(entry)) throw new RangeError(`a key's name is ${NAME_RULE}`);
  return { key, entry };
}

/** The name of the key that a request shows, or `undefined`. Takes the same time whichever key it is, or none. */
export function findApiKey(keys: readonly ApiKey[], presented: string): string | undefined {
  const digest = digestOf(presented);
  let found: string | undefined;
  for (const key of keys) if (timingSafeEqual(key.digest, digest)) found = key.name;
  return found;
}

/** The key in `Authorization: Bearer …` or `X-Api-Key`; empty when there is none. */
export function presentedKey(header: (name: string) => string | undefined): string {
  const bearer = /^Bearer +([^\s]+) *$/i.exec(header("authorization") ?? "")?.[1];
  return bearer ?? header("x-api-key") ?? "";
}

function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
