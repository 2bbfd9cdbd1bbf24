/** The processes of a run and the lines between them: built in order, taken apart backwards. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reloadlyAccountOf } from "@surefill/reloadly-client";
import type { FaultPlan } from "@surefill/reloadly-sandbox";
import { connectRedis, type RedisClient } from "@surefill/runtime";
import type { QueueName } from "@surefill/topup";
import { createLedger, Ledger, rebindLedger } from "@surefill/topup-store";
import { type FaultyLine, openFaultyLine } from "./faulty-line.js";
import { Program } from "./program.js";
import { openProviderDesk, type ProviderDesk } from "./provider-desk.js";
import { ALWAYS } from "./provider-faults.js";
import { type RedisUnderTest, startRedisUnderTest } from "./redis-under-test.js";
import { readWorkerIds } from "./worker-logs.js";

const PREFIX = "chaos";
/** The STATE_DIR that processes share, in the folder of the run. */
export const STATE_FOLDER = "state";
/** Both src/ and dist/ are as deep below the root. */
const projectFile = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** A worker with its own lines to Redis and to the provider, and a clock that can be set. */
export type WorkerUnderTest = {
  program: Program;
  redisLine: FaultyLine;
  providerLine: FaultyLine;
  setClock: (shiftMs: number) => Promise<void>;
  /** The ids under which the running process holds locks. */
  ids: () => Promise<Map<QueueName, string>>;
};

export type Rig = {
  /** Logs and state of every process. */
  dir: string;
  prefix: string;
  apiKey: string;
  redis: RedisUnderTest;
  /** The rig's own connection, without a line in between. */
  client: RedisClient;
  ledger: Ledger;
  provider: Program;
  providerDesk: ProviderDesk;
  producer: Program;
  /** The producer's line to Redis, where it was asked for. */
  producerLine?: FaultyLine;
  workers: readonly WorkerUnderTest[];
  /** What every worker is set to. */
  workerEnv: Readonly<Record<string, string>>;
  /** Stops everything. The folder is kept where somebody has to look into it. */
  close: (options: { keepFiles: boolean }) => Promise<void>;
};

/** What a worker reaches the provider by instead of its line alone, such as TLS in front of it. */
export type ProviderFront = { url: string; env: Readonly<Record<string, string>>; close: () => Promise<void> };

export type RigOptions = {
  seed: number;
  settings: Readonly<Record<string, string>>;
  /** Each process has a STATE_DIR to itself, as on machines of their own; else they share one, as on one machine. */
  hasOwnFolders?: true;
  /** The producer reaches Redis by a line, too. */
  producerLine?: true;
  /** How many workers there are; two where nothing is said. */
  workers?: number;
  /** Flags of the local Reloadly in place of those of a chaos run; a flag without a value is `true`. */
  provider?: Readonly<Record<string, string | true>>;
  /** What the local Reloadly does wrong from its start; the faults of ordinary days where nothing is said. */
  faultPlan?: FaultPlan;
  /** Opens what worker `index` (from 0) reaches the provider by, in front of its line to it. */
  openFront?: (linePort: number, index: number) => Promise<ProviderFront | undefined>;
  /** Settings of worker `index` alone. */
  workerEnv?: (index: number) => Readonly<Record<string, string>>;
};

const ACCOUNT_SETTINGS = { RELOADLY_ENVIRONMENT: "local", RELOADLY_CLIENT_ID: "sandbox-client" } as const;

/** Starts everything. What has started is stopped again when the rest does not. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const dir = await mkdtemp(join(tmpdir(), "surefill-chaos-"));
  const closers: (() => Promise<unknown>)[] = [];
  const close = async ({ keepFiles }: { keepFiles: boolean }) => {
    const failures: unknown[] = [];
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) {
      await next().catch((error: unknown) => failures.push(error));
    }
    if (!keepFiles) await rm(dir, { recursive: true, force: true });
    if (failures.length > 0) throw new AggregateError(failures, "the run could not be taken apart in order");
  };
  try {
    const redis = await startRedisUnderTest(dir);
    closers.push(() => redis.close());
    const providerPort = await freePort();
    const ways = await openWays(options, { redisPort: redis.port, providerPort }, closers);
    const launch = launcher(dir, closers, options.hasOwnFolders === true);
    const provider = await launch("provider", "packages/reloadly-sandbox/bin/reloadly-sandbox.js", {
      args: await providerArgs(dir, {
        seed: options.seed,
        port: providerPort,
        audiences: ways.map(({ url }) => url),
        flags: options.provider ?? CHAOS_PROVIDER,
        faultPlan: options.faultPlan ?? ALWAYS,
      }),
    });
    const apiKey = randomBytes(24).toString("base64url");
    const env = {
      ...options.settings,
      REDIS_PREFIX: PREFIX,
      ...ACCOUNT_SETTINGS,
      RELOADLY_CLIENT_SECRET: "sandbox-secret",
      WEBHOOK_ALLOWED_NETWORKS: "127.0.0.0/8",
    };
    const client = await connectRedis({ url: redis.url, role: "ledger", name: "chaos", onError: () => undefined });
    closers.push(async () => client.disconnect());
    await createLedger(client, {
      prefix: PREFIX,
      account: reloadlyAccountOf({ ...ACCOUNT_SETTINGS, RELOADLY_URL: provider.url }),
    });
    const producerLine = options.producerLine && (await openLine(redis.port, closers));
    const producer = await launch("producer", "apps/producer/dist/main.js", {
      env: {
        ...env,
        REDIS_URL: producerLine === undefined ? redis.url : `redis://127.0.0.1:${producerLine.port}`,
        RELOADLY_URL: provider.url,
        API_KEYS: `chaos:${createHash("sha256").update(apiKey).digest("hex")}`,
        // The same for every process of it, as behind a service's name.
        PRODUCER_PORT: String(await freePort()),
      },
    });
    for (const { url } of ways) await takeAsSameAccount(client, url);
    const workers: WorkerUnderTest[] = [];
    for (const [index, way] of ways.entries()) {
      const own = { ...env, ...way.env, ...options.workerEnv?.(index) };
      workers.push(await openWorker({ name: `worker-${index + 1}`, dir, env: own, launch, way }));
    }

    const ledger = await Ledger.open(client, { prefix: PREFIX, processId: "chaos" });
    const providerDesk = openProviderDesk(provider.url);
    closers.push(() => providerDesk.close());
    const parts = { redis, client, ledger, provider, providerDesk, producer, workers };
    return { dir, prefix: PREFIX, apiKey, workerEnv: env, ...parts, ...(producerLine && { producerLine }), close };
  } catch (error) {
    await close({ keepFiles: false });
    throw error;
  }
}

async function openLine(farPort: number, closers: (() => Promise<unknown>)[]): Promise<FaultyLine> {
  const line = await openFaultyLine(farPort);
  closers.push(() => line.close());
  return line;
}

/** How one worker reaches Redis and the provider. */
type Way = {
  redisLine: FaultyLine;
  providerLine: FaultyLine;
  url: string;
  env: Readonly<Record<string, string>>;
};

async function openWays(
  { workers = 2, openFront }: RigOptions,
  ports: { redisPort: number; providerPort: number },
  closers: (() => Promise<unknown>)[],
): Promise<Way[]> {
  const ways: Way[] = [];
  for (let index = 0; index < workers; index += 1) {
    const redisLine = await openLine(ports.redisPort, closers);
    const providerLine = await openLine(ports.providerPort, closers);
    const front = await openFront?.(providerLine.port, index);
    if (front !== undefined) closers.push(() => front.close());
    ways.push({ redisLine, providerLine, url: front?.url ?? urlOf(providerLine), env: front?.env ?? {} });
  }
  return ways;
}

/** Each worker reaches the one provider by a line of its own, and a ledger takes each address for an account. */
async function takeAsSameAccount(client: RedisClient, url: string): Promise<void> {
  const account = reloadlyAccountOf({ ...ACCOUNT_SETTINGS, RELOADLY_URL: url });
  const why = { by: "chaos", reason: "the provider behind a faulty line" };
  await rebindLedger(client, { prefix: PREFIX, account, kind: "same", ...why });
}

type Launch = (
  name: string,
  script: string,
  options: { env?: Record<string, string>; args?: string[]; nodeArgs?: string[] },
) => Promise<Program>;

function launcher(dir: string, closers: (() => Promise<unknown>)[], hasOwnFolders: boolean): Launch {
  return async (name, script, { env = {}, ...options }) => {
    const stateDir = join(dir, hasOwnFolders ? `state-${name}` : STATE_FOLDER);
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const program = await Program.start({
      name,
      script: projectFile(script),
      ...options,
      env: { STATE_DIR: stateDir, ...env },
      logPath: (incarnation) => join(dir, `${name}.${incarnation}.log`),
    });
    closers.push(() => program.close());
    return program;
  };
}

async function openWorker(parts: {
  name: string;
  dir: string;
  env: Record<string, string>;
  launch: Launch;
  way: Way;
}): Promise<WorkerUnderTest> {
  const { name, dir, env, launch, way } = parts;
  const { redisLine, providerLine } = way;
  const clockFile = join(dir, `${name}.clock`);
  await writeFile(clockFile, "0");
  const program = await launch(name, "apps/worker/dist/main.js", {
    nodeArgs: ["--import", projectFile("proof/dist/chaos/shifted-clock.js")],
    env: {
      ...env,
      REDIS_URL: `redis://127.0.0.1:${redisLine.port}`,
      RELOADLY_URL: way.url,
      WORKER_PORT: "0",
      CHAOS_CLOCK_FILE: clockFile,
    },
  });
  return {
    program,
    redisLine,
    providerLine,
    async setClock(shiftMs) {
      await writeFile(clockFile, String(shiftMs));
      await program.signal("SIGUSR2");
    },
    ids: () => readWorkerIds(program.logPaths.at(-1) ?? ""),
  };
}

/** The local Reloadly as the real one is: slow, with a check of identifiers that is not atomic, and its own rules. */
const CHAOS_PROVIDER: NonNullable<RigOptions["provider"]> = {
  balance: "300",
  "random-mix": "production",
  "latency-ms": "15-60",
  "processing-ms": "100-600",
  "duplicate-window-ms": "250",
  "slow-answer-ms": "5000",
  "phone-recharge-window-ms": "1000",
  // Both shorter than our hold after FAILED, as at Reloadly.
  "provider-hold-ms": "2000",
  "change-of-mind-ms": "1500",
};

async function providerArgs(
  dir: string,
  options: {
    seed: number;
    port: number;
    audiences: readonly string[];
    flags: NonNullable<RigOptions["provider"]>;
    faultPlan: FaultPlan;
  },
): Promise<string[]> {
  const faultPlan = join(dir, "fault-plan.json");
  await writeFile(faultPlan, JSON.stringify(options.faultPlan));
  const { seed, port, audiences } = options;
  const own = { port: String(port), seed: String(seed), "fault-plan": faultPlan };
  const flags: [string, string | true][] = Object.entries({ ...own, ...options.flags });
  return [
    "--json",
    "--record-posts",
    ...flags.flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value])),
    "--audience",
    ...audiences,
  ];
}

function urlOf({ port }: FaultyLine): string {
  return `http://127.0.0.1:${port}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = address === null || typeof address === "string" ? 0 : address.port;
      probe.close(() => resolve(port));
    });
  });
}
