import type { LedgerEvent } from "@surefill/topup";
import type { Redis } from "ioredis";
import { z } from "zod";
import { nextEvents } from "../event-log.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { answered, ledgerTime, type RunScript, script, scriptRunner } from "../script-runner.js";
import type { WebhookStoreOptions } from "./endpoints.js";
import { ADVANCE_FAN_OUT, LEAVE_FAN_OUT, TAKE_FAN_OUT } from "./scripts.js";

const scripts = { take: script(TAKE_FAN_OUT), advance: script(ADVANCE_FAN_OUT), leave: script(LEAVE_FAN_OUT) };

/** An endpoint was disabled by what it did, or has only failed for some days; its owners are still to be told. */
const waitingSchema = z.union([
  z.object({ endpointId: z.string(), reason: z.enum(["gone", "failing"]), atMs: z.coerce.number() }),
  z.object({
    endpointId: z.string(),
    days: z.number().int(),
    failingSinceMs: z.coerce.number(),
    atMs: z.coerce.number(),
  }),
]);

/** A notice that waits in the outbox. `id` is the `webhook-id` of its deliveries. */
export type WaitingNotice = z.output<typeof waitingSchema> & { id: string };

/**
 * The durable cursor of whoever turns events into deliveries. One process at a time has the right to, for a lease; a
 * killed one's ends by itself, and what it had not finished is done again by the next, from the same place.
 */
export class FanOut {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #prefix: string;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;
  readonly #owner: string;

  /** `owner` names this process, and no other. */
  constructor(redis: Redis, { prefix, nowMs, witness, owner }: WebhookStoreOptions & { owner: string }) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
    this.#owner = owner;
  }

  /** Takes or renews the right; answers the cursor, or `undefined` while another process has the right. */
  async take(leaseMs: number): Promise<string | undefined> {
    const cursor = await this.#run(scripts.take, this.#keys.webhookFanOut, this.#args(String(leaseMs)));
    return typeof cursor === "string" ? cursor : undefined;
  }

  /** Events after the cursor, waiting up to `blockMs` for the first. `blocking` is a connection of its own. */
  async next(blocking: Redis, cursor: string, wait: { limit: number; blockMs: number }): Promise<LedgerEvent[]> {
    return nextEvents(blocking, this.#prefix, { cursor, ...wait });
  }

  /** Moves the cursor on. `false`: another process has the right now, and this one must not go on from here. */
  async advance(from: string, to: string): Promise<boolean> {
    return (await this.#run(scripts.advance, this.#keys.webhookFanOut, this.#args(from, to))) === 1;
  }

  /** Gives the right back, so that the next process need not wait for the lease to end. */
  async leave(): Promise<void> {
    await this.#run(scripts.leave, this.#keys.webhookFanOut, this.#args());
  }

  /** Notices still to be fanned out. Each is written in the step that recorded what it tells of. */
  async notices(): Promise<WaitingNotice[]> {
    const waiting = await answered(this.#redis.hgetall(this.#keys.webhookNotices));
    return Object.entries(waiting).map(([id, text]) => ({ id, ...waitingSchema.parse(JSON.parse(text)) }));
  }

  /** Takes a notice out of the outbox, once its deliveries are stored. */
  async dropNotice(id: string): Promise<void> {
    await answered(this.#redis.hdel(this.#keys.webhookNotices, id));
  }

  /** How long the oldest event that is not fanned out has waited, in milliseconds; 0 when there is none. */
  async lagMs(): Promise<number> {
    const cursor = (await answered(this.#redis.hget(this.#keys.webhookFanOut, "cursor"))) ?? "0-0";
    const [first] = await answered(this.#redis.xrange(this.#keys.events, `(${cursor}`, "+", "COUNT", 1));
    if (first === undefined) return 0;
    return Math.max(0, (await ledgerTime(this.#redis, this.#nowArgument())) - Number.parseInt(first[0], 10));
  }

  #args(...more: string[]): string[] {
    return [this.#nowArgument(), this.#keys.base, this.#owner, ...more];
  }
}
