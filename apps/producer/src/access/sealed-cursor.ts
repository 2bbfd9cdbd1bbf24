import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Binding } from "./identity.js";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a cursor for a key that is bound: the place where a page ends may be a top-up that the key may not know of, and
 * a cursor names it. Every producer can open it, since the secret comes from the key.
 */
export function sealCursor(cursor: string, { secret }: Pick<Binding, "secret">): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, Buffer.from(secret, "hex"), nonce);
  const sealed = Buffer.concat([cipher.update(cursor, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Opens a cursor that was sealed for this key; `undefined` for anything else. */
export function openCursor(text: string, { secret }: Pick<Binding, "secret">): string | undefined {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const cipher = createDecipheriv(CIPHER, Buffer.from(secret, "hex"), bytes.subarray(0, NONCE_BYTES));
  cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
