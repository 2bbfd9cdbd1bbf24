/**
 * Redis that becomes another server, on one that does not: the id that scripts read is put into their text, and writes
 * are taken back by hand. What the ledger must refuse after each change.
 */
import { createLedger, FOLDER_READ_AFTER_MS, Ledger, type Witnessed } from "@surefill/topup-store";
import type { Redis } from "ioredis";

type Corner = { redis: Redis; prefix: string };
type ProcessOptions = { folder?: string; known?: readonly Witnessed[]; sendWithinMs?: number };

/** A ledger whose server changes when the test says so. */
class ChangingServer {
  readonly #redis: Redis;
  readonly prefix: string;
  id = "x".repeat(40);
  nowMs = 1_700_000_000_000;

  private constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.prefix = prefix;
  }

  static async open({ redis, prefix }: Corner, name: string): Promise<ChangingServer> {
    const server = new ChangingServer(redis, `${prefix}-${name}`);
    const old = await redis.keys(`${server.prefix}:*`);
    if (old.length > 0) await redis.unlink(old);
    await createLedger(server.client(), { prefix: server.prefix });
    return server;
  }

  get meta(): string {
    return `${this.prefix}:{0}:meta`;
  }

  key(name: string): string {
    return `${this.prefix}:{0}:${name}`;
  }

  /** A connection on which every script is read anew, with the id of the server that it runs on. */
  client(): Redis {
    const redis = this.#redis;
    const evalsha = () => Promise.reject(new Error("NOSCRIPT"));
    const run = (lua: string, ...rest: [number, ...string[]]) =>
      redis.eval(lua.replaceAll("redis.pcall('INFO', 'replication')", `'master_replid:${this.id}'`), ...rest);
    return new Proxy(redis, {
      get: (target, name) => {
        if (name === "evalsha") return evalsha;
        if (name === "eval") return run;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  async process(name: string, { folder, known = [], sendWithinMs = 0 }: ProcessOptions = {}) {
    const ledger = await Ledger.open(this.client(), {
      prefix: this.prefix,
      processId: name,
      known,
      ...(folder !== undefined && { stateFolder: { id: folder, label: name, sendWithinMs } }),
      nowMs: () => this.nowMs,
    });
    if (folder !== undefined) await ledger.check().catch(() => undefined);
    return ledger;
  }

  /** Another server takes over, which lacks the latest `lost` writes. */
  async change(id: string, lost = 0): Promise<void> {
    this.id = id.repeat(40);
    await this.#redis.hincrby(this.meta, "sequence", -lost);
  }

  get raw(): Redis {
    return this.#redis;
  }
}

let written = 0;
async function write(ledger: Ledger): Promise<void> {
  written += 1;
  const number = String(2_348_030_000_000 + written);
  const recipientPhone = { countryCode: "NG", number };
  const request = { operatorId: 341, amount: "5", useLocalAmount: false, recipientPhone };
  await ledger.accept([{ reference: `w-${written}`, request }]);
}

const told = ({ witness: { epoch, server, sequence } }: Ledger): Witnessed => ({ epoch, server, sequence });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );

/** What must be refused, and with what; answers what was not. */
type Promises = Readonly<Record<string, (server: ChangingServer) => Promise<readonly [found: string, wanted: string]>>>;

const PROMISES: Promises = {
  "a process that knows less writes nothing before one that knows more was compared": async (server) => {
    const [less, more] = [await server.process("a", { folder: "a" }), await server.process("b", { folder: "b" })];
    await write(more);
    await server.change("y", 1);
    return [await codeOf(write(less)), "LEDGER_COMPARING"];
  },
  "a loss is noticed however much others have written since": async (server) => {
    const [first, late] = [await server.process("a", { folder: "a" }), await server.process("b")];
    await write(late);
    await server.change("y", 1);
    await first.check();
    for (let count = 0; count < 3; count += 1) await write(first);
    return [await codeOf(late.check()), "LEDGER_LOST"];
  },
  "a process without memory is not believed on another server": async (server) => {
    const former = await server.process("a", { folder: "a" });
    await write(former);
    await former.leave();
    await server.change("y");
    return [await codeOf(write(await server.process("b", { folder: "b" }))), "LEDGER_COMPARING"];
  },
  "a server that the ledger never had is a loss": async (server) => {
    const a = await server.process("a", { folder: "a" });
    const former = await server.raw.hgetall(server.meta);
    await server.change("y");
    await a.check();
    await write(a);
    await server.raw.del(server.meta);
    await server.raw.hset(server.meta, { ...former, sequence: "1000" });
    await server.change("x");
    return [await codeOf(a.check()), "LEDGER_LOST"];
  },
  "a state folder that was read before its process was silent does not count": async (server) => {
    const a = await server.process("a", { folder: "shared" });
    const early = await server.process("b", { folder: "shared" });
    await server.process("c", { folder: "shared" });
    await server.change("y");
    await codeOf(early.compare([]));
    server.nowMs += FOLDER_READ_AFTER_MS;
    return [await codeOf(a.check()), "LEDGER_COMPARING"];
  },
  "a state folder does not count while its process may still send a claim": async (server) => {
    const a = await server.process("a", { folder: "shared" });
    await server.process("b", { folder: "shared", sendWithinMs: 10_000 });
    await server.change("y");
    await codeOf(a.check());
    server.nowMs += 10_000;
    return [await codeOf(a.compare([])), "LEDGER_COMPARING"];
  },
  "a state folder that knows more is a loss": async (server) => {
    const a = await server.process("a", { folder: "shared" });
    await server.change("y");
    const { epoch, server: on, sequence } = told(a);
    // The ledger opens by what this process was told, unless the folder is looked at first.
    await server.raw.hset(server.key("processes"), "b", `${server.nowMs}|other|0|b`);
    return [await codeOf(a.compare([{ epoch, server: on, sequence: sequence + 1 }])), "LEDGER_LOST"];
  },
  "a process that only others have heard of is waited for": async (server) => {
    const a = await server.process("a", { folder: "a" });
    await server.process("b", { folder: "b" });
    await a.check();
    await server.raw.hdel(server.key("processes"), "b");
    await server.change("y");
    return [await codeOf(a.check()), "LEDGER_COMPARING"];
  },
};

/** Tries every promise; says which was broken first, or `undefined` when none was. */
export async function killByServerChange(corner: Corner): Promise<string | undefined> {
  for (const [index, [promise, tried]] of Object.entries(PROMISES).entries()) {
    const server = await ChangingServer.open(corner, `change-${index}`);
    const [found, wanted] = await tried(server);
    if (found !== wanted) return `${promise}: ${found} instead of ${wanted}`;
  }
  return undefined;
}
