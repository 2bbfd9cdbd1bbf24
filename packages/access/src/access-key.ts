import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

const SECRET_BYTES = 32;
const ID_CHARACTERS = 20;

/** The form of the names of keys and of `caller`. Upper and lower case are different names. */
export const KEY_NAME = /^[A-Za-z0-9._-]{1,40}$/;

/** The name of a key. */
export const accessKeyNameSchema = z
  .string({ error: "must be the name of the key" })
  .regex(KEY_NAME, { error: "must be 1 to 40 characters out of A-Z a-z 0-9 . _ -" });

/** The id of a stored key. */
export const accessKeyIdSchema = z
  .string()
  .regex(/^key_[0-9a-f]{20}$/, { error: "must be the id of a key: key_ and 20 digits out of 0-9 a-f" });

/** Makes 256 random bits: what a key or a session is shown as, once. A plain hash is enough for what nobody can guess. */
export function newSecret(prefix = ""): string {
  return `${prefix}${randomBytes(SECRET_BYTES).toString("base64url")}`;
}

/** What is kept of a secret: its SHA-256, as 64 hex digits. */
export function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** The id of the key with this digest, so that a key that is shown is found by one read. */
export function accessKeyIdOf(digest: string): string {
  return `key_${digest.slice(0, ID_CHARACTERS)}`;
}
