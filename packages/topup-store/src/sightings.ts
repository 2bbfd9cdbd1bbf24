import type { TopupEventType } from "@surefill/topup";
import type { Redis } from "ioredis";
import { type LedgerKeys, ledgerKeys } from "./keys.js";
import { PAID_NOTHING } from "./paid-nothing.js";
import { answered, ledgerTime, type RunScript, script, scriptRunner } from "./script-runner.js";
import { MOVING, PRELUDE } from "./scripts.js";
import type { LedgerWitness } from "./witness.js";

/**
 * Remembers a sighting, and tells it in the event log when it is new. KEYS: sightings. ARGV: time, base, sighting, event
 * type (empty: not told), reference, code, transactionId. A sighting is forgotten when its event is. Answers 1 when it
 * is new.
 */
const TELL_SIGHTING = `${PRELUDE}${MOVING}${PAID_NOTHING}
local now = ledgerNow()
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. whole(now - EVENT_RETENTION_MS))
if redis.call('ZADD', KEYS[1], 'NX', whole(now), ARGV[3]) == 0 then return 0 end
if ARGV[4] ~= '' then
  local record = readRecord(base .. 't:' .. ARGV[5])
  if ARGV[4] == 'topup.contradicted' and (record.state == 'succeeded' or PAID_NOTHING[record.state]) then
    redis.call('ZADD', base .. 'n:contradicted', 'NX', whole(now), ARGV[5])
  end
  tell(ARGV[5], record, ARGV[4], record.state or 'unknown', record.attempt or '1', tonumber(record.version or '0'), now,
    'found-by-audit', ARGV[6], ARGV[7])
end
return 1
`;

/** Extends a turn that is still its owner's. KEYS: turn. ARGV: time, base, owner, milliseconds. Answers 1 when it was. */
const KEEP_TURN = `
if redis.call('GET', KEYS[1]) ~= ARGV[3] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`;

const scripts = { tell: script(TELL_SIGHTING), keep: script(KEEP_TURN) };

export type SightingsOptions = {
  prefix: string;
  witness: LedgerWitness;
  /** Names this process, and no other. */
  owner: string;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};

/** Something that was seen and that an event tells of. */
export type SightingToTell = {
  type: TopupEventType;
  /** The top-up, or a name that no top-up can have. */
  reference: string;
  code?: string;
  transactionId?: number;
};

/**
 * What audits have seen, so that each sighting is told once, however often and by however many processes it is made,
 * and whose turn it is to look.
 */
export class Sightings {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #owner: string;
  readonly #nowArgument: () => string;

  constructor(redis: Redis, { prefix, witness, owner, nowMs }: SightingsOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#owner = owner;
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /** Remembers what was seen, by its key; `true` when nobody had seen it before. `told` becomes an event then. */
  async note(key: string, told?: SightingToTell): Promise<boolean> {
    const { type = "", reference = "", code = "", transactionId } = told ?? {};
    const id = transactionId === undefined ? "" : String(transactionId);
    const args = [this.#nowArgument(), this.#keys.base, key, type, reference, code, id];
    return (await this.#run(scripts.tell, this.#keys.sightings, args)) === 1;
  }

  /** Takes the turn at a pass for `forMs`; `false` while it is somebody's, this process included. */
  async takeTurn(pass: string, forMs: number): Promise<boolean> {
    const key = this.#keys.auditTurn(pass);
    return (await answered(this.#redis.set(key, this.#owner, "PX", forMs, "NX"))) === "OK";
  }

  /** Keeps the turn for `forMs` from now; `false` when it has ended and may be somebody else's. */
  async keepTurn(pass: string, forMs: number): Promise<boolean> {
    const args = [this.#nowArgument(), this.#keys.base, this.#owner, String(forMs)];
    return (await this.#run(scripts.keep, this.#keys.auditTurn(pass), args)) === 1;
  }

  /**
   * When this ledger was first audited, by its own time: what was at the provider before is not its business. 0 once a
   * rebuild could not know when that was.
   */
  async firstMs(): Promise<number> {
    const nowMs = await ledgerTime(this.#redis, this.#nowArgument());
    await answered(this.#redis.set(this.#keys.auditedFrom, String(nowMs), "NX"));
    return Number(await answered(this.#redis.get(this.#keys.auditedFrom)));
  }
}
