/** When a delivery is tried again, and what an answer means. */
import { afterDelivery, type DeliveryOutcome, RETRY_AFTER_MS_MAX, WEBHOOK_DELAYS_MS } from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const answered = (status: number, retryAfterMs?: number): DeliveryOutcome => ({
  kind: "answered",
  status,
  latencyMs: 10,
  answer: "",
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const middle = { random: () => 0.5, scale: 1 };

test("the schedule is the one of Standard Webhooks: ten attempts over 75 hours and 35 minutes", () => {
  expect(WEBHOOK_DELAYS_MS).toHaveLength(10);
  expect(WEBHOOK_DELAYS_MS.reduce((sum, delayMs) => sum + delayMs, 0)).toBe((75 * 60 + 35) * 60_000 + 5_000);
});

describe("after an attempt", () => {
  test("2xx and nothing else is success", () => {
    for (let status = 100; status <= 599; status += 1) {
      const { kind } = afterDelivery(answered(status), 1, middle);
      const expected = status >= 200 && status <= 299 ? "delivered" : status === 410 ? "gone" : "retry";
      expect(kind, `status ${status}`).toBe(expected);
    }
  });

  test.for([
    answered(500),
    { kind: "unanswered", code: "TIMEOUT", latencyMs: 1 },
    { kind: "refused", reason: "no", latencyMs: 1 },
  ] as const)("each failure waits for the next step, and the tenth is the last: %j", (outcome) => {
    const verdicts = WEBHOOK_DELAYS_MS.map((_, index) => afterDelivery(outcome, index + 1, middle));
    const waits = WEBHOOK_DELAYS_MS.slice(1).map((delayMs) => ({ kind: "retry", delayMs }));
    expect(verdicts).toEqual([...waits, { kind: "exhausted" }]);
  });

  test("a wait varies by a fifth at most, is whole, and never zero", () => {
    const attempts = fc.integer({ min: 1, max: 9 });
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const scales = fc.double({ min: 1e-9, max: 1, noNaN: true });
    fc.assert(
      fc.property(attempts, chance, scales, (attempt, random, scale) => {
        const verdict = afterDelivery(answered(500), attempt, { random: () => random, scale });
        const stepMs = (WEBHOOK_DELAYS_MS[attempt] ?? 0) * scale;
        if (verdict.kind !== "retry") throw new Error("must be tried again");
        expect(Number.isInteger(verdict.delayMs)).toBe(true);
        expect(verdict.delayMs).toBeGreaterThanOrEqual(Math.max(1, Math.floor(stepMs * 0.8)));
        expect(verdict.delayMs).toBeLessThanOrEqual(Math.max(1, Math.ceil(stepMs * 1.2)));
      }),
    );
  });

  test("Retry-After makes a wait longer, never shorter, and a day at most", () => {
    expect(afterDelivery(answered(429, 60_000), 1, middle)).toEqual({ kind: "retry", delayMs: 60_000 });
    expect(afterDelivery(answered(503, 1_000), 2, middle)).toEqual({ kind: "retry", delayMs: 300_000 });
    expect(afterDelivery(answered(503, 10 * RETRY_AFTER_MS_MAX), 1, middle)).toEqual({
      kind: "retry",
      delayMs: RETRY_AFTER_MS_MAX,
    });
    expect(afterDelivery(answered(503, 1_000), 10, middle)).toEqual({ kind: "exhausted" });
  });
});
