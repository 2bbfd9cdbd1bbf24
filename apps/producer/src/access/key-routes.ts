import { accessKeyIdSchema, KEY_PERMISSIONS } from "@surefill/access";
import type { Clock } from "@surefill/runtime";
import {
  ACCESS_KEYS_MAX,
  type AccessKey,
  type AccessKeys,
  type AskedAccessKey,
  accessKeyFacts,
  isInForce,
  makeAccessKey,
  newAccessKeySchema,
} from "@surefill/topup-store";
import { z } from "zod";
import { timeText } from "../campaigns/campaign-time.js";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { type Route, route } from "../http/route.js";
import { promptly } from "../prompt-ledger.js";
import { type Asker, draftOf, recorded } from "./audit-trail.js";
import type { StoredKeys } from "./stored-keys.js";

/** What the routes of keys need. */
export type KeyRouteDeps = {
  accessKeys: Pick<AccessKeys, "create" | "revoke" | "get" | "list" | "nowMs">;
  storedKeys: Pick<StoredKeys, "forget">;
  /** The names of the keys in `API_KEYS`. */
  environmentKeys: readonly string[];
  clock: Clock;
};

const time = z.iso.datetime();

const keyViewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(["in-force", "expired", "revoked"]),
    permissions: z.array(z.string()),
    own: z.boolean(),
    campaigns: z.array(z.string()).nullable(),
    limits: z.object({ amountPerDayMax: z.string().nullable(), requestsMax: z.number().int().nullable() }),
    expiresAt: time.nullable(),
    createdAt: time,
    createdBy: z.string(),
    revokedAt: time.nullable(),
    revokedBy: z.string().nullable(),
  })
  .meta({ id: "Key" });

const madeKeySchema = keyViewSchema
  .extend({ key: z.string().describe("The key itself, shown only now") })
  .meta({ id: "NewKey" });

const keyListSchema = z
  .object({
    data: z.array(keyViewSchema).describe("Newest first, those that are no longer in force among them"),
    environment: z.array(z.string()).describe(`Names of the keys in API_KEYS. They have ${KEY_PERMISSIONS.join(", ")}`),
  })
  .meta({ id: "KeyList" });

function keyView(key: AccessKey, nowMs: number): z.output<typeof keyViewSchema> {
  const { id, createdAtMs, createdBy, revokedAtMs, revokedBy } = key;
  return {
    id,
    state: revokedAtMs !== undefined ? "revoked" : isInForce(key, nowMs) ? "in-force" : "expired",
    ...accessKeyFacts(key),
    createdAt: timeText(createdAtMs),
    createdBy,
    revokedAt: revokedAtMs === undefined ? null : timeText(revokedAtMs),
    revokedBy: revokedBy ?? null,
  };
}

/** The rows of the route table that concern the keys of programs. */
export function keyRoutes(deps: KeyRouteDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/keys",
      permission: "people",
      operationId: "createKey",
      auditsItself: true,
      summary: "Make a key for a program",
      description: "The answer holds the key, this once; it is stored as a hash. It is in force from the answer on.",
      body: newAccessKeySchema.meta({ id: "KeyRequest", example: { name: "survey", roles: ["viewer"], own: true } }),
      bodyNumbers: "number",
      responses: { 201: { description: "Made", schema: madeKeySchema } },
      problems: ["malformed_json", "body_too_large", "validation_failed", "key_name_taken", "access_full"],
      handle: ({ body, identity, facts }) => createKey(deps, body, { identity, request: facts }),
    }),
    route({
      method: "get",
      path: "/v1/keys",
      permission: "people",
      operationId: "listKeys",
      summary: "All keys of programs",
      responses: { 200: { description: "The keys, without what they are", schema: keyListSchema } },
      problems: [],
      handle: async () => {
        const [keys, nowMs] = await promptly(deps.clock, () =>
          Promise.all([deps.accessKeys.list(), deps.accessKeys.nowMs()]),
        );
        const data = keys.map((key) => keyView(key, nowMs));
        return { status: 200, json: { data, environment: deps.environmentKeys } };
      },
    }),
    route({
      method: "delete",
      path: "/v1/keys/:id",
      permission: "people",
      operationId: "revokeKey",
      auditsItself: true,
      summary: "Take a key out of force for good",
      description: "At once in this producer, and within a second in every other. It stays listed. Repeat freely.",
      params: z.object({ id: accessKeyIdSchema.describe("The key's id") }),
      responses: { 204: { description: "It is out of force" } },
      problems: ["key_not_found", "validation_failed"],
      handle: ({ params, identity, facts }) => revokeKey(deps, params.id, { identity, request: facts }),
    }),
  ];
}

async function createKey(deps: KeyRouteDeps, asked: AskedAccessKey, asker: Asker): Promise<HttpResult> {
  const { accessKeys, clock, environmentKeys } = deps;
  if (environmentKeys.includes(asked.name)) throw nameTaken(asked.name, "in API_KEYS");
  const { secret, kept } = makeAccessKey(asked);
  const target = { kind: "key", id: kept.id };
  const draft = draftOf(asker, { action: "key.created", target, after: accessKeyFacts(kept) });
  const createdBy = asker.identity.name;
  const answer = await recorded(clock, () => accessKeys.create({ ...kept, createdBy }, draft));
  if (answer === "exists") throw nameTaken(asked.name, "in force");
  if (answer === "full") throw new Problem("access_full", { detail: `There are ${ACCESS_KEYS_MAX} keys in force.` });
  const [made, nowMs] = await promptly(clock, () => Promise.all([accessKeys.get(kept.id), accessKeys.nowMs()]));
  if (made === undefined) throw new Error(`key ${kept.id} is gone right after it was made`);
  return { status: 201, json: { ...keyView(made.key, nowMs), key: secret } };
}

function nameTaken(name: string, where: string): Problem {
  const detail = `There is a key with the name ${name} ${where}. Revoke it first, or use another name.`;
  return new Problem("key_name_taken", { detail });
}

async function revokeKey(deps: KeyRouteDeps, id: string, asker: Asker): Promise<HttpResult> {
  const { accessKeys, storedKeys, clock } = deps;
  const known = await promptly(clock, () => accessKeys.get(id));
  const missing = () => new Problem("key_not_found", { detail: `There is no key ${id}.` });
  if (known === undefined) throw missing();
  const { name } = known.key;
  const act = {
    action: "key.revoked",
    target: { kind: "key", id },
    before: { name },
    after: { state: "revoked" },
  } as const;
  const answer = await recorded(clock, () => accessKeys.revoke(id, asker.identity.name, draftOf(asker, act)));
  storedKeys.forget();
  if (answer === "missing") throw missing();
  return { status: 204, text: "", contentType: "text/plain" };
}
