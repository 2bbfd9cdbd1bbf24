/** The bounds of what hints may cost: how many at a time, how many in wait, how long each. Time stands still here. */
import { createLogger } from "@surefill/runtime";
import type { Woken } from "@surefill/topup-store";
import { expect, test } from "vitest";
import { Waker } from "../../../apps/producer/src/provider-webhooks/waker.js";
import { TestClock } from "../../support/test-clock.js";

const RUNNING_MAX = 32;
const WAITING_MAX = 1_000;

/** A waker whose ledger remembers when it is told to, and finds what it is told to. */
function openWaker(options: { remember: () => Promise<boolean>; wake?: () => Promise<Woken> }) {
  const clock = new TestClock();
  const counts: Record<string, number> = {};
  const waker = new Waker({
    hints: { remember: options.remember, wake: options.wake ?? (async () => ({ kind: "missing" })) },
    queues: { hurryPoll: async () => "runs" },
    metrics: { hinted: (result) => (counts[result] = (counts[result] ?? 0) + 1) },
    clock,
    log: createLogger({ name: "producer", level: "silent" }),
    rememberMs: 1_000,
  });
  const take = (count: number) => {
    for (let index = 0; index < count; index += 1) waker.take({ hint: { transactionId: 1 }, digest: String(index) });
  };
  return { waker, clock, counts, take };
}

const never = () => new Promise<never>(() => undefined);

test("32 hints are attended to at a time, 1,000 wait, and what is more is dropped and counted", async () => {
  let asked = 0;
  const { counts, take } = openWaker({
    remember: () => {
      asked += 1;
      return never();
    },
  });
  take(RUNNING_MAX + WAITING_MAX + 68);

  expect(asked).toBe(RUNNING_MAX);
  expect(counts).toEqual({ dropped: 68 });
});

test("a ledger that never answers costs a hint five seconds, then the next ones have their turn", async () => {
  let asked = 0;
  const { clock, counts, take } = openWaker({
    remember: () => {
      asked += 1;
      return never();
    },
  });
  take(2 * RUNNING_MAX);
  clock.advance(4_999);
  expect(counts).toEqual({});
  clock.advance(1);

  await expect.poll(() => asked).toBe(2 * RUNNING_MAX);
  expect(counts).toEqual({ failed: RUNNING_MAX });
});

test("a top-up that is being sent is looked for again, and not for ever", async () => {
  let looks = 0;
  const { clock, counts, take } = openWaker({
    remember: async () => true,
    wake: async () => {
      looks += 1;
      return { kind: "sending" };
    },
  });
  take(1);
  for (let round = 1; round <= 8; round += 1) {
    await expect.poll(() => looks).toBe(round);
    // One sleeper is the hint's own deadline.
    await expect.poll(() => clock.sleepers).toBe(2);
    clock.advance(200);
  }
  await expect.poll(() => counts).toEqual({ failed: 1 });
  expect(looks).toBe(8);
});

test("stopping drops what waits and ends what sleeps", async () => {
  const { waker, clock, counts, take } = openWaker({
    remember: async () => true,
    wake: async () => ({ kind: "sending" }),
  });
  take(RUNNING_MAX + 5);
  await expect.poll(() => clock.sleepers).toBe(2 * RUNNING_MAX);
  await waker.close();

  expect(counts).toEqual({ failed: RUNNING_MAX });
  expect(clock.sleepers).toBe(0);
});
