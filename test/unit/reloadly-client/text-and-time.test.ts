// Small pure functions: what is masked, how long the provider asks to wait, how long a read waits before it retries.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskPersonalData } from "../../../packages/reloadly-client/src/mask.js";
import { retryDelayMs } from "../../../packages/reloadly-client/src/retries.js";
import { retryAfterMs } from "../../../packages/reloadly-client/src/retry-after.js";

describe("provider text", () => {
  test("never shows a phone number, however it is written", () => {
    const phone = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 15 });
    fc.assert(
      fc.property(phone, fc.constantFrom("", " ", "-", ".", ") "), fc.boolean(), (list, separator, plus) => {
        const number = (plus ? "+" : "") + list.join(separator);
        // Six digits, a point and up to five more are an amount.
        fc.pre(!/^\d{1,6}\.\d{1,5}$/.test(number));
        expect(maskPersonalData(`The number ${number} is not valid`)).toBe("The number *** is not valid");
      }),
    );
  });

  test("never shows an e-mail address, and keeps amounts readable", () => {
    expect(maskPersonalData("peter@nauta.com.cu is unknown")).toBe("*** is unknown");
    const limits = "Min and max amounts for operator id 640 are : 100.00 XOF and 50000.00 XOF";
    expect(maskPersonalData(limits)).toBe(limits);
  });
});

describe("the wait that the provider asks for", () => {
  const nowMs = Date.UTC(2026, 9, 8, 1, 45, 0);

  test.each([
    ["seconds", { "retry-after": "7" }, 7_000],
    ["an HTTP date", { "retry-after": "Thu, 08 Oct 2026 01:45:30 GMT" }, 30_000],
    ["a date gone by", { "retry-after": "Thu, 08 Oct 2026 01:44:00 GMT" }, 0],
    ["nonsense", { "retry-after": "soon" }, null],
    ["a negative number", { "retry-after": "-1" }, null],
    ["more than a day", { "retry-after": "864000" }, null],
    ["a reset in seconds", { "x-ratelimit-reset": "12" }, 12_000],
    ["a reset at an epoch second", { "x-ratelimit-reset": String(nowMs / 1_000 + 9) }, 9_000],
    ["a reset at an epoch millisecond", { "x-ratelimit-reset": String(nowMs + 1_500) }, 1_500],
    ["the SDK's word for no reset", { "x-ratelimit-reset": "-1" }, null],
    ["nothing", {}, null],
  ])("is read from %s", (_what, headers, expected) => {
    expect(retryAfterMs(429, headers, nowMs)).toBe(expected);
  });

  test("is not guessed from a rate-limit header of an answer that is no 429", () => {
    expect(retryAfterMs(503, { "x-ratelimit-reset": "12" }, nowMs)).toBeNull();
  });
});

test("a read waits between half and all of a delay that doubles from 200 ms to 2 s", () => {
  const bounds = [1, 2, 3, 4, 5, 40].map((retry) => [retryDelayMs(retry, () => 0), retryDelayMs(retry, () => 1)]);
  expect(bounds).toEqual([
    [100, 200],
    [200, 400],
    [400, 800],
    [800, 1_600],
    [1_000, 2_000],
    [1_000, 2_000],
  ]);
});
