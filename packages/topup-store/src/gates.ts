import type { ClosedGate, GateTime } from "@surefill/topup";
import type { Redis } from "ioredis";
import type { LedgerKeys } from "./keys.js";
import { answered, ledgerTime, type RunScript, script } from "./script-runner.js";
import { CLOSE_GATE } from "./scripts.js";

const closeScript = script(CLOSE_GATE);

/** The gates of a ledger. A claim reads them itself; this is for closing, opening and showing them. */
export class Gates {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;

  constructor(redis: Redis, keys: LedgerKeys, run: RunScript, nowArgument: () => string) {
    this.#redis = redis;
    this.#keys = keys;
    this.#run = run;
    this.#nowArgument = nowArgument;
  }

  /** Closes a gate by name; answers until when it is closed. A gate that is closed for longer stays so. */
  async close(name: string, closing: { reason: string } & GateTime): Promise<number> {
    const { untilMs, firstMs, delayMsMax } = closing as { untilMs?: number; firstMs?: number; delayMsMax?: number };
    const limits = [untilMs, firstMs, delayMsMax].map((limit) => (limit === undefined ? "" : String(limit)));
    const args = [this.#nowArgument(), this.#keys.base, name, closing.reason, ...limits];
    return Number(await this.#run(closeScript, this.#keys.gates, args));
  }

  /** Opens a gate at once. The rows parked at it are not woken by this; see `parkedAt`. */
  async open(name: string): Promise<void> {
    await answered(this.#redis.zrem(this.#keys.gates, name));
    await answered(this.#redis.hdel(this.#keys.gateInfo, name));
  }

  /** The gates that are closed now. */
  async closed(): Promise<ClosedGate[]> {
    const nowMs = await ledgerTime(this.#redis, this.#nowArgument());
    const flat = await answered(this.#redis.zrangebyscore(this.#keys.gates, nowMs, "+inf", "WITHSCORES"));
    const names = flat.filter((_, position) => position % 2 === 0);
    if (names.length === 0) return [];
    const infos = await answered(this.#redis.hmget(this.#keys.gateInfo, ...names));
    return names.map((name, index) => {
      const [closings = "1", reason = ""] = (infos[index] ?? "").split("|");
      return { name, reason, closings: Number(closings), untilMs: Number(flat[index * 2 + 1]) };
    });
  }

  /** References of rows that are parked at a gate; at most `limit`, in no order. */
  async parkedAt(gate: string, limit: number): Promise<string[]> {
    return answered(this.#redis.srandmember(this.#keys.parked(gate), limit));
  }

  /** Forgets gates that opened more than `ageMs` ago. */
  async forgetOld(ageMs: number): Promise<void> {
    const before = (await ledgerTime(this.#redis, this.#nowArgument())) - ageMs;
    const names = await answered(this.#redis.zrangebyscore(this.#keys.gates, "-inf", before));
    if (names.length === 0) return;
    await answered(this.#redis.hdel(this.#keys.gateInfo, ...names));
    await answered(this.#redis.zrem(this.#keys.gates, ...names));
  }
}
