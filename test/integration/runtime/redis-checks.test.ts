/** The boot checks against real servers, each with one thing wrong, and against a service that forbids CONFIG. */
import {
  checkRedis,
  connectRedis,
  type Finding,
  formatFindings,
  mayStart,
  type RedisChecksOverride,
  systemClock,
} from "@surefill/runtime";
import { afterEach, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";

const opened: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function startServer(settings: Record<string, string>): Promise<PrivateRedis> {
  const server = await startPrivateRedis(settings);
  opened.push(server.stop);
  return server;
}

async function check(url: string, options: { override?: RedisChecksOverride; clockOffMs?: number } = {}) {
  const client = await connectRedis({ url, role: "ledger", name: "test-checks", onError: () => undefined });
  opened.push(async () => client.disconnect());
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + (options.clockOffMs ?? 0) };
  return checkRedis(client, { clock, prefix: "checked", override: options.override });
}

const seen = (findings: readonly Finding[]) =>
  findings.map(({ severity, setting, found }) => `${severity} ${setting} ${found}`);

test("a durable Redis passes without a word", async () => {
  const server = await startServer({});
  expect(await check(server.url)).toEqual([]);
});

describe.each([
  [{ "maxmemory-policy": "allkeys-lru" }, "refuse maxmemory-policy allkeys-lru"],
  [{ appendonly: "no" }, "refuse appendonly no"],
  [{ appendfsync: "no" }, "refuse appendfsync no"],
  [{ "no-appendfsync-on-rewrite": "yes" }, "refuse no-appendfsync-on-rewrite yes"],
  [{ appendfsync: "everysec" }, "warn appendfsync everysec"],
])("a Redis with %o", (settings, expected) => {
  test(`gives exactly: ${expected}; and its own cure cures it`, async () => {
    const server = await startServer(settings);
    const findings = await check(server.url);
    expect(seen(findings)).toEqual([expected]);
    expect(mayStart(findings)).toBe(expected.startsWith("warn"));
    const command = /^CONFIG SET (\S+) (\S+?),/.exec(findings[0]?.cure ?? "");
    expect(formatFindings(findings)).toContain(command?.[0]);
    const client = await connectRedis({ url: server.url, role: "ledger", name: "cure", onError: () => undefined });
    opened.push(async () => client.disconnect());
    await client.config("SET", command?.[1] ?? "", command?.[2] ?? "");
    expect(await check(server.url)).toEqual([]);
  });
});

test("everything that is wrong is said at once, refusals first", async () => {
  const server = await startServer({ "maxmemory-policy": "volatile-ttl", appendfsync: "everysec", appendonly: "no" });
  const findings = await check(server.url);
  expect(seen(findings)).toEqual([
    "refuse maxmemory-policy volatile-ttl",
    "refuse appendonly no",
    "warn appendfsync everysec",
  ]);
});

test("a primary with replicas starts, and what a promotion may lose is named", async () => {
  const primary = await startServer({});
  await startServer({ replicaof: `127.0.0.1 ${primary.port}` });
  await expect.poll(async () => seen(await check(primary.url))).toEqual(["warn connected_slaves 1"]);
  const findings = await check(primary.url);
  expect(mayStart(findings)).toBe(true);
  expect(formatFindings(findings)).toContain("lacks what it had not received");
});

test("a replica is refused", async () => {
  const primary = await startServer({});
  const replica = await startServer({ replicaof: `127.0.0.1 ${primary.port}` });
  expect(seen(await check(replica.url))).toContain("refuse role slave");
});

test.each([-2_500, 2_500])(
  "a clock that is %d ms off is refused, and one that is 1.5 s off is not",
  async (clockOffMs) => {
    const server = await startServer({});
    const findings = await check(server.url, { clockOffMs });
    expect(findings.map(({ setting }) => setting)).toEqual(["TIME"]);
    expect(mayStart(findings)).toBe(false);
    expect(await check(server.url, { clockOffMs: clockOffMs * 0.6 })).toEqual([]);
  },
);

describe("a service that forbids CONFIG", () => {
  async function startForbidding(settings: Record<string, string>): Promise<PrivateRedis> {
    const server = await startServer(settings);
    const client = await connectRedis({ url: server.url, role: "ledger", name: "acl", onError: () => undefined });
    await client.acl("SETUSER", "default", "-config");
    client.disconnect();
    return server;
  }

  test("is refused until somebody vouches for it by name, and then warns who it was", async () => {
    const server = await startForbidding({});
    expect(seen(await check(server.url))).toEqual(["refuse CONFIG GET forbidden"]);
    const attested = await check(server.url, { override: "attested:memorydb" });
    expect(seen(attested)).toEqual(["warn durability attested:memorydb"]);
    expect(mayStart(attested)).toBe(true);
  });

  test("is refused for eviction whoever vouches for it, since INFO shows that", async () => {
    const server = await startForbidding({ "maxmemory-policy": "allkeys-lru" });
    const findings = await check(server.url, { override: "attested:memorydb" });
    expect(mayStart(findings)).toBe(false);
    expect(formatFindings(findings)).toContain(
      "Refused: Redis has maxmemory-policy = allkeys-lru; wanted: noeviction.",
    );
  });
});

test("checks that were switched off say so", async () => {
  const server = await startServer({ appendonly: "no" });
  const findings = await check(server.url, { override: "off" });
  expect(seen(findings)).toEqual(["warn REDIS_CHECKS off"]);
  expect(mayStart(findings)).toBe(true);
});
