/** How long a granted claim may still be sent. */
import { DEFAULT_TIMINGS } from "@surefill/topup";
import { ClaimTooOldError, loadWorkerConfig, sendDeadlineMsOf, startSendDeadline } from "@surefill/worker";
import { describe, expect, test } from "vitest";

const ENVIRONMENT = { REDIS_URL: "redis://127.0.0.1:6379", RELOADLY_CLIENT_ID: "id", RELOADLY_CLIENT_SECRET: "secret" };

describe("The send deadline", () => {
  test("of a row of a campaign lets nothing leave later than a second after a pause, whatever is set", () => {
    expect(sendDeadlineMsOf({ row: 1 }, DEFAULT_TIMINGS)).toBeLessThan(1_000);
    expect(sendDeadlineMsOf({ row: 1 }, { SEND_DEADLINE_MS: 300 })).toBe(300);
    expect(sendDeadlineMsOf({}, DEFAULT_TIMINGS)).toBe(DEFAULT_TIMINGS.SEND_DEADLINE_MS);
  });

  test("counts from before the claim was asked for, by the clock that went further", () => {
    const time = { nowMs: 1_000_000, monotonicMs: 50 };
    const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.monotonicMs, sleep: async () => undefined };
    const check = startSendDeadline(clock);
    time.nowMs += 900;
    time.monotonicMs += 800;
    expect(() => check(900)).not.toThrow();
    expect(() => check(800)).toThrow(ClaimTooOldError);
  });
});

describe("A worker", () => {
  test("is not started with fewer connections than it has hands: claimed top-ups would wait for one", () => {
    const load = (settings: Record<string, string>) => () => loadWorkerConfig({ ...ENVIRONMENT, ...settings });
    expect(load({})).not.toThrow();
    expect(load({ RELOADLY_CONNECTIONS_MAX: "99" })).toThrow(/RELOADLY_CONNECTIONS_MAX.*at least.*\(100\)/);
    expect(load({ SUBMIT_CONCURRENCY: "100" })).toThrow(/RELOADLY_CONNECTIONS_MAX.*\(150\)/);
    expect(load({ RELOADLY_CONNECTIONS_MAX: "150", SUBMIT_CONCURRENCY: "100" })).not.toThrow();
  });
});
