import { KEY_PERMISSIONS } from "@surefill/access";
import { Problem } from "../http/problem.js";
import { type ApiKey, findApiKey, presentedKey } from "./api-keys.js";
import type { Identity } from "./identity.js";

/** Finds out who sent a request. Throws a `key_invalid` problem when it does not say so, or says what is not true. */
export type Identify = (header: (name: string) => string | undefined) => Promise<Identity>;

/** Knows the keys of the setting `API_KEYS`. They have every permission that a key can have. */
export function identifyByEnvironment(keys: readonly ApiKey[]): Identify {
  const permissions = new Set(KEY_PERMISSIONS);
  return async (header) => {
    const presented = presentedKey(header);
    const name = findApiKey(keys, presented);
    if (name === undefined) throw keyInvalid(presented !== "");
    return { kind: "environment-key", name, permissions };
  };
}

function keyInvalid(isSent: boolean): Problem {
  const found = isSent ? "The API key is not one that this server knows." : "The request has no API key.";
  const detail = `${found} Send it as Authorization: Bearer <key>, or as X-Api-Key: <key>.`;
  return new Problem("key_invalid", { detail }, { headers: { "www-authenticate": 'Bearer realm="surefill"' } });
}
