import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { PasswordHash } from "@surefill/access";
import type { Clock } from "@surefill/runtime";
import { Problem } from "../http/problem.js";
import { FailureLimits } from "./failure-limits.js";
import { type Identity, may } from "./identity.js";
import { PasswordChecks } from "./password-checks.js";
import type { RequestFacts } from "./request-facts.js";

/** `wait`: too many wrong tries from this address, or too many at once; nothing was looked at. */
export type LoginAnswer = "welcome" | "denied" | "wait";

/** Checks HTTP Basic credentials. `authorization` is the header, `address` the caller's IP address. */
export type Login = (authorization: string | undefined, address: string) => Promise<LoginAnswer>;

/** Decides who sees the board: by a session whose person may read, or by the board's own login, where there is one. */
export type AdmitToBoard = (request: RequestFacts) => Promise<LoginAnswer>;

/** Makes what decides. `sessionOf` answers whose session a request has, and throws where it is not in force. */
export function admitToBoard(
  sessionOf: (request: RequestFacts) => Promise<Identity | undefined>,
  login: Login | undefined,
): AdmitToBoard {
  return async (request) => {
    const identity = await sessionOf(request).catch((error: unknown) => {
      if (error instanceof Problem) return undefined; // An old cookie keeps nobody from logging in otherwise.
      throw error;
    });
    if (identity !== undefined && may(identity, "read")) return "welcome";
    return login === undefined ? "denied" : login(request.header("authorization"), request.address);
  };
}

const FAILURES_MAX = 5;
const FAILURES_WINDOW_MS = 60_000;

/**
 * Makes the board's login. Wrong tries cost an address its next ones for a minute. Credentials that were right once
 * are recognised by a keyed digest, so that the board's own polling does not cost a password check every time.
 */
export function createLogin(options: {
  user: string;
  password: PasswordHash;
  clock: Pick<Clock, "monotonicMs">;
  checks?: PasswordChecks;
}): Login {
  const { user, password, clock, checks = new PasswordChecks() } = options;
  const digestKey = randomBytes(32);
  const digestOf = (text: string) => createHmac("sha256", digestKey).update(text).digest();
  const failures = new FailureLimits({ most: FAILURES_MAX, windowMs: FAILURES_WINDOW_MS, clock });
  let right: Buffer | undefined;

  async function isRight(credentials: string): Promise<boolean | "busy"> {
    const colon = credentials.indexOf(":");
    // Both are always looked at, so that the time does not tell which of them was wrong.
    const passwordIsRight = await checks.compare(password, credentials.slice(colon + 1), { mayWait: false });
    const userIsRight = timingSafeEqual(digestOf(credentials.slice(0, Math.max(colon, 0))), digestOf(user));
    return passwordIsRight === "busy" ? "busy" : passwordIsRight && userIsRight;
  }

  return async (authorization, address) => {
    const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization ?? "")?.[1];
    if (encoded === undefined) return "denied"; // A browser asks once without; that is no try.
    const credentials = Buffer.from(encoded, "base64").toString("utf8");
    const digest = digestOf(credentials);
    if (right !== undefined && timingSafeEqual(right, digest)) return "welcome";
    if (!failures.mayTry(address)) return "wait";
    failures.note(address);
    const answer = await isRight(credentials);
    if (answer === false) return "denied";
    failures.takeBack(address);
    if (answer === "busy") return "wait";
    right = digest;
    return "welcome";
  };
}
