import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** A password as it is kept: scrypt's salt and key. */
export type PasswordHash = { salt: Buffer; key: Buffer };

/** In characters. Anybody who can reach the sign-in may guess. */
export const PASSWORD_LENGTH_MIN = 12;

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** About 100 ms and 64 MiB per guess. */
const SCRYPT_COST = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1_024 * 1_024 } as const;

const TEXT = /^scrypt\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/** A hash as it is kept in text: `scrypt.<salt>.<key>`. */
export const passwordHashSchema = z.string().transform((text, context): PasswordHash => {
  const [, salt, key] = TEXT.exec(text) ?? [];
  if (salt !== undefined && key !== undefined) {
    return { salt: Buffer.from(salt, "base64url"), key: Buffer.from(key, "base64url") };
  }
  context.addIssue("is not a hash that hash-password printed");
  return z.NEVER;
});

/** Hashes a password with a new salt. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  return { salt, key: await derive(password, salt) };
}

/** The text of a hash, as it is kept. */
export function passwordHashText({ salt, key }: PasswordHash): string {
  return `scrypt.${salt.toString("base64url")}.${key.toString("base64url")}`;
}

/** Tells whether a password is the hashed one. */
export async function isPassword(hash: PasswordHash, password: string): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash.salt), hash.key);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, SCRYPT_COST, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
