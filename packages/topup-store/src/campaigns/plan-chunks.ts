import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { type JudgedRow, type PlanSummary, readPlanChunk, writePlanChunk } from "@surefill/campaign";
import type { Redis } from "ioredis";
import { LedgerCorruptError } from "../errors.js";
import type { LedgerKeys } from "../keys.js";
import { answered } from "../script-runner.js";

const deflateText = promisify<string, { level: number }, Buffer>(deflate);
const inflateBytes = promisify<Buffer, Buffer>(inflate);

/** The lowest level: three quarters of what the highest saves, in a third of its time. */
const DEFLATE_LEVEL = 1;

/** Keys deleted in one command. */
const UNLINKED_MAX = 200;

/** The plans of campaigns: the judged rows in chunks of `CHUNK_ROWS`, deflated, and a summary of each. */
export class PlanChunks {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;

  constructor(redis: Redis, keys: LedgerKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Writes chunk number `chunk` (from 0): `text` is what `writePlanChunk` of @surefill/campaign gives. */
  async write(id: string, version: number, chunk: number, text: string): Promise<void> {
    const bytes = await deflateText(text, { level: DEFLATE_LEVEL });
    await answered(this.#redis.set(this.#keys.campaignPlanChunk(id, version, chunk), bytes));
  }

  /** As `write`, from the rows themselves. */
  async writeRows(id: string, version: number, chunk: number, rows: readonly JudgedRow[]): Promise<void> {
    await this.write(id, version, chunk, writePlanChunk(rows));
  }

  /** The text of a chunk, as it was hashed; `undefined` when there is none. */
  async readText(id: string, version: number, chunk: number): Promise<string | undefined> {
    const bytes = await answered(this.#redis.getBuffer(this.#keys.campaignPlanChunk(id, version, chunk)));
    if (bytes === null) return undefined;
    try {
      return (await inflateBytes(bytes)).toString();
    } catch (cause) {
      throw new LedgerCorruptError(`chunk ${chunk} of the plan of ${id} cannot be inflated: ${cause}`);
    }
  }

  /** The rows of a chunk; `undefined` when there is none. Throws a `PlanChunkError` on one that cannot be read. */
  async read(id: string, version: number, chunk: number): Promise<JudgedRow[] | undefined> {
    const text = await this.readText(id, version, chunk);
    return text === undefined ? undefined : readPlanChunk(chunk, text);
  }

  async writeSummary(id: string, version: number, summary: PlanSummary): Promise<void> {
    const bytes = await deflateText(JSON.stringify(summary), { level: DEFLATE_LEVEL });
    await answered(this.#redis.set(this.#keys.campaignPlan(id, version), bytes));
  }

  /** The summary that a check ended with; `undefined` when that version has none (any more). */
  async summary(id: string, version: number): Promise<PlanSummary | undefined> {
    const bytes = await answered(this.#redis.getBuffer(this.#keys.campaignPlan(id, version)));
    if (bytes === null) return undefined;
    // Written by this class from a PlanSummary, and part of what planHash was made over.
    return JSON.parse((await inflateBytes(bytes)).toString()) as PlanSummary;
  }

  /** Deletes a version of a plan, complete or not. */
  async drop(id: string, version: number): Promise<void> {
    await answered(this.#redis.unlink(this.#keys.campaignPlan(id, version)));
    for (let first = 0; ; first += UNLINKED_MAX) {
      const keys = Array.from({ length: UNLINKED_MAX }, (_, index) =>
        this.#keys.campaignPlanChunk(id, version, first + index),
      );
      if ((await answered(this.#redis.unlink(...keys))) === 0) return;
    }
  }
}
