import { randomBytes } from "node:crypto";
import {
  DISABLED_REASONS,
  type DisabledReason,
  ENDPOINT_COMMANDS,
  type EndpointCommand,
  type EndpointCommandName,
  type EndpointDeletion,
  type NewWebhookEndpoint,
  newWebhookEndpointSchema,
  type WebhookEndpoint,
  type WebhookEndpointPatch,
} from "@surefill/topup";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { ByKey } from "../campaigns/given-command.js";
import { LedgerCorruptError } from "../errors.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { fieldsOf, type RecordFields } from "../record-codec.js";
import { answered, asLedgerError, ledgerTime, type RunScript, script, scriptRunner } from "../script-runner.js";
import type { LedgerWitness } from "../witness.js";
import { CHANGE_ENDPOINT, CREATE_ENDPOINT, DELETE_ENDPOINT, DISABLE_ENDPOINT, ROTATE_SECRET } from "./scripts.js";

const scripts = {
  create: script(CREATE_ENDPOINT),
  change: script(CHANGE_ENDPOINT),
  rotate: script(ROTATE_SECRET),
  disable: script(DISABLE_ENDPOINT),
  delete: script(DELETE_ENDPOINT),
};

/** Every event is matched against every endpoint, so an installation has a bounded number of them. */
export const WEBHOOK_ENDPOINTS_MAX = 100;

const SECRET_BYTES = 32;

const deletionSchema = z.object({
  id: z.string(),
  atMs: z.coerce.number(),
  key: z.string(),
  description: z.string().optional(),
});

/** An endpoint with the secret that was just made for it. The secret is shown this once. */
export type EndpointWithSecret = { endpoint: WebhookEndpoint; secret: string };

/** What sending to an endpoint needs. `secrets` are valid now, newest first; each `whsec_` and base64. */
export type SendableEndpoint = { endpoint: WebhookEndpoint; secrets: readonly string[] };

export type WebhookStoreOptions = {
  prefix: string;
  /** The open ledger's: nothing is written where Redis has lost what was witnessed. */
  witness?: LedgerWitness;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};

/**
 * The webhook endpoints and their secrets. What changes one takes the name of the API key that it came with, which is
 * kept in its history. Methods throw `LedgerUnavailableError` when Redis does not answer; all but
 * `create` and `rotateSecret` may simply be repeated then.
 */
export class WebhookEndpoints {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;
  readonly #operationPrefix = randomBytes(6).toString("base64url");
  #operations = 0;

  constructor(redis: Redis, { prefix, nowMs, witness }: WebhookStoreOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /** Stores an endpoint under an id that the caller made. `full` when there are `WEBHOOK_ENDPOINTS_MAX` already. */
  async create(id: string, wanted: NewWebhookEndpoint, { key }: ByKey = {}): Promise<EndpointWithSecret | "full"> {
    const secret = newSecret();
    const pairs = Object.entries({ ...encodeChoice(wanted), secret }).flat();
    const args = [...this.#head("create", key), id, String(WEBHOOK_ENDPOINTS_MAX), ...pairs];
    const answer = await this.#run(scripts.create, this.#keys.webhookEndpoints, args);
    if (!Array.isArray(answer)) return "full";
    return { endpoint: decodeEndpoint(id, fieldsOf(answer)), secret };
  }

  async get(id: string): Promise<WebhookEndpoint | undefined> {
    return (await this.#read(id))?.endpoint;
  }

  /** All endpoints, oldest first. There are at most `WEBHOOK_ENDPOINTS_MAX`. */
  async list(): Promise<WebhookEndpoint[]> {
    const ids = await answered(this.#redis.zrange(this.#keys.webhookEndpoints, "0", "-1"));
    if (ids.length === 0) return [];
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.hgetall(this.#keys.webhookEndpoint(id));
    const answers = (await answered(pipeline.exec())) ?? [];
    return ids.flatMap((id, index) => {
      const [error, fields] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      const known = (fields ?? {}) as RecordFields;
      return known.url === undefined ? [] : [decodeEndpoint(id, known)];
    });
  }

  /** Changes what the patch names. `undefined` when there is no such endpoint. */
  async update(id: string, patch: WebhookEndpointPatch, { key }: ByKey = {}): Promise<WebhookEndpoint | undefined> {
    const set = Object.entries(encodeChoice(patch)).flat();
    const remove = patch.description === "" ? ["description"] : [];
    return this.#change(id, this.#head("change", key, Object.keys(patch).join(" ")), { set, remove });
  }

  /** Makes a new secret. For `overlapMs` deliveries are signed with the former one too. */
  async rotateSecret(id: string, overlapMs: number, { key }: ByKey = {}): Promise<EndpointWithSecret | undefined> {
    const secret = newSecret();
    const args = [...this.#head("rotate-secret", key), secret, String(Math.round(overlapMs))];
    const endpoint = this.#decoded(id, await this.#run(scripts.rotate, this.#keys.webhookEndpoint(id), args));
    return endpoint === undefined ? undefined : { endpoint, secret };
  }

  /** Ends the former secret's time now. */
  async expireOldSecret(id: string, { key }: ByKey = {}): Promise<WebhookEndpoint | undefined> {
    return this.#change(id, this.#head("expire-old-secret", key), { remove: ["oldSecret", "oldSecretUntil"] });
  }

  /** Stops deliveries to an endpoint. One that is disabled already keeps its reason. */
  async disable(id: string, reason: DisabledReason, { key }: ByKey = {}): Promise<WebhookEndpoint | undefined> {
    const args = [...this.#head("disable", key), id, reason];
    return this.#decoded(id, await this.#run(scripts.disable, this.#keys.webhookEndpoint(id), args));
  }

  /** Lets deliveries begin again, for events from now on; its failures so far are forgotten. */
  async enable(id: string, { key }: ByKey = {}): Promise<WebhookEndpoint | undefined> {
    const remove = ["disabledAt", "disabledReason", "failingSince", "failures", "warnedDays"];
    return this.#change(id, this.#head("enable", key), { remove });
  }

  /** Keeps that somebody asked for deliveries, and for which; the caller sees to them. */
  async noteAsked(
    id: string,
    command: "test" | "redeliver" | "replay",
    { key, about }: ByKey & { about: string },
  ): Promise<void> {
    await this.#change(id, this.#head(command, key, about), {});
  }

  /** Removes an endpoint with its secrets and its deliveries; who did is kept. `false` when there is none. */
  async delete(id: string, { key }: ByKey = {}): Promise<boolean> {
    const args = [this.#nowArgument(), this.#keys.base, key ?? "", id];
    return (await this.#run(scripts.delete, this.#keys.webhookEndpoint(id), args)) === 1;
  }

  /**
   * The commands that were given to an endpoint, oldest first: the latest 100 that changed it, and the latest 100 that
   * asked for deliveries.
   */
  async history(id: string): Promise<EndpointCommand[]> {
    const { webhookEndpointHistory: changes, webhookEndpointSendings: sendings } = this.#keys;
    const lists = [changes(id), sendings(id)].map((list) => answered(this.#redis.lrange(list, 0, -1)));
    const lines = (await Promise.all(lists)).flat();
    return lines.flatMap(decodeCommand).sort((left, right) => left.atMs - right.atMs);
  }

  /** The latest 100 endpoints that were deleted, oldest first. */
  async deletions(): Promise<EndpointDeletion[]> {
    const lines = await answered(this.#redis.lrange(this.#keys.webhookDeletions, 0, -1));
    return lines.map((line) => {
      const { key, description, ...deletion } = deletionSchema.parse(JSON.parse(line));
      return { ...deletion, ...(key !== "" && { key }), ...(description !== undefined && { description }) };
    });
  }

  /** An endpoint with its valid secrets, for the sender only. */
  async forSending(id: string): Promise<SendableEndpoint | undefined> {
    const read = await this.#read(id);
    if (read === undefined) return undefined;
    const { endpoint, fields } = read;
    const { secret, oldSecret } = fields;
    if (secret === undefined) throw new LedgerCorruptError("a webhook endpoint has no secret");
    const isOldValid = oldSecret !== undefined && (endpoint.oldSecretUntilMs ?? 0) > (await this.nowMs());
    return { endpoint, secrets: isOldValid ? [secret, oldSecret] : [secret] };
  }

  /** The ledger's time in milliseconds. */
  async nowMs(): Promise<number> {
    return ledgerTime(this.#redis, this.#nowArgument());
  }

  async #read(id: string): Promise<{ endpoint: WebhookEndpoint; fields: RecordFields } | undefined> {
    const fields = (await answered(this.#redis.hgetall(this.#keys.webhookEndpoint(id)))) as RecordFields;
    return fields.url === undefined ? undefined : { endpoint: decodeEndpoint(id, fields), fields };
  }

  /** What every script takes first: time, base, and what is kept of the command. */
  #head(command: EndpointCommandName, key: string | undefined, about = ""): string[] {
    this.#operations += 1;
    const operation = `${this.#operationPrefix}:${this.#operations.toString(36)}`;
    return [this.#nowArgument(), this.#keys.base, operation, command, key ?? "", about];
  }

  async #change(
    id: string,
    head: readonly string[],
    { set = [], remove = [] }: { set?: readonly string[]; remove?: readonly string[] },
  ): Promise<WebhookEndpoint | undefined> {
    const args = [...head, String(set.length), ...set, ...remove];
    return this.#decoded(id, await this.#run(scripts.change, this.#keys.webhookEndpoint(id), args));
  }

  #decoded(id: string, answer: unknown): WebhookEndpoint | undefined {
    return Array.isArray(answer) ? decodeEndpoint(id, fieldsOf(answer)) : undefined;
  }
}

/** Reads `at|command|API key|about`, as the scripts write it; none where another version wrote something else. */
function decodeCommand(line: string): EndpointCommand[] {
  const [at, name, key = "", about = ""] = line.split("|");
  const command = ENDPOINT_COMMANDS.find((known) => known === name);
  return command === undefined ? [] : [{ atMs: Number(at), command, key, ...(about !== "" && { about }) }];
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

function encodeChoice(choice: WebhookEndpointPatch): RecordFields {
  const { url, description, eventTypes, includeRecipient } = choice;
  return {
    ...(url !== undefined && { url }),
    ...(description !== undefined && description !== "" && { description }),
    ...(eventTypes !== undefined && { types: eventTypes === "all" ? "all" : eventTypes.join(" ") }),
    ...(includeRecipient !== undefined && { recipient: includeRecipient ? "whole" : "masked" }),
  };
}

function decodeEndpoint(id: string, fields: RecordFields): WebhookEndpoint {
  const chosen = newWebhookEndpointSchema.safeParse({
    url: fields.url,
    ...(fields.description !== undefined && { description: fields.description }),
    eventTypes: fields.types === "all" ? "all" : fields.types?.split(" "),
    includeRecipient: fields.recipient === "whole",
  });
  if (!chosen.success || fields.createdAt === undefined) {
    throw new LedgerCorruptError("a webhook endpoint does not have the fields this version writes");
  }
  const reason = DISABLED_REASONS.find((known) => known === fields.disabledReason);
  return {
    ...chosen.data,
    id,
    state: fields.disabledAt === undefined ? "enabled" : "disabled",
    createdAtMs: Number(fields.createdAt),
    ...(fields.createdBy !== undefined && { createdBy: fields.createdBy }),
    ...(reason !== undefined && { disabledReason: reason }),
    ...(fields.disabledAt !== undefined && { disabledAtMs: Number(fields.disabledAt) }),
    ...(fields.oldSecretUntil !== undefined && { oldSecretUntilMs: Number(fields.oldSecretUntil) }),
    ...(fields.failingSince !== undefined && { failingSinceMs: Number(fields.failingSince) }),
    failures: Number(fields.failures ?? "0"),
  };
}
