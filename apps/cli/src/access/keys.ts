import {
  ACCESS_KEYS_MAX,
  type AccessKey,
  type AccessKeys,
  accessKeyFacts,
  isInForce,
  makeAccessKey,
  newAccessKeySchema,
} from "@surefill/topup-store";
import { type Command, InvalidArgumentError } from "commander";
import { textTable } from "../campaign/text-table.js";
import { DESCRIPTIONS } from "../descriptions.js";
import type { Surroundings } from "../surroundings.js";
import { draftOf, Refused, read, typistOf, withAccessStores } from "./access-stores.js";

type CreateOptions = {
  role: string[];
  permission: string[];
  own?: true;
  campaign: string[];
  amountPerDayMax?: string;
  requestsMax?: number;
  expiresAt?: string;
  json?: true;
};

const several = (value: string, before: string[]) => [...before, value];

/** Adds `surefill keys` to the command. */
export function addKeys(program: Command, around: Surroundings): void {
  const keys = program.command("keys").description(DESCRIPTIONS.keys);
  keys
    .command("create <name>")
    .description("Make a key for a program, and print it, this once")
    .option("--role <role>", "a role (may be repeated)", several, [])
    .option("--permission <permission>", "a single permission (may be repeated)", several, [])
    .option("--own", "bind it to its own top-ups")
    .option("--campaign <label>", "bind it to top-ups with this label (may be repeated)", several, [])
    .option("--amount-per-day-max <amount>", "what may be accepted from it in one day (UTC)")
    .option("--requests-max <count>", "how many of its requests may be under way at a time", wholeNumber)
    .option("--expires-at <time>", "when it expires, such as 2027-03-31T00:00:00Z")
    .option("--json", "one JSON object instead of text")
    .action((name: string, options: CreateOptions) => create(name, options, around));
  keys
    .command("list")
    .description("List the keys that were made; those of API_KEYS are not among them")
    .option("--json", "one JSON object instead of text")
    .action((options: { json?: true }) => list(options, around));
  keys
    .command("revoke <id-or-name>")
    .description("Take a key out of force for good, within a second everywhere")
    .action((given: string) => revoke(given, around));
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a whole number, 1 or more.");
}

function create(name: string, options: CreateOptions, around: Surroundings): Promise<void> {
  return withAccessStores(around, async ({ accessKeys }) => {
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
  });
}

function list({ json }: { json?: true }, around: Surroundings): Promise<void> {
  return withAccessStores(around, async ({ accessKeys }) => {
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
  });
}

function stateOf(key: AccessKey, nowMs: number): string {
  if (key.revokedAtMs !== undefined) return "revoked";
  return isInForce(key, nowMs) ? "in force" : "expired";
}

function revoke(given: string, around: Surroundings): Promise<void> {
  return withAccessStores(around, async ({ accessKeys }) => {
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
  });
}

async function found(accessKeys: AccessKeys, given: string): Promise<AccessKey> {
  const keys = await accessKeys.list();
  const byId = keys.find(({ id }) => id === given);
  const byName = keys.find(({ name, revokedAtMs }) => name === given && revokedAtMs === undefined);
  const key = byId ?? byName;
  if (key === undefined) throw new Refused(`Not done: there is no key ${given} in force.`);
  return key;
}
