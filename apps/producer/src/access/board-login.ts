import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { isPassword, type PasswordHash } from "@surefill/access";
import type { Clock } from "@surefill/runtime";

/** `wait`: too many wrong tries from this address, or too many at once; nothing was looked at. */
export type LoginAnswer = "welcome" | "denied" | "wait";

/** Checks HTTP Basic credentials. `authorization` is the header, `address` the caller's IP address. */
export type Login = (authorization: string | undefined, address: string) => Promise<LoginAnswer>;

const FAILURES_MAX = 5;
const FAILURES_WINDOW_MS = 60_000;
/** Addresses whose failures are remembered; the oldest are forgotten, so that nobody can fill the memory. */
const ADDRESSES_MAX = 1_000;
/** Every check costs 64 MiB for a tenth of a second. */
const CHECKS_AT_ONCE_MAX = 2;

/**
 * Makes the board's login. Wrong tries cost an address its next ones for a minute. Credentials that were right once
 * are recognised by a keyed digest, so that the board's own polling does not cost a password check every time.
 */
export function createLogin(options: {
  user: string;
  password: PasswordHash;
  clock: Pick<Clock, "monotonicMs">;
}): Login {
  const { user, password, clock } = options;
  const digestKey = randomBytes(32);
  const digestOf = (text: string) => createHmac("sha256", digestKey).update(text).digest();
  const failures = new Map<string, { count: number; sinceMs: number }>();
  let right: Buffer | undefined;
  let checks = 0;

  function mayTry(address: string): boolean {
    const known = failures.get(address);
    if (known !== undefined && clock.monotonicMs() - known.sinceMs > FAILURES_WINDOW_MS) failures.delete(address);
    return (failures.get(address)?.count ?? 0) < FAILURES_MAX && checks < CHECKS_AT_ONCE_MAX;
  }

  function noteFailure(address: string): void {
    const known = failures.get(address) ?? { count: 0, sinceMs: clock.monotonicMs() };
    failures.delete(address); // Put back at the end: a Map keeps its order.
    failures.set(address, { ...known, count: known.count + 1 });
    const [oldest] = failures.keys();
    if (failures.size > ADDRESSES_MAX && oldest !== undefined) failures.delete(oldest);
  }

  async function isRight(credentials: string): Promise<boolean> {
    const colon = credentials.indexOf(":");
    checks += 1;
    try {
      // Both are always looked at, so that the time does not tell which of them was wrong.
      const passwordIsRight = await isPassword(password, credentials.slice(colon + 1));
      const userIsRight = timingSafeEqual(digestOf(credentials.slice(0, Math.max(colon, 0))), digestOf(user));
      return passwordIsRight && userIsRight;
    } finally {
      checks -= 1;
    }
  }

  return async (authorization, address) => {
    const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization ?? "")?.[1];
    if (encoded === undefined) return "denied"; // A browser asks once without; that is no try.
    const credentials = Buffer.from(encoded, "base64").toString("utf8");
    const digest = digestOf(credentials);
    if (right !== undefined && timingSafeEqual(right, digest)) return "welcome";
    if (!mayTry(address)) return "wait";
    if (await isRight(credentials)) {
      right = digest;
      return "welcome";
    }
    noteFailure(address);
    return "denied";
  };
}
