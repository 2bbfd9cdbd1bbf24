import { RETRY_POLICY } from "@surefill/sdk";
import { describe, expect, test } from "vitest";
import { waitBeforeNextTryMs } from "../../../packages/sdk/src/retries.js";

const ended = { attempt: 1, isRepeatable: true, random: 1, policy: RETRY_POLICY };
const answer = (status: number | undefined, retryAfterMs?: number) => ({ status, retryAfterMs });

describe("whether a request is sent again", () => {
  test.each([undefined, 408, 500, 502, 503, 504])(
    "a doubtful outcome (%s) only where it is safe to repeat",
    (status) => {
      expect(waitBeforeNextTryMs(answer(status), ended)).toBeGreaterThan(0);
      expect(waitBeforeNextTryMs(answer(status), { ...ended, isRepeatable: false })).toBeUndefined();
    },
  );

  test("429 always: nothing was done", () => {
    expect(waitBeforeNextTryMs(answer(429), { ...ended, isRepeatable: false })).toBeGreaterThan(0);
  });

  test.each([400, 401, 403, 404, 409, 412, 413, 422])("a refusal (%s) never", (status) => {
    expect(waitBeforeNextTryMs(answer(status), ended)).toBeUndefined();
  });

  test("not beyond the last try", () => {
    expect(waitBeforeNextTryMs(answer(503), { ...ended, attempt: RETRY_POLICY.triesMax })).toBeUndefined();
  });
});

describe("how long it waits", () => {
  test("at most twice as long with each try, up to the bound, and never less than half of it", () => {
    const waits = [1, 2, 3, 4, 5].map((attempt) => waitBeforeNextTryMs(answer(503), { ...ended, attempt }));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000]);
    expect(waitBeforeNextTryMs(answer(503), { ...ended, random: 0 })).toBe(125);
    const policy = { ...RETRY_POLICY, triesMax: 50 };
    expect(waitBeforeNextTryMs(answer(503), { ...ended, policy, attempt: 40 })).toBe(RETRY_POLICY.waitMsMax);
  });

  test("as long as Retry-After says; one that is too long ends the tries", () => {
    expect(waitBeforeNextTryMs(answer(429, 3_000), ended)).toBe(3_000);
    expect(waitBeforeNextTryMs(answer(429, 60_000), ended)).toBeUndefined();
  });
});
