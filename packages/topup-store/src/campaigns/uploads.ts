import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { CHUNK_ROWS } from "@surefill/campaign";
import type { Redis } from "ioredis";
import { z } from "zod";
import { LedgerCorruptError } from "../errors.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { answered, asLedgerError, ledgerTime, type RunScript, script, scriptRunner } from "../script-runner.js";
import type { CampaignStoreOptions } from "./store-options.js";
import { type SameFile, type Upload, type UploadPage, type UploadRow, uploadSchema } from "./upload.js";

const deflateText = promisify<string, { level: number }, Buffer>(deflateRaw);
const inflateBytes = promisify<Buffer, Buffer>(inflateRaw);

/** The lowest level: most of what the highest saves, in a third of its time. */
const DEFLATE_LEVEL = 1;

/**
 * Rows of an upload whose end was not seen yet are kept for this long after the latest of them came. A process that is
 * killed in the midst of one leaves rows that nobody can find, and this removes them.
 */
const UNFINISHED_MS = 15 * 60_000;

/** More uploads of one file are not looked through. */
const SAME_FILE_MAX = 20;

/** KEYS: upload. ARGV: time, base, id, rows, keptMs, number of chunks, upload, uploads, uploads of the same file. */
const FINISH = `
local id, rows, keptMs = ARGV[3], ARGV[4], ARGV[5]
if redis.call('HLEN', rows) ~= tonumber(ARGV[6]) then return 'lost' end
redis.call('SET', KEYS[1], ARGV[7], 'PX', keptMs)
if redis.call('EXISTS', rows) == 1 then redis.call('PEXPIRE', rows, keptMs) end
redis.call('ZADD', ARGV[8], 0, id)
redis.call('ZADD', ARGV[9], 0, id)
if redis.call('PTTL', ARGV[9]) ~= -1 or redis.call('ZCARD', ARGV[9]) == 1 then redis.call('PEXPIRE', ARGV[9], keptMs) end
return 'kept'
`;

/** KEYS: upload. ARGV: time, base, rows, uploads of the same file, campaigns of the upload, campaign. */
const USE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('PERSIST', KEYS[1])
redis.call('PERSIST', ARGV[3])
redis.call('PERSIST', ARGV[4])
redis.call('SADD', ARGV[5], ARGV[6])
return 1
`;

const scripts = { finish: script(FINISH), use: script(USE) };

export type UploadStoreOptions = CampaignStoreOptions & {
  /** How long an upload is kept that no campaign uses. */
  keptMs: number;
};

/**
 * The files that were received, as rows in deflated chunks of `CHUNK_ROWS`; the bytes themselves are not kept. Methods
 * throw `LedgerUnavailableError` when Redis does not answer.
 */
export class Uploads {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #keptMs: number;
  readonly #nowArgument: () => string;

  constructor(redis: Redis, { prefix, keptMs, nowMs, witness }: UploadStoreOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#keptMs = keptMs;
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /** The ledger's time in milliseconds. */
  async nowMs(): Promise<number> {
    return ledgerTime(this.#redis, this.#nowArgument());
  }

  /** Writes chunk number `chunk` (from 0) of an upload that is under way. All but the last are `CHUNK_ROWS` long. */
  async writeChunk(id: string, chunk: number, rows: readonly UploadRow[]): Promise<void> {
    const text = JSON.stringify(rows.map(({ line, cells }) => [line, ...cells]));
    const bytes = await deflateText(text, { level: DEFLATE_LEVEL });
    const pipeline = this.#redis.pipeline();
    pipeline.hset(this.#keys.uploadRows(id), String(chunk), bytes);
    pipeline.pexpire(this.#keys.uploadRows(id), UNFINISHED_MS);
    for (const [error] of (await answered(pipeline.exec())) ?? []) if (error) throw asLedgerError(error);
  }

  /**
   * Ends an upload: from now on it is there. `lost` when its chunks are not: it took so long that they were removed,
   * or Redis forgot them.
   */
  async finish(upload: Upload): Promise<"kept" | "lost"> {
    const { id, sha256, rows, firstRows } = upload;
    const record = { ...upload, firstRows: firstRows.map(({ line, cells }) => [line, ...cells]) };
    const answer = await this.#run(scripts.finish, this.#keys.upload(id), [
      this.#nowArgument(),
      this.#keys.base,
      id,
      this.#keys.uploadRows(id),
      String(this.#keptMs),
      String(Math.ceil(rows / CHUNK_ROWS)),
      JSON.stringify(record),
      this.#keys.uploads,
      this.#keys.uploadsOfFile(sha256),
    ]);
    return answer === "kept" ? "kept" : "lost";
  }

  /** Removes the rows of an upload that is not finished. */
  async discard(id: string): Promise<void> {
    await answered(this.#redis.unlink(this.#keys.uploadRows(id)));
  }

  /** An upload; `undefined` when there is none, or not any more. */
  async get(id: string): Promise<Upload | undefined> {
    const text = await answered(this.#redis.get(this.#keys.upload(id)));
    return text === null ? undefined : decodeUpload(id, text);
  }

  /** The uploads that there are, newest first. `cursor` is where the page before ended. */
  async list({ limit, cursor }: { limit: number; cursor?: string }): Promise<UploadPage> {
    const uploads: Upload[] = [];
    let before = cursor === undefined ? "+" : `(${cursor}`;
    for (;;) {
      const ids = await answered(
        this.#redis.zrevrangebylex(this.#keys.uploads, before, "-", "LIMIT", 0, limit - uploads.length + 1),
      );
      if (ids.length === 0) return { uploads };
      const texts = await answered(this.#redis.mget(ids.map((id) => this.#keys.upload(id))));
      const gone: string[] = [];
      for (const [index, id] of ids.entries()) {
        const text = texts[index];
        if (typeof text !== "string") gone.push(id);
        else if (uploads.length < limit) uploads.push(decodeUpload(id, text));
        else return { uploads, nextCursor: uploads.at(-1)?.id ?? id };
      }
      if (gone.length > 0) await answered(this.#redis.zrem(this.#keys.uploads, ...gone));
      before = `(${ids.at(-1)}`;
    }
  }

  /** The rows of chunk number `chunk` (from 0); `undefined` when there is none. */
  async readChunk(id: string, chunk: number): Promise<UploadRow[] | undefined> {
    const bytes = await answered(this.#redis.hgetBuffer(this.#keys.uploadRows(id), String(chunk)));
    if (bytes === null) return undefined;
    try {
      return rowsSchema.parse(JSON.parse((await inflateBytes(bytes)).toString())).map(toRow);
    } catch (cause) {
      throw new LedgerCorruptError(`chunk ${chunk} of ${id} is not one that this version writes`, { cause });
    }
  }

  /** Keeps an upload for as long as the campaign is kept. `false` when there is no such upload (any more). */
  async use(id: string, campaign: string): Promise<boolean> {
    const upload = await this.get(id);
    if (upload === undefined) return false;
    const answer = await this.#run(scripts.use, this.#keys.upload(id), [
      this.#nowArgument(),
      this.#keys.base,
      this.#keys.uploadRows(id),
      this.#keys.uploadsOfFile(upload.sha256),
      this.#keys.uploadCampaigns(id),
      campaign,
    ]);
    return answer === 1;
  }

  /** Every upload of the file with this SHA-256, newest first, with the campaigns that use it. */
  async sameFile(sha256: string): Promise<SameFile[]> {
    const ids = await answered(
      this.#redis.zrange(this.#keys.uploadsOfFile(sha256), "0", String(SAME_FILE_MAX - 1), "REV"),
    );
    const found = await Promise.all(
      ids.map(async (id) => {
        const [upload, campaigns] = await Promise.all([
          this.get(id),
          answered(this.#redis.smembers(this.#keys.uploadCampaigns(id))),
        ]);
        return upload && { upload: id, createdAtMs: upload.createdAtMs, campaigns: campaigns.sort() };
      }),
    );
    return found.filter((same) => same !== undefined);
  }
}

/** A row as it lies in a chunk: its line, then its cells. */
type StoredRow = [line: number, ...cells: string[]];

/** Checked by hand: a check reads every row, and the schema of one would cost as much as all else of reading it. */
const rowsSchema = z.array(z.custom<StoredRow>(isStoredRow)).max(CHUNK_ROWS);

function isStoredRow(row: unknown): boolean {
  return Array.isArray(row) && row.every((part, place) => typeof part === (place === 0 ? "number" : "string"));
}

function toRow([line, ...cells]: StoredRow): UploadRow {
  return { line, cells };
}

function decodeUpload(id: string, text: string): Upload {
  const parsed = uploadSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new LedgerCorruptError(`upload ${id} does not have the fields this version writes`);
  return parsed.data;
}
