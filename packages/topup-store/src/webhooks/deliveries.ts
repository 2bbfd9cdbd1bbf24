import type { DeliveryOutcome, DeliveryVerdict, FailingLimits } from "@surefill/topup";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "../errors.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { decodeCursor, encodeCursor } from "../list-cursor.js";
import type { RecordFields } from "../record-codec.js";
import { answered, asLedgerError, type RunScript, script, scriptRunner } from "../script-runner.js";
import type { WebhookStoreOptions } from "./endpoints.js";
import { ABANDON_DELIVERY, RECORD_ATTEMPT } from "./scripts.js";

const recordScript = script(RECORD_ATTEMPT);
const abandonScript = script(ABANDON_DELIVERY);

/** Deliveries that are kept for an endpoint, the newest ones. */
export const DELIVERIES_MAX = 5_000;
/** Attempts that are kept of a delivery, the latest ones: one schedule, and then some by hand. */
const ATTEMPTS_MAX = 12;
/** Of an answer this many bytes are kept, so a delivery takes less than 20 kB. */
export const ANSWER_BYTES_MAX = 1_024;
const DELIVERY_AGE_MS_MAX = 30 * 86_400_000;

const DELIVERY_STATES = ["delivered", "retry", "exhausted", "gone", "abandoned"] as const;

/** One attempt. `number` counts over all schedules of the delivery, redeliveries included. */
export type DeliveryAttempt = { number: number; atMs: number; outcome: DeliveryOutcome };

/** What was tried to bring one event to one endpoint. */
export type WebhookDelivery = {
  endpointId: string;
  eventId: string;
  type: string;
  /** `retry`: waits for its next attempt; `abandoned`: its endpoint was disabled meanwhile. */
  state: (typeof DELIVERY_STATES)[number];
  /** How many attempts there were; the latest of them are in `attempts`, oldest first. */
  attemptCount: number;
  attempts: DeliveryAttempt[];
  /** When the next attempt is due, in state `retry`. */
  nextAtMs?: number;
};

/** What recording an attempt led to. `warned`: word was left that the endpoint has only failed for so many days. */
export type RecordedAttempt = { kind: "recorded" | "disabled" | "missing" } | { kind: "warned"; days: number };

export type DeliveryPage = { deliveries: WebhookDelivery[]; nextCursor?: string };

/**
 * The log of deliveries. It is for people: what is still to be sent stands in the queue, so dropping old entries
 * loses nothing. Entries end after 30 days, or when `DELIVERIES_MAX` newer ones of the endpoint exist.
 */
export class WebhookDeliveries {
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

  /**
   * Records an attempt. A failure that makes it `failingMsMax` since the first one after the endpoint's last success
   * disables the endpoint, as `gone` does at once; before that the `warnings` are given, each once. `missing`: the
   * endpoint was deleted, and nothing is kept.
   */
  async record(
    delivery: { endpointId: string; eventId: string; type: string },
    outcome: DeliveryOutcome,
    verdict: DeliveryVerdict,
    { failingMsMax, warnings }: FailingLimits,
  ): Promise<RecordedAttempt> {
    const { endpointId, eventId, type } = delivery;
    const delayMs = verdict.kind === "retry" ? verdict.delayMs : 0;
    const limits = [failingMsMax, DELIVERY_AGE_MS_MAX, ATTEMPTS_MAX, DELIVERIES_MAX].map((limit) => String(limit));
    const answer = await this.#run(recordScript, this.#keys.webhookDelivery(endpointId, eventId), [
      this.#nowArgument(),
      this.#keys.base,
      endpointId,
      eventId,
      type,
      verdict.kind,
      encodeOutcome(outcome),
      String(delayMs),
      ...limits,
      JSON.stringify(warnings),
    ]);
    const [kind, days] = answer as [RecordedAttempt["kind"], string?];
    return kind === "warned" ? { kind, days: Number(days) } : { kind };
  }

  /** Notes that nothing more will be tried because the endpoint is disabled. */
  async abandon(endpointId: string, eventId: string): Promise<void> {
    const key = this.#keys.webhookDelivery(endpointId, eventId);
    await this.#run(abandonScript, key, [this.#nowArgument(), this.#keys.base]);
  }

  async get(endpointId: string, eventId: string): Promise<WebhookDelivery | undefined> {
    const fields = await answered(this.#redis.hgetall(this.#keys.webhookDelivery(endpointId, eventId)));
    return decodeDelivery(endpointId, eventId, fields as RecordFields);
  }

  /** An endpoint's deliveries, newest first. Throws a `RangeError` on a cursor that is not ours. */
  async list(endpointId: string, page: { limit: number; cursor?: string }): Promise<DeliveryPage> {
    const index = this.#keys.webhookDeliveries(endpointId);
    const start = page.cursor === undefined ? 0 : await this.#rankAfter(index, page.cursor);
    const flat = await answered(this.#redis.zrevrange(index, start, start + page.limit, "WITHSCORES"));
    const eventIds = flat.filter((_, position) => position % 2 === 0);
    const shown = eventIds.slice(0, page.limit);
    const deliveries = await this.#readAll(endpointId, shown);
    const last = shown.at(-1);
    if (eventIds.length <= page.limit || last === undefined) return { deliveries };
    return { deliveries, nextCursor: encodeCursor({ score: Number(flat[shown.length * 2 - 1]), reference: last }) };
  }

  /** The rank behind the cursor's entry, also when that entry has been dropped meanwhile. */
  async #rankAfter(index: string, cursor: string): Promise<number> {
    const position = decodeCursor(cursor);
    if (position === undefined) throw new RangeError("the cursor is not one that this list gave out");
    const { score, reference } = position;
    const newer = await answered(this.#redis.zcount(index, `(${score}`, "+inf"));
    const ties = await answered(this.#redis.zrangebyscore(index, score, score));
    return newer + ties.filter((tie) => tie >= reference).length;
  }

  async #readAll(endpointId: string, eventIds: readonly string[]): Promise<WebhookDelivery[]> {
    const pipeline = this.#redis.pipeline();
    for (const eventId of eventIds) pipeline.hgetall(this.#keys.webhookDelivery(endpointId, eventId));
    const answers = eventIds.length === 0 ? [] : ((await answered(pipeline.exec())) ?? []);
    return eventIds.flatMap((eventId, index) => {
      const [error, fields] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      return decodeDelivery(endpointId, eventId, (fields ?? {}) as RecordFields) ?? [];
    });
  }
}

/** `status|latencyMs|retryAfterMs|answer`, or a mark and a word in place of the status. The free text comes last. */
function encodeOutcome(outcome: DeliveryOutcome): string {
  const latencyMs = Math.round(outcome.latencyMs);
  switch (outcome.kind) {
    case "answered":
      return `${outcome.status}|${latencyMs}|${outcome.retryAfterMs ?? ""}|${outcome.answer}`;
    case "unanswered":
      return `-|${latencyMs}||${outcome.code}`;
    case "refused":
      return `!|${latencyMs}||${outcome.reason}`;
  }
}

function decodeAttempt(line: string): DeliveryAttempt {
  const [, number, atMs, status, latency, retryAfter, text = ""] =
    /^(\d+)\|(\d+)\|([^|]*)\|(\d+)\|(\d*)\|(.*)$/s.exec(line) ?? [];
  if (status === undefined) throw new LedgerCorruptError("an attempt at a delivery is not as this version writes it");
  const place = { number: Number(number), atMs: Number(atMs) };
  const latencyMs = Number(latency);
  if (status === "-") return { ...place, outcome: { kind: "unanswered", code: text, latencyMs } };
  if (status === "!") return { ...place, outcome: { kind: "refused", reason: text, latencyMs } };
  const answer = { kind: "answered", status: Number(status), latencyMs, answer: text } as const;
  return { ...place, outcome: retryAfter === "" ? answer : { ...answer, retryAfterMs: Number(retryAfter) } };
}

function decodeDelivery(endpointId: string, eventId: string, fields: RecordFields): WebhookDelivery | undefined {
  if (fields.type === undefined) return undefined;
  const state = DELIVERY_STATES.find((known) => known === fields.state);
  if (state === undefined) throw new LedgerCorruptError("a delivery's state is not one of the known states");
  const lines = Object.entries(fields).filter(([field]) => /^a\d+$/.test(field));
  const attempts = lines.map(([, line]) => decodeAttempt(line)).sort((one, other) => one.number - other.number);
  return {
    endpointId,
    eventId,
    type: fields.type,
    state,
    attemptCount: Number(fields.attempts),
    attempts,
    ...(fields.nextAt !== undefined && { nextAtMs: Number(fields.nextAt) }),
  };
}
