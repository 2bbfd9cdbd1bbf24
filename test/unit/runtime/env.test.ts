/** What a person reads who has set something wrong. */
import {
  durationMs,
  explainFailedStart,
  loadEnv,
  processSettings,
  redisChecksSchema,
  wholeNumber,
} from "@surefill/runtime";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const schema = z
  .object({
    REDIS_URL: z.url().describe("redis://user:password@host:6379/0"),
    RELOADLY_CLIENT_SECRET: z.string().min(12),
    SUBMIT_TIMEOUT_MS: durationMs({ leastMs: 1_000, mostMs: 600_000 })
      .default(90_000)
      .describe("How long an answer may take"),
    SUBMIT_LEASE_MS: durationMs({ leastMs: 1_000, mostMs: 600_000 }).default(120_000).describe("Whose turn it is"),
    CONCURRENCY: wholeNumber({ least: 1, most: 1_000 }).default(50),
    REDIS_CHECKS: redisChecksSchema.optional(),
  })
  .refine((env) => env.SUBMIT_LEASE_MS > env.SUBMIT_TIMEOUT_MS, {
    path: ["SUBMIT_LEASE_MS"],
    message: "must be longer than SUBMIT_TIMEOUT_MS, or a second worker takes over a request that is still out",
  });

const good = { REDIS_URL: "redis://127.0.0.1:6379", RELOADLY_CLIENT_SECRET: "long-enough-secret" };

function messageOf(env: Record<string, string>): string {
  try {
    loadEnv(schema, env);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
}

test("a good environment gives a frozen object with its defaults, and an empty variable counts as absent", () => {
  const config = loadEnv(schema, { ...good, CONCURRENCY: "", SUBMIT_TIMEOUT_MS: "30000", PATH: "/bin" });
  expect(config).toEqual({
    ...good,
    SUBMIT_TIMEOUT_MS: 30_000,
    SUBMIT_LEASE_MS: 120_000,
    CONCURRENCY: 50,
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test("every wrong setting is named at once, with what was found and what would be right", () => {
  const message = messageOf({
    RELOADLY_CLIENT_SECRET: "long-enough-secret",
    SUBMIT_TIMEOUT_MS: "soon",
    CONCURRENCY: "1e3",
  });
  expect(message.split("\n")).toEqual([
    "Configuration is wrong:",
    "  REDIS_URL: is missing. Meaning: redis://user:password@host:6379/0",
    '  SUBMIT_TIMEOUT_MS: is not a whole number of milliseconds from 1000 to 600000 (found "soon"). Meaning: How long an answer may take',
    '  CONCURRENCY: is not a whole number from 1 to 1000 (found "1e3").',
  ]);
});

test("secrets and addresses are never shown, not even wrong ones", () => {
  const message = messageOf({ REDIS_URL: "canary-url", RELOADLY_CLIENT_SECRET: "canary" });
  expect(message).toContain("REDIS_URL");
  expect(message).toContain("RELOADLY_CLIENT_SECRET");
  expect(message).not.toContain("canary");
});

test("settings that contradict each other are refused with the reason alone: what each means is not what is wrong", () => {
  expect(messageOf({ ...good, SUBMIT_LEASE_MS: "60000" }).split("\n")).toEqual([
    "Configuration is wrong:",
    '  SUBMIT_LEASE_MS: must be longer than SUBMIT_TIMEOUT_MS, or a second worker takes over a request that is still out (found "60000").',
  ]);
});

describe("what every process has", () => {
  const shared = z.object(processSettings);

  test.each([
    ["canary.example:6379", "does not start with redis:// or, with TLS, rediss://"],
    ["canary", "does not start with redis:// or, with TLS, rediss://"],
    ["http://canary.example:6379", "does not start with redis:// or, with TLS, rediss://"],
    ["redis://canary.example:port", "is not a URL such as redis://user:password@host:6379/0"],
    ["redis://canary.example/first", "ends in a path that is not a database number such as /0"],
    ["redis://canary.example/-1", "ends in a path that is not a database number such as /0"],
    ["redis://canary.example/1.5", "ends in a path that is not a database number such as /0"],
    ["redis://canary.example/01", "ends in a path that is not a database number such as /0"],
    ["redis://canary.example/0/1", "ends in a path that is not a database number such as /0"],
    ["redis://canary.example//3", "ends in a path that is not a database number such as /0"],
    ["redis://canary.example/%33", "ends in a path that is not a database number such as /0"],
    ["redis://canary.example?db=3", "has a query; the database stands in the path, such as /3"],
    ["redis://canary.example/1?db=3", "has a query; the database stands in the path, such as /3"],
    ["redis://canary.example/?", "has a query; the database stands in the path, such as /3"],
    ["redis://canary.example/1#main", "has a fragment; a # in a password is written %23"],
    ["redis:///3", "has no host; this machine is 127.0.0.1"],
    ["redis-sentinel://canary.example:26379", "does not start with redis:// or, with TLS, rediss://"],
    ["valkey://canary.example:6379", "does not start with redis:// or, with TLS, rediss://"],
    ["unix:///run/canary.sock", "does not start with redis:// or, with TLS, rediss://"],
    ["/run/canary.sock", "does not start with redis:// or, with TLS, rediss://"],
    ["redis://me:100%canary@redis.example", "has a % in user or password that begins no code"],
  ])("REDIS_URL=%s is a wrong setting among the others, and is not repeated", (url, problem) => {
    let message = "";
    try {
      loadEnv(shared, { REDIS_URL: url, SHUTDOWN_MS: "25s" });
    } catch (error) {
      const explained = explainFailedStart(error);
      message = explained.message;
      expect(explained.exitCode).toBe(78);
    }
    expect(message).toContain(`REDIS_URL: ${problem}`);
    expect(message).toContain('SHUTDOWN_MS: is not a whole number of milliseconds from 100 to 600000 (found "25s").');
    expect(message).not.toContain("canary");
  });

  test.each(["redis://127.0.0.1:6379", "rediss://me:p%40ss@redis.example:7000/3", "redis://[::1]:6379/"])(
    "REDIS_URL=%s is understood",
    (url) => {
      expect(loadEnv(shared, { REDIS_URL: url }).REDIS_URL).toBe(url);
    },
  );
});

test.each([
  ["CONFIGURATION_WRONG", 78],
  ["REDIS_UNSAFE", 78],
  ["REDIS_REFUSED", 78],
  ["LEDGER_CORRUPT", 78],
  ["ECONNREFUSED", 1],
])("a start that fails with %s ends with %i: only 78 says that starting again cannot help", (code, exitCode) => {
  expect(explainFailedStart(Object.assign(new Error("no"), { code }))).toEqual({ message: "no", exitCode });
});

describe("values", () => {
  const values = z.object({
    D: durationMs({ leastMs: 0, mostMs: 90 * 86_400_000 }).optional(),
    N: wholeNumber({ least: -5, most: 5 }).optional(),
    C: redisChecksSchema.optional(),
  });

  test.each([
    ["D", "0", 0],
    ["D", "1500", 1_500],
    ["D", "7776000000", 7_776_000_000],
    ["N", "-5", -5],
    ["N", "5", 5],
    ["C", "attested:memorydb", "attested:memorydb"],
    ["C", "off", "off"],
    ["C", "on", undefined],
  ])("%s=%s is understood", (name, text, expected) => {
    expect(new Map(Object.entries(loadEnv(values, { [name]: text }))).get(name)).toBe(expected);
  });

  test.each([
    ["D", "7776000001"],
    ["D", "-1"],
    ["D", "1.5"],
    ["D", "90s"],
    ["D", "1e6"],
    ["D", "0x10"],
    ["D", " 5"],
    ["D", "9999999999999999"],
    ["N", "6"],
    ["N", "0x1"],
    ["N", " 5"],
    ["N", "5.0"],
    ["C", "attested:"],
    ["C", "no"],
  ])("%s=%s is refused", (name, text) => {
    expect(() => loadEnv(values, { [name]: text })).toThrow(name);
  });
});
