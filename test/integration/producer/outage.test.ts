/** What callers meet while Redis is stopped, gone, or not to be trusted. Each test has a Redis of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { isPassword, passwordHashSchema } from "@surefill/access";
import { loadProducerConfig, newApiKey, startProducer } from "@surefill/producer";
import { connectRedis, createLogger } from "@surefill/runtime";
import { createLedger } from "@surefill/topup-store";
import { afterEach, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";
import { waitFor } from "../../support/wait-for.js";
import { type Answer, type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startRedis(settings: Record<string, string> = {}): Promise<PrivateRedis> {
  const redis = await startPrivateRedis(settings);
  stops.push(() => redis.stop());
  return redis;
}

/** What `surefill init` does. */
async function createLedgerIn(url: string): Promise<void> {
  const client = await connectRedis({ url, role: "ledger", name: "test", onError: () => undefined });
  await createLedger(client, { prefix: "surefill" });
  client.disconnect();
}

async function startBoth(): Promise<{ redis: PrivateRedis; producer: ProducerUnderTest }> {
  const redis = await startRedis();
  const producer = await startProducerUnderTest({ redisUrl: redis.url });
  stops.push(() => producer.close());
  return { redis, producer };
}

/** It takes half a second. A request that waits for Redis to come back would wait for the whole test. */
const SOON_MS = 30_000;

async function timed(call: Promise<Answer>): Promise<Answer & { tookMs: number }> {
  const startedAtMs = performance.now();
  const answer = await call;
  return { ...answer, tookMs: performance.now() - startedAtMs };
}

const ENDPOINT = "whe_01a2063a-82df-7069-8013-c1d3d29c982f";
const CAMPAIGN = "/v1/campaigns/cmp_01a2063a-82df-7069-8013-c1d3d29c982f";
const NEW_CAMPAIGN = {
  name: "x",
  upload: "upl_01a2063a-82df-7069-8013-c1d3d29c982f",
  mapping: { phone: "number", amount: "amount" },
};
const NEEDING_REDIS = [
  ["POST", "/v1/topups", { json: topupBody({ reference: "outage-1" }) }],
  ["POST", "/v1/topups/batch", { json: { topups: [topupBody({ reference: "outage-2" })] } }],
  ["GET", "/v1/topups/outage-1", {}],
  ["GET", "/v1/topups?state=queued", {}],
  ["POST", "/v1/topups/outage-1/cancel", {}],
  ["POST", "/v1/topups/outage-1/resolve", { json: { verdict: "failed", by: "Ada", reason: "test" } }],
  ["POST", "/v1/webhook-endpoints", { json: { url: "https://93.184.215.14/" } }],
  ["GET", "/v1/events", {}],
  ["GET", "/v1/webhook-endpoints", {}],
  ["GET", `/v1/webhook-endpoints/${ENDPOINT}/deliveries`, {}],
  ["POST", `/v1/webhook-endpoints/${ENDPOINT}/test`, {}],
  ["POST", `/v1/webhook-endpoints/${ENDPOINT}/rotate-secret`, { json: {} }],
  ["POST", "/v1/campaigns", { json: NEW_CAMPAIGN }],
  ["GET", "/v1/campaigns", {}],
  ["GET", CAMPAIGN, {}],
  ["PATCH", CAMPAIGN, { json: { name: "y" } }],
  ["POST", `${CAMPAIGN}/check`, {}],
  ["POST", `${CAMPAIGN}/start`, { json: { planHash: "0".repeat(64) } }],
  ["POST", `${CAMPAIGN}/pause`, {}],
  ["POST", `${CAMPAIGN}/resume`, {}],
  ["POST", `${CAMPAIGN}/cancel`, {}],
  ["POST", `${CAMPAIGN}/retry`, { json: { classes: ["provider"] } }],
  ["GET", `${CAMPAIGN}/series`, {}],
  ["GET", `${CAMPAIGN}/rows`, {}],
  ["GET", `${CAMPAIGN}/problems.csv`, {}],
  ["GET", `${CAMPAIGN}/results.csv`, {}],
  ["GET", `${CAMPAIGN}/plan.json`, {}],
  ["GET", "/readyz", {}],
] as const;

async function expectUnavailable(producer: ProducerUnderTest): Promise<void> {
  for (const [method, path, options] of NEEDING_REDIS) {
    const answer = await timed(producer.call(method, path, options));
    const seen = {
      path,
      status: answer.status,
      code: answer.json["code"],
      retryAfter: answer.headers.get("retry-after"),
    };
    expect(seen).toEqual({ path, status: 503, code: "ledger_unavailable", retryAfter: "2" });
    expect(answer.tookMs, path).toBeLessThan(SOON_MS);
  }
  expect((await producer.call("GET", "/healthz")).status).toBe(200);
  expect((await producer.call("GET", "/metrics")).text).toContain("surefill_redis_up 0");
}

async function expectRecovered(producer: ProducerUnderTest): Promise<void> {
  await waitFor(async () => expect((await producer.call("GET", "/readyz")).status).toBe(200));
  const answer = await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "after" }) });
  expect(answer.status).toBe(202);
  await waitFor(async () => expect(await producer.jobIds()).toContain("submit-after-1-0"));
}

test("with Redis gone every route that needs it is 503 soon, and all is well again by itself", async () => {
  const { redis, producer } = await startBoth();
  await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "before" }) });
  await redis.kill();
  await expectUnavailable(producer);
  await redis.start();
  await expectRecovered(producer);

  expect((await producer.call("GET", "/v1/topups/before")).json["state"]).toBe("queued");
});

test("with Redis frozen every route that needs it is 503 soon, and all is well again by itself", async () => {
  const { redis, producer } = await startBoth();
  if (redis.pid === undefined) throw new Error("the Redis of this test has no process id");
  process.kill(redis.pid, "SIGSTOP");
  try {
    await expectUnavailable(producer);
  } finally {
    process.kill(redis.pid, "SIGCONT");
  }
  await expectRecovered(producer);

  // What was sent to the frozen Redis may have been stored by it or not, but never by half.
  const repeated = await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "outage-1" }) });
  expect([200, 202]).toContain(repeated.status);
  expect(repeated.json).toMatchObject({ reference: "outage-1", state: "queued", amount: "5.5", version: 1 });
});

test("100 callers at once during an outage are answered soon: none waits for another's timeout", async () => {
  const { redis, producer } = await startBoth();
  if (redis.pid === undefined) throw new Error("the Redis of this test has no process id");
  process.kill(redis.pid, "SIGSTOP");
  try {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        producer.call("POST", "/v1/topups", { json: topupBody({ reference: `crowd-${index}` }) }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  } finally {
    process.kill(redis.pid, "SIGCONT");
  }
  // As the producer measured it: a hundred callers in this same process would mostly measure each other.
  const lines = producer.log.map((line) => JSON.parse(line) as { msg: string; status: number; durationMs: number });
  const tookMs = lines.filter(({ msg, status }) => msg === "request" && status === 503).map((line) => line.durationMs);
  expect(tookMs).toHaveLength(100);
  // One after another they would take half a minute.
  expect(Math.max(...tookMs)).toBeLessThan(SOON_MS);
});

test("a top-up whose job cannot be added is accepted all the same, and says so in the log", async () => {
  const { producer } = await startBoth();
  // The queue's connection alone loses its rights; the ledger's keys stay writable.
  await producer.redis.client.set(`${producer.redis.prefix}:{0}:submit:id`, "not a number");
  const answer = await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "jobless" }) });

  expect(answer.status).toBe(202);
  expect((await producer.ledger.look("jobless"))?.record.dueAtMs).toBeTypeOf("number");
  const warning = producer.log.find((line) => line.includes("submit jobs may be missing"));
  expect(JSON.parse(warning ?? "{}")).toMatchObject({ level: "warn", topups: 1 });
});

describe("a Redis that may forget is refused, with the reason and the cure", () => {
  test.each([
    ["keys may be evicted", { "maxmemory-policy": "allkeys-lru" }, "CONFIG SET maxmemory-policy noeviction"],
    ["there is no append-only file", { appendonly: "no" }, "CONFIG SET appendonly yes"],
  ])("when %s", async (_, settings, cure) => {
    const redis = await startRedis(settings);
    const config = loadProducerConfig(environment(redis.url));
    const started = startProducer(config, { log: createLogger({ name: "producer", level: "silent" }) });

    await expect(started).rejects.toMatchObject({ code: "REDIS_UNSAFE", message: expect.stringContaining(cure) });
  });

  test("and a Redis that cannot be reached ends the start with its address", async () => {
    const redis = await startRedis();
    await redis.kill();
    const config = loadProducerConfig(environment(redis.url));
    const started = startProducer(config, { log: createLogger({ name: "producer", level: "silent" }) });

    await expect(started).rejects.toThrow(`Cannot connect to Redis at 127.0.0.1:${redis.port}.`);
  });
});

function environment(redisUrl: string): Record<string, string> {
  return {
    PRODUCER_PORT: "0",
    API_KEYS: newApiKey("test").entry,
    REDIS_URL: redisUrl,
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: "http://127.0.0.1:9",
    RELOADLY_CLIENT_ID: "sandbox-client",
    RELOADLY_CLIENT_SECRET: "sandbox-secret",
    STATE_DIR: newStateDir(),
  };
}

describe("the command", () => {
  const main = new URL("../../../apps/producer/dist/main.js", import.meta.url).pathname;

  async function run(
    args: readonly string[],
    env: Record<string, string>,
    { input = "", stop }: { input?: string; stop?: (line: string) => boolean } = {},
  ) {
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env["PATH"], ...env },
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    let output = "";
    let printed = "";
    child.stdin.end(input);
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.stdout.on("data", (chunk) => {
      output += chunk;
      printed += chunk;
      if (!child.killed && stop?.(output)) child.kill("SIGTERM"); // A second signal would mean: at once.
    });
    const [code] = await once(child, "close");
    return { code, output, printed };
  }

  test("exits with 78 and the cure on a Redis that may forget", async () => {
    const redis = await startRedis({ "maxmemory-policy": "allkeys-lru" });
    const { code, output } = await run([], environment(redis.url));

    expect(code).toBe(78);
    expect(output).toContain("Cure: CONFIG SET maxmemory-policy noeviction");
  });

  test("exits with 78 and every wrong setting, and shows no secret", async () => {
    const { code, output } = await run([], {
      API_KEYS: "name:secretvalue",
      PRODUCER_PORT: "x",
      BOARD_PASSWORD: "short",
    });

    expect(code).toBe(78);
    for (const name of ["API_KEYS", "PRODUCER_PORT", "BOARD_PASSWORD", "RELOADLY_CLIENT_ID"])
      expect(output).toContain(name);
    expect(output).not.toContain("secretvalue");
  });

  test("says where it listens, and stops in good order on SIGTERM", async () => {
    const redis = await startRedis();
    await createLedgerIn(redis.url);
    const { code, output } = await run([], environment(redis.url), {
      stop: (text) => text.includes("producer is ready"),
    });

    expect(output).toMatch(/"address":"http:\/\/127\.0\.0\.1:\d+"/);
    expect(output).toContain('"clean":true');
    expect(code).toBe(0);
  });

  test("hash-password prints what lets the password in, and takes none that the setting would not", async () => {
    const good = await run(["hash-password"], {}, { input: "a good long password\n" });
    const short = await run(["hash-password"], {}, { input: "elevenchars\n" });
    const hash = passwordHashSchema.parse(good.printed.trim());

    expect(good.code).toBe(0);
    expect(await isPassword(hash, "a good long password")).toBe(true);
    expect(short).toEqual({ code: 64, printed: "", output: "The password must have at least 12 characters.\n" });
  });

  test("--help prints the usage, and a wrong command line complains with it", async () => {
    const help = await run(["--help"], {});
    const wrong = await run(["serve"], {});

    expect([help.code, help.printed]).toEqual([0, help.output]);
    expect([wrong.code, wrong.printed]).toEqual([64, ""]);
    expect(wrong.output).toBe(help.output);
    expect(help.output).toContain("hash-password");
  });

  test("new-key prints a key and the entry that lets it in", async () => {
    const { code, output } = await run(["new-key", "billing"], {});
    const entry = /API_KEYS: +(billing:[0-9a-f]{64})\n/.exec(output)?.[1] ?? "";

    expect(code).toBe(0);
    expect(output).toMatch(/sf_[A-Za-z0-9_-]{43}/);
    expect(loadProducerConfig({ ...environment("redis://x"), API_KEYS: entry }).API_KEYS[0]?.name).toBe("billing");
  });
});
