import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { type CatalogueOperator, catalogueOperatorSchema } from "@surefill/campaign";
import type { Redis } from "ioredis";
import { z } from "zod";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { answered, asLedgerError, ledgerTime, type RunScript, script, scriptRunner } from "../script-runner.js";
import { PRELUDE } from "../scripts.js";
import type { CampaignStoreOptions } from "./store-options.js";

const deflateText = promisify<string, Buffer>(deflate);
const inflateBytes = promisify<Buffer, Buffer>(inflate);

const DAY_MS = 86_400_000;

/** Numbers move between operators; what was detected longer ago is asked again. */
const DETECTED_DAYS_MAX = 30;

/** A number that nobody can tell an operator of now may be known soon: a mistake of the provider's, a range that is new. */
const UNDETECTED_MS_MAX = 3_600_000;

/**
 * Characters of a phone hash that name its bucket, the last one cut to its upper two bits: 16,384 buckets. A million
 * numbers are 61 in each, and up to 128 Redis keeps a bucket as one compact list of about 20 bytes an entry.
 */
const BUCKET_CHARACTERS = 3;
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 60 bits within a bucket: no two numbers of it will ever share them by accident. */
const FIELD_CHARACTERS = 10;

const CATALOGUE_KEPT_MS = 7 * DAY_MS;

/**
 * What was detected for many numbers: one command where a pipeline would be hundreds, whose making takes longer than their
 * answers. KEYS: meta. ARGV: time, base, then bucket and field of each. Answers `false` or the value.
 */
const DETECTED = `${PRELUDE}
local answers = {}
for i = 3, #ARGV, 2 do answers[#answers + 1] = redis.call('HGET', base .. 'od:' .. ARGV[i], ARGV[i + 1]) end
return answers
`;

const scripts = { detected: script(DETECTED, "reads") };

/** Numbers asked about in one script: well under a millisecond of Redis's time. */
const ASKED_MAX = 500;

/** The catalogue of operators as it was fetched last. */
export type KeptCatalogue = { operators: CatalogueOperator[]; fetchedAtMs: number };

/** What the provider has told about operators, kept so that it is not asked for every row of every file. */
export class OperatorMemory {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;

  constructor(redis: Redis, { prefix, nowMs, witness }: CampaignStoreOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /**
   * The operator of each recipient (by `Ledger.recipientHash`), where it was detected in the last 30 days: `null` where
   * the provider could not tell within the last hour, `undefined` where it is to be asked.
   */
  async detected(phoneHashes: readonly string[]): Promise<(number | null | undefined)[]> {
    if (phoneHashes.length === 0) return [];
    const nowMs = await this.#nowMs();
    const values: unknown[] = [];
    for (let start = 0; start < phoneHashes.length; start += ASKED_MAX) {
      const places = phoneHashes.slice(start, start + ASKED_MAX).flatMap((hash) => [bucketOf(hash), fieldOf(hash)]);
      values.push(
        ...((await this.#run(scripts.detected, this.#keys.meta, ["", this.#keys.base, ...places])) as unknown[]),
      );
    }
    return values.map((value) => (typeof value === "string" ? readDetected(value, nowMs) : undefined));
  }

  /** Keeps what was detected; `null` where the provider could not tell. */
  async keepDetected(found: ReadonlyArray<{ phoneHash: string; operatorId: number | null }>): Promise<void> {
    if (found.length === 0) return;
    const nowMs = await this.#nowMs();
    const pipeline = this.#redis.pipeline();
    const buckets = new Set<string>();
    for (const { phoneHash, operatorId } of found) {
      const bucket = this.#keys.detectedOperators(bucketOf(phoneHash));
      pipeline.hset(bucket, fieldOf(phoneHash), writeDetected(operatorId, nowMs));
      buckets.add(bucket);
    }
    for (const bucket of buckets) pipeline.pexpire(bucket, (DETECTED_DAYS_MAX + 1) * DAY_MS);
    for (const [error] of (await answered(pipeline.exec())) ?? []) if (error) throw asLedgerError(error);
  }

  /** The catalogue that was kept last; `undefined` when there is none, or one that this version cannot read. */
  async catalogue(): Promise<KeptCatalogue | undefined> {
    const bytes = await answered(this.#redis.getBuffer(this.#keys.operatorCatalogue));
    if (bytes === null) return undefined;
    const parsed = keptSchema.safeParse(JSON.parse((await inflateBytes(bytes)).toString()));
    return parsed.success ? parsed.data : undefined;
  }

  /** Keeps a catalogue with the time it was fetched at; answers that time. */
  async keepCatalogue(operators: readonly CatalogueOperator[]): Promise<number> {
    const fetchedAtMs = await this.#nowMs();
    const bytes = await deflateText(JSON.stringify({ operators, fetchedAtMs }));
    await answered(this.#redis.set(this.#keys.operatorCatalogue, bytes, "PX", CATALOGUE_KEPT_MS));
    return fetchedAtMs;
  }

  #nowMs(): Promise<number> {
    return ledgerTime(this.#redis, this.#nowArgument());
  }
}

const keptSchema = z.object({ operators: z.array(catalogueOperatorSchema), fetchedAtMs: z.number() });

/** An operator with the day on which it was told; 0 with the millisecond, where none was. Both since 1970. */
function writeDetected(operatorId: number | null, nowMs: number): string {
  return operatorId === null ? `0:${nowMs}` : `${operatorId}:${dayOf(nowMs)}`;
}

function readDetected(value: string, nowMs: number): number | null | undefined {
  const [operatorId = 0, toldAt = 0] = value.split(":").map(Number);
  if (operatorId === 0) return nowMs - toldAt < UNDETECTED_MS_MAX ? null : undefined;
  return dayOf(nowMs) - toldAt <= DETECTED_DAYS_MAX ? operatorId : undefined;
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

function bucketOf(phoneHash: string): string {
  const last = BASE64URL.indexOf(phoneHash.charAt(BUCKET_CHARACTERS - 1)) >> 4;
  return `${phoneHash.slice(0, BUCKET_CHARACTERS - 1)}${last}`;
}

function fieldOf(phoneHash: string): string {
  return phoneHash.slice(BUCKET_CHARACTERS - 1, BUCKET_CHARACTERS - 1 + FIELD_CHARACTERS);
}
