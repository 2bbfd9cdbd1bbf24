/** What a person reads who has set something wrong. */
import { durationMs, flag, loadEnv, redisChecksSchema, wholeNumber } from "@surefill/runtime";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const schema = z
  .object({
    REDIS_URL: z.url().describe("redis://user:password@host:6379/0"),
    RELOADLY_CLIENT_SECRET: z.string().min(12),
    SUBMIT_TIMEOUT_MS: durationMs({ leastMs: 1_000, mostMs: 600_000 }).default(90_000).describe("90s"),
    SUBMIT_LEASE_MS: durationMs({ leastMs: 1_000, mostMs: 600_000 }).default(120_000),
    CONCURRENCY: wholeNumber({ least: 1, most: 1_000 }).default(50),
    BOARD: flag().default(true),
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
  const config = loadEnv(schema, { ...good, CONCURRENCY: "", SUBMIT_TIMEOUT_MS: "30s", BOARD: "off", PATH: "/bin" });
  expect(config).toEqual({
    ...good,
    SUBMIT_TIMEOUT_MS: 30_000,
    SUBMIT_LEASE_MS: 120_000,
    CONCURRENCY: 50,
    BOARD: false,
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test("every wrong setting is named at once, with what was found and what would be right", () => {
  const message = messageOf({
    RELOADLY_CLIENT_SECRET: "long-enough-secret",
    SUBMIT_TIMEOUT_MS: "soon",
    CONCURRENCY: "1e3",
    BOARD: "maybe",
  });
  expect(message.split("\n")).toEqual([
    "Configuration is wrong:",
    "  REDIS_URL: is missing. Right: redis://user:password@host:6379/0",
    '  SUBMIT_TIMEOUT_MS: is not a length of time such as 1500 (milliseconds), 90s, 30m or 48h (found "soon"). Right: 90s',
    '  CONCURRENCY: is not a whole number from 1 to 1000 (found "1e3").',
    '  BOARD: is neither true nor false (found "maybe").',
  ]);
});

test("secrets and addresses are never shown, not even wrong ones", () => {
  const message = messageOf({ REDIS_URL: "canary-url", RELOADLY_CLIENT_SECRET: "canary" });
  expect(message).toContain("REDIS_URL");
  expect(message).toContain("RELOADLY_CLIENT_SECRET");
  expect(message).not.toContain("canary");
});

test("settings that contradict each other are refused with the reason", () => {
  expect(messageOf({ ...good, SUBMIT_LEASE_MS: "60s" })).toContain(
    'SUBMIT_LEASE_MS: must be longer than SUBMIT_TIMEOUT_MS, or a second worker takes over a request that is still out (found "60s").',
  );
});

describe("values", () => {
  const values = z.object({
    D: durationMs({ leastMs: 0, mostMs: 90 * 86_400_000 }).optional(),
    N: wholeNumber({ least: -5, most: 5 }).optional(),
    F: flag().optional(),
    C: redisChecksSchema.optional(),
  });

  test.each([
    ["D", "0", 0],
    ["D", "1500", 1_500],
    ["D", "1500ms", 1_500],
    ["D", "90s", 90_000],
    ["D", "30m", 1_800_000],
    ["D", "48h", 172_800_000],
    ["D", "90d", 7_776_000_000],
    ["N", "-5", -5],
    ["N", "5", 5],
    ["F", "YES", true],
    ["F", "0", false],
    ["C", "attested:memorydb", "attested:memorydb"],
    ["C", "off", "off"],
    ["C", "on", undefined],
  ])("%s=%s is understood", (name, text, expected) => {
    expect(new Map(Object.entries(loadEnv(values, { [name]: text }))).get(name)).toBe(expected);
  });

  test.each([
    ["D", "91d"],
    ["D", "-1"],
    ["D", "1.5s"],
    ["D", "10 s"],
    ["D", "9999999999999999"],
    ["N", "6"],
    ["N", "0x1"],
    ["N", " 5"],
    ["N", "5.0"],
    ["F", "y"],
    ["C", "attested:"],
    ["C", "no"],
  ])("%s=%s is refused", (name, text) => {
    expect(() => loadEnv(values, { [name]: text })).toThrow(name);
  });
});
