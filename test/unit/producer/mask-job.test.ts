import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskAnswer, maskJobData, maskText } from "../../../apps/producer/src/board/mask-job.js";

describe("texts of jobs", () => {
  test.each([
    ["+234 801 234 5678 is wrong", "•••••••••••78 is wrong"],
    ["(0801) 234-5678", "(•••••••••78"],
    ["write to paula@nauta.com.cu", "write to p•••@nauta.com.cu"],
    ["attempt 3 of 10 at line 120", "attempt 3 of 10 at line 120"],
  ])("%s", (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });
});

test("no number that is put anywhere into job data comes out whole", () => {
  const number = "2348012345678";
  const anywhere = fc.oneof(
    fc.string().map((name) => ({ [name]: number })),
    fc.string().map((name) => ({ [name]: Number(number) })),
    fc.constantFrom(["a", [number]], { deep: { list: [{ to: `+${number}` }] } }, number, Number(number), {
      [number]: 1,
    }),
  );
  // These hold what the caller named so; a number in them is a name.
  const names = /^(?:reference|customIdentifier|attempt|operatorId|amount|useLocalAmount|countryCode|campaign|jobId)$/;
  fc.assert(
    fc.property(anywhere, (data) => {
      fc.pre(!Object.keys(data).some((name) => names.test(name)));
      expect(JSON.stringify(maskJobData({ data }))).not.toContain(number);
    }),
    { numRuns: 300 },
  );
});

test("what identifies a job stays readable", () => {
  const data = { reference: "order-20260112345", attempt: 1, operatorId: 341, amount: "5.50", campaign: "2026-11" };

  expect(maskJobData(data)).toEqual(data);
});

test("a whole answer of the board keeps its ids and times and loses the numbers in its free texts", () => {
  const answer = {
    queues: [
      {
        jobs: [
          {
            id: "submit-123456789-1-0",
            timestamp: 1_795_397_413_825,
            failedReason: "2348012345678?",
            stacktrace: ["at 2348012345678"],
          },
        ],
      },
    ],
  };

  expect(maskAnswer(answer)).toEqual({
    queues: [
      {
        jobs: [
          {
            id: "submit-123456789-1-0",
            timestamp: 1_795_397_413_825,
            failedReason: "•••••••••••78?",
            stacktrace: ["at •••••••••••78"],
          },
        ],
      },
    ],
  });
});

test("data deeper than any job of ours is cut", () => {
  let deep: unknown = "x";
  for (let level = 0; level < 100; level += 1) deep = { deep };

  expect(JSON.stringify(maskJobData(deep))).toContain("…");
});
