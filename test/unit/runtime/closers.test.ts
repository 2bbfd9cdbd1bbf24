/** Shutdown on a clock that the test moves: order, budgets, the deadline, failures. */
import { createClosers } from "@surefill/runtime";
import { expect, test, vi } from "vitest";
import { TestClock } from "../../support/test-clock.js";
import { waitFor } from "../../support/wait-for.js";

function setup() {
  const clock = new TestClock();
  return { clock, closers: createClosers(clock), order: [] as string[] };
}

const hang = () => new Promise<void>(() => undefined);

test("parts are closed last opened first, past one that fails, and every result is reported", async () => {
  const { closers, order } = setup();
  const broken = new Error("socket already gone");
  for (const name of ["redis", "queues", "http"]) {
    closers.add(name, {
      budgetMs: 100,
      close: async () => {
        order.push(name);
        if (name === "queues") throw broken;
      },
    });
  }
  const results = await closers.closeAll({ deadlineMs: 1_000 });
  expect(order).toEqual(["http", "queues", "redis"]);
  expect(results.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    "http closed",
    "queues failed",
    "redis closed",
  ]);
  expect(results[1]).toMatchObject({ error: { message: "could not close queues", cause: broken } });
});

test("a close that throws before it returns a promise does not stop the others", async () => {
  const { closers, order } = setup();
  closers.add("first", { budgetMs: 100, close: async () => void order.push("first") });
  closers.add("second", {
    budgetMs: 100,
    close: () => {
      throw new Error("at once");
    },
  });
  const results = await closers.closeAll({ deadlineMs: 1_000 });
  expect(order).toEqual(["first"]);
  expect(results.map(({ outcome }) => outcome)).toEqual(["failed", "closed"]);
});

test("a part that hangs costs its own budget, and its signal tells it to drop the rest", async () => {
  const { clock, closers, order } = setup();
  const aborted = vi.fn();
  closers.add("redis", { budgetMs: 100, close: async () => void order.push("redis") });
  closers.add("drain", {
    budgetMs: 500,
    close: (signal) => {
      signal.addEventListener("abort", aborted);
      return hang();
    },
  });
  const closing = closers.closeAll({ deadlineMs: 10_000 });
  await waitFor(() => expect(clock.sleepers).toBe(1));
  clock.advance(499);
  expect(aborted).not.toHaveBeenCalled();
  clock.advance(1);
  const results = await closing;
  expect(aborted).toHaveBeenCalledOnce();
  expect(results.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(["drain late", "redis closed"]);
  expect(results[0]).toMatchObject({ durationMs: 500 });
});

test("when the whole deadline is over the rest is told to close but not waited for", async () => {
  const { clock, closers, order } = setup();
  closers.add("last", {
    budgetMs: 5_000,
    close: () => {
      order.push("last told");
      return hang();
    },
  });
  closers.add("hanging", { budgetMs: 5_000, close: hang });
  const closing = closers.closeAll({ deadlineMs: 1_000 });
  await waitFor(() => expect(clock.sleepers).toBe(1));
  clock.advance(1_000);
  await waitFor(() => expect(clock.sleepers).toBe(1));
  clock.advance(0);
  const results = await closing;
  expect(order).toEqual(["last told"]);
  expect(results.map(({ outcome }) => outcome)).toEqual(["late", "late"]);
});

test("closing twice closes once, and nothing can be added to a process that is closing", async () => {
  const { closers } = setup();
  const close = vi.fn(async () => undefined);
  closers.add("redis", { budgetMs: 100, close });
  const [first, second] = await Promise.all([
    closers.closeAll({ deadlineMs: 1_000 }),
    closers.closeAll({ deadlineMs: 1 }),
  ]);
  expect(second).toBe(first);
  expect(close).toHaveBeenCalledOnce();
  expect(() => closers.add("late", { budgetMs: 1, close })).toThrow('cannot add "late"');
});
