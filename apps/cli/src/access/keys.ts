import {
  ACCESS_KEYS_MAX,
  type AccessKey,
  type AccessKeys,
  accessKeyFacts,
  isInForce,
  makeAccessKey,
  newAccessKeySchema,
} from "@surefill/topup-store";
import { textTable } from "../campaign/text-table.js";
import type { Surroundings } from "../surroundings.js";
import { type AccessStores, draftOf, Refused, read, typistOf } from "./access-stores.js";

/** The flags of `surefill keys create`. */
export type CreateOptions = {
  role: string[];
  permission: string[];
  own?: true;
  campaign: string[];
  amountPerDayMax?: string;
  requestsMax?: number;
  expiresAt?: string;
  json?: true;
};

/** `surefill keys create`. */
export async function create(
  { accessKeys }: AccessStores,
  name: string,
  options: CreateOptions,
  around: Surroundings,
): Promise<void> {
  const {
    role: roles,
    permission: permissions,
    own,
    campaign: campaigns,
    amountPerDayMax,
    requestsMax,
    expiresAt,
  } = options;
  const asked = read(
    newAccessKeySchema,
    {
      name,
      roles,
      permissions,
      ...(own === true && { own }),
      ...(campaigns.length > 0 && { campaigns }),
      limits: {
        ...(amountPerDayMax !== undefined && { amountPerDayMax }),
        ...(requestsMax !== undefined && { requestsMax }),
      },
      ...(expiresAt !== undefined && { expiresAt }),
    },
    "the key",
  );
  const { secret, kept } = makeAccessKey(asked);
  const facts = accessKeyFacts(kept);
  const draft = draftOf(around, { action: "key.created", target: { kind: "key", id: kept.id }, after: facts });
  const answer = await accessKeys.create({ ...kept, createdBy: typistOf(around) }, draft);
  if (answer === "exists") throw new Refused(`Not done: there is a key with the name ${name} in force.`);
  if (answer === "full") throw new Refused(`Not done: there are ${ACCESS_KEYS_MAX} keys in force.`);
  if (options.json === true) return around.print(JSON.stringify({ id: kept.id, key: secret, ...facts }));
  around.print(`Key, shown only now:  ${secret}\nId:                   ${kept.id}`);
}

/** `surefill keys list`. */
export async function list(
  { accessKeys }: AccessStores,
  { json }: { json?: true },
  around: Surroundings,
): Promise<void> {
  const [found, nowMs] = await Promise.all([accessKeys.list(), accessKeys.nowMs()]);
  const stated = found.map((key) => ({ ...key, state: stateOf(key, nowMs) }));
  if (json === true) return around.print(JSON.stringify({ keys: stated }));
  if (found.length === 0) return around.print("There are no keys but those in API_KEYS.");
  const rows = stated.map((key) => [
    key.id,
    key.name,
    key.state,
    key.permissions.join(","),
    [...(key.own ? ["own"] : []), ...(key.campaigns ?? [])].join(","),
    key.expiresAtMs === undefined ? "" : new Date(key.expiresAtMs).toISOString(),
  ]);
  around.print(textTable([["id", "name", "state", "permissions", "bound to", "expires"], ...rows]));
}

function stateOf(key: AccessKey, nowMs: number): string {
  if (key.revokedAtMs !== undefined) return "revoked";
  return isInForce(key, nowMs) ? "in force" : "expired";
}

/** `surefill keys revoke`. */
export async function revoke({ accessKeys }: AccessStores, given: string, around: Surroundings): Promise<void> {
  const { id, name } = await found(accessKeys, given);
  const draft = draftOf(around, {
    action: "key.revoked",
    target: { kind: "key", id },
    before: { name },
    after: { state: "revoked" },
  });
  const answer = await accessKeys.revoke(id, typistOf(around), draft);
  if (answer === "missing") throw new Refused(`Not done: there is no key ${given}.`);
  around.print(answer === "revoked" ? `${id} was revoked before.` : `Revoked ${id} (${name}).`);
}

async function found(accessKeys: AccessKeys, given: string): Promise<AccessKey> {
  const keys = await accessKeys.list();
  const byId = keys.find(({ id }) => id === given);
  const byName = keys.find(({ name, revokedAtMs }) => name === given && revokedAtMs === undefined);
  const key = byId ?? byName;
  if (key === undefined) throw new Refused(`Not done: there is no key ${given} in force.`);
  return key;
}
