import { callerOfPerson, digestOf, KEY_PERMISSIONS, permissionsOf } from "@surefill/access";
import type { Clock } from "@surefill/runtime";
import type { Sessions } from "@surefill/topup-store";
import { Problem } from "../http/problem.js";
import { promptly } from "../prompt-ledger.js";
import { type ApiKey, findApiKey, presentedKey } from "./api-keys.js";
import type { Identity } from "./identity.js";
import type { RequestFacts } from "./request-facts.js";
import { isFromThisSite, presentedSession, type Site } from "./session-cookie.js";
import { identityOfKey, isKeyInForce, type StoredKeys } from "./stored-keys.js";

/** What finding out needs. */
export type IdentifyParts = {
  environmentKeys: readonly ApiKey[];
  storedKeys: Pick<StoredKeys, "find">;
  sessions: Pick<Sessions, "find">;
  site: Site;
  clock: Clock;
};

/** A caller that is known and was not let in. */
export class KnownAndRefused extends Problem {
  readonly identity: Pick<Identity, "kind" | "name">;

  constructor(identity: Pick<Identity, "kind" | "name">, ...problem: ConstructorParameters<typeof Problem>) {
    super(...problem);
    this.identity = identity;
  }
}

/** Finds out who sent a request. */
export type Identify = (request: RequestFacts, options?: { keepAlive: boolean }) => Promise<Identity>;

/**
 * Makes what finds out who sent a request: by a key in a header, or else by the session in the cookie. A key goes first,
 * since no other site can make a browser send one. Throws `key_invalid`, `session_invalid` or `origin_refused`.
 */
export function identifier(parts: IdentifyParts): Identify {
  const permissions = new Set(KEY_PERMISSIONS);
  return async (request, { keepAlive } = { keepAlive: true }) => {
    const presented = presentedKey(request.header);
    if (presented !== "") {
      const name = findApiKey(parts.environmentKeys, presented);
      if (name !== undefined) return { kind: "environment-key", name, permissions };
      return byStoredKey(parts, presented);
    }
    const secret = presentedSession(parts.site, request);
    if (secret === undefined) throw keyInvalid("The request has no API key.");
    return bySession(parts, request, { secret, keepAlive });
  };
}

const STORED_KEY = /^sf_[A-Za-z0-9_-]{43}$/;

async function byStoredKey({ environmentKeys, storedKeys, clock }: IdentifyParts, presented: string) {
  const found = STORED_KEY.test(presented) ? await storedKeys.find(presented) : undefined;
  if (found === undefined) throw keyInvalid("The API key is not one that this server knows.");
  const { key } = found;
  const identity = identityOfKey(found);
  const refused = (detail: string) => new KnownAndRefused(identity, "key_invalid", { detail }, AUTHENTICATE);
  if (key.revokedAtMs !== undefined) throw refused("The API key was revoked.");
  if (!isKeyInForce(key, clock)) throw refused("The API key has expired.");
  // Two keys of one name would see each other's top-ups, and share a limit.
  if (environmentKeys.some(({ name }) => name === key.name)) {
    throw refused("The API key has the name of a key in API_KEYS: make one with another name.");
  }
  return identity;
}

/**
 * Finds out whose session a request has; `undefined` where it shows none. Throws as `Identify` does where it shows one
 * that is not in force.
 */
export async function identifySession(
  parts: Pick<IdentifyParts, "sessions" | "site" | "clock">,
  request: RequestFacts,
): Promise<Identity | undefined> {
  const secret = presentedSession(parts.site, request);
  return secret === undefined ? undefined : bySession(parts, request, { secret, keepAlive: true });
}

async function bySession(
  { sessions, site, clock }: Pick<IdentifyParts, "sessions" | "site" | "clock">,
  request: RequestFacts,
  { secret, keepAlive }: { secret: string; keepAlive: boolean },
): Promise<Identity> {
  const digest = digestOf(secret);
  const found = await promptly(clock, () => sessions.find(digest, { keepAlive }));
  if (found === undefined) {
    throw new Problem("session_invalid", { detail: "The session is over, or was ended: sign in again." });
  }
  const { person, expiresAtMs } = found;
  const { user, roles } = person;
  const identity: Identity = {
    kind: "person",
    name: callerOfPerson(user),
    permissions: new Set(permissionsOf(roles)),
    session: { digest, user, roles, expiresAtMs },
  };
  if (!isFromThisSite(site, request)) {
    const detail = "A request with a session that changes something must come from a page of this server (Origin).";
    throw new KnownAndRefused(identity, "origin_refused", { detail });
  }
  return identity;
}

const AUTHENTICATE = { headers: { "www-authenticate": 'Bearer realm="surefill"' } };

function keyInvalid(found: string): Problem {
  const detail = `${found} Send it as Authorization: Bearer <key>, or as X-Api-Key: <key>.`;
  return new Problem("key_invalid", { detail }, AUTHENTICATE);
}
