import { randomBytes } from "node:crypto";
import {
  DISABLED_REASONS,
  type DisabledReason,
  type NewWebhookEndpoint,
  newWebhookEndpointSchema,
  type WebhookEndpoint,
  type WebhookEndpointPatch,
} from "@surefill/topup";
import type { Redis } from "ioredis";
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
 * The webhook endpoints and their secrets. Methods throw `LedgerUnavailableError` when Redis does not answer; all but
 * `create` and `rotateSecret` may simply be repeated then.
 */
export class WebhookEndpoints {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;

  constructor(redis: Redis, { prefix, nowMs, witness }: WebhookStoreOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /** Stores an endpoint under an id that the caller made. `full` when there are `WEBHOOK_ENDPOINTS_MAX` already. */
  async create(id: string, wanted: NewWebhookEndpoint): Promise<EndpointWithSecret | "full"> {
    const secret = newSecret();
    const pairs = Object.entries({ ...encodeChoice(wanted), secret }).flat();
    const args = [this.#nowArgument(), this.#keys.base, id, String(WEBHOOK_ENDPOINTS_MAX), ...pairs];
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
  async update(id: string, patch: WebhookEndpointPatch): Promise<WebhookEndpoint | undefined> {
    const pairs = Object.entries(encodeChoice(patch)).flat();
    return this.#change(id, pairs, patch.description === "" ? ["description"] : []);
  }

  /** Makes a new secret. For `overlapMs` deliveries are signed with the former one too. */
  async rotateSecret(id: string, overlapMs: number): Promise<EndpointWithSecret | undefined> {
    const secret = newSecret();
    const args = [this.#nowArgument(), this.#keys.base, secret, String(Math.round(overlapMs))];
    const endpoint = this.#decoded(id, await this.#run(scripts.rotate, this.#keys.webhookEndpoint(id), args));
    return endpoint === undefined ? undefined : { endpoint, secret };
  }

  /** Ends the former secret's time now. */
  async expireOldSecret(id: string): Promise<WebhookEndpoint | undefined> {
    return this.#change(id, [], ["oldSecret", "oldSecretUntil"]);
  }

  /** Stops deliveries to an endpoint. One that is disabled already keeps its reason. */
  async disable(id: string, reason: DisabledReason): Promise<WebhookEndpoint | undefined> {
    const args = [this.#nowArgument(), this.#keys.base, id, reason];
    return this.#decoded(id, await this.#run(scripts.disable, this.#keys.webhookEndpoint(id), args));
  }

  /** Lets deliveries begin again, for events from now on; its failures so far are forgotten. */
  async enable(id: string): Promise<WebhookEndpoint | undefined> {
    return this.#change(id, [], ["disabledAt", "disabledReason", "failingSince", "failures", "warnedDays"]);
  }

  /** Removes an endpoint with its secrets and its deliveries. `false` when there is none. */
  async delete(id: string): Promise<boolean> {
    const args = [this.#nowArgument(), this.#keys.base, id];
    return (await this.#run(scripts.delete, this.#keys.webhookEndpoint(id), args)) === 1;
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

  async #change(id: string, pairs: string[], remove: string[]): Promise<WebhookEndpoint | undefined> {
    const args = [this.#nowArgument(), this.#keys.base, String(pairs.length), ...pairs, ...remove];
    return this.#decoded(id, await this.#run(scripts.change, this.#keys.webhookEndpoint(id), args));
  }

  #decoded(id: string, answer: unknown): WebhookEndpoint | undefined {
    return Array.isArray(answer) ? decodeEndpoint(id, fieldsOf(answer)) : undefined;
  }
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
    ...(reason !== undefined && { disabledReason: reason }),
    ...(fields.disabledAt !== undefined && { disabledAtMs: Number(fields.disabledAt) }),
    ...(fields.oldSecretUntil !== undefined && { oldSecretUntilMs: Number(fields.oldSecretUntil) }),
    ...(fields.failingSince !== undefined && { failingSinceMs: Number(fields.failingSince) }),
    failures: Number(fields.failures ?? "0"),
  };
}
