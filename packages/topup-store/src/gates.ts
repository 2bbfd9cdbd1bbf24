import type { ClosedGate, GateChange, GateClosing, GateReason, GateTime, Move } from "@surefill/topup";
import type { Redis } from "ioredis";
import { CLOSE_GATE, COUNT_FAILURE, NOTE_WORKER, OPEN_GATE, TAKE_GATE_NEWS } from "./gate-scripts.js";
import type { LedgerKeys } from "./keys.js";
import { answered, asLedgerError, ledgerTime, type RunScript, script } from "./script-runner.js";

const scripts = {
  close: script(CLOSE_GATE),
  open: script(OPEN_GATE),
  takeNews: script(TAKE_GATE_NEWS),
  countFailure: script(COUNT_FAILURE),
  noteWorker: script(NOTE_WORKER),
};

/** Changes that are reported in one go; the next call takes the next ones. */
const NEWS_MAX = 100;

/** The gates of a ledger. A claim reads them itself; this is for closing, opening and showing them. */
export class Gates {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;
  readonly #processId: string;

  constructor(
    redis: Redis,
    keys: LedgerKeys,
    run: RunScript,
    { nowArgument, processId }: { nowArgument: () => string; processId: string },
  ) {
    this.#redis = redis;
    this.#keys = keys;
    this.#run = run;
    this.#nowArgument = nowArgument;
    this.#processId = processId;
  }

  /** Closes a gate by name; answers until when it is closed. A gate that is closed for longer stays so. */
  async close(name: string, closing: GateReason & GateTime): Promise<number> {
    const { untilMs, firstMs, delayMsMax } = closing as { untilMs?: number; firstMs?: number; delayMsMax?: number };
    const limits = [untilMs, firstMs, delayMsMax].map((limit) => (limit === undefined ? "" : String(limit)));
    const args = [this.#nowArgument(), this.#keys.base, name, closing.reason, ...limits, closing.detail ?? ""];
    return Number(await this.#run(scripts.close, this.#keys.gates, args));
  }

  /**
   * Counts a failure that concerns no top-up alone. Answers whether the gate is closed now: the evidence asks for
   * several failures, and for several processes where several run.
   */
  async countFailure(name: string, closing: GateReason & GateTime & Pick<GateClosing, "evidence">): Promise<boolean> {
    const args = [this.#nowArgument(), this.#keys.base, name, this.#processId, JSON.stringify(closing)];
    return (await this.#run(scripts.countFailure, this.#keys.gates, args)) !== "";
  }

  /** Notes that this process runs. To be repeated well within 30 s. */
  async noteWorker(): Promise<void> {
    await this.#run(scripts.noteWorker, this.#keys.gates, [this.#nowArgument(), this.#keys.base, this.#processId]);
  }

  /** Opens a gate at once. The rows parked at it are not woken by this; see `parkedAt`. */
  async open(name: string): Promise<void> {
    await this.#run(scripts.open, this.#keys.gates, [this.#nowArgument(), this.#keys.base, name]);
  }

  /** The gates that are closed now. */
  async closed(): Promise<ClosedGate[]> {
    const nowMs = await ledgerTime(this.#redis, this.#nowArgument());
    const flat = await answered(this.#redis.zrangebyscore(this.#keys.gates, nowMs, "+inf", "WITHSCORES"));
    const names = flat.filter((_, position) => position % 2 === 0);
    if (names.length === 0) return [];
    const infos = await answered(this.#redis.hmget(this.#keys.gateInfo, ...names));
    return names.map((name, index) => ({
      name,
      ...decodeInfo(infos[index] ?? ""),
      untilMs: Number(flat[index * 2 + 1]),
    }));
  }

  /** What is known of gates by name, closed or opened in the last hour; one that is not known is left out. */
  async named(names: readonly string[]): Promise<Map<string, ClosedGate>> {
    const wanted = [...new Set(names)];
    if (wanted.length === 0) return new Map();
    const [times, infos] = await Promise.all([
      answered(this.#redis.zmscore(this.#keys.gates, ...wanted)),
      answered(this.#redis.hmget(this.#keys.gateInfo, ...wanted)),
    ]);
    return new Map(
      wanted.flatMap((name, index) => {
        const [time = null, info = null] = [times[index], infos[index]];
        return time === null || info === null ? [] : [[name, { name, ...decodeInfo(info), untilMs: Number(time) }]];
      }),
    );
  }

  /** How many top-ups are parked at each of these gates. */
  async waitingAt(names: readonly string[]): Promise<Map<string, number>> {
    if (names.length === 0) return new Map();
    const pipeline = this.#redis.pipeline();
    for (const name of names) pipeline.scard(this.#keys.parked(name));
    const answers = (await answered(pipeline.exec())) ?? [];
    return new Map(
      names.map((name, index) => {
        const [error, count] = answers[index] ?? [];
        if (error) throw asLedgerError(error);
        return [name, Number(count)];
      }),
    );
  }

  /**
   * Takes the changes that no process has reported yet, oldest first, each given out once; at most 100. A gate whose time
   * has ended counts as opened once it has stayed open for `openMs`.
   */
  async takeNews(openMs: number): Promise<GateChange[]> {
    const nowMs = await ledgerTime(this.#redis, this.#nowArgument());
    const [changes, opened] = await Promise.all([
      answered(this.#redis.llen(this.#keys.gateNews)),
      answered(this.#redis.zcount(this.#keys.gateWatch, "-inf", nowMs - openMs)),
    ]);
    // Asked once a second by every worker: most of the time nothing is to be written.
    if (changes + opened === 0) return [];
    const limits = [openMs, NEWS_MAX].map(String);
    const args = [this.#nowArgument(), this.#keys.base, ...limits];
    return ((await this.#run(scripts.takeNews, this.#keys.gates, args)) as string[]).map(decodeChange);
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

/** `closings|reason|since|detail`; earlier versions wrote the first two. */
function decodeInfo(info: string): Omit<ClosedGate, "name" | "untilMs"> {
  const [closings = "", reason = "", since = "", detail = ""] = info.split("|");
  return {
    reason,
    closings: Number(closings || "1"),
    ...(since !== "" && { sinceMs: Number(since) }),
    ...(detail !== "" && { detail }),
  };
}

/** `change|at|name|` and what is known of the gate. */
function decodeChange(line: string): GateChange {
  const [change, at, name = "", ...info] = line.split("|");
  return {
    change: change === "opened" ? "opened" : "closed",
    atMs: Number(at),
    name,
    ...decodeInfo(info.join("|")),
  };
}

/** What a move does to gates and pace, as the script takes it. */
export function gateArgument({ gate, slowDownFrom }: Pick<Move, "gate" | "slowDownFrom">): string {
  if (gate === undefined && slowDownFrom === undefined) return "";
  return JSON.stringify({ ...gate, ...(slowDownFrom && { slowDownFrom }) });
}
