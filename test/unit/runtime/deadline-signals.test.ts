/** The signals that end calls to the provider. Time stands still unless a test lets it pass. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DeadlineSignals } from "@surefill/runtime";
import { expect, test } from "vitest";
import { TestClock } from "../../support/test-clock.js";
import { waitFor } from "../../support/wait-for.js";

function open() {
  const clock = new TestClock();
  const stopped = new AbortController();
  return { clock, stopped, deadlines: new DeadlineSignals(stopped.signal, clock) };
}

test("no call waits longer than its deadline: a signal is shared for a hundredth of its time and no longer", () => {
  const { clock, deadlines } = open();
  const first = deadlines.within(30_000);
  clock.advance(300);
  expect(deadlines.within(30_000)).toBe(first);
  clock.advance(1);
  const second = deadlines.within(30_000);
  expect(second).not.toBe(first);
  clock.advance(300);
  expect(deadlines.within(30_000)).toBe(second);
});

test("a short deadline is not served with the signal of a long one", () => {
  const { deadlines } = open();
  expect(deadlines.within(4_000)).not.toBe(deadlines.within(90_000));
});

test("a signal aborts when its time is over, with the reason by which the client knows a timeout", async () => {
  const signal = open().deadlines.within(1);
  await waitFor(() => expect(signal.aborted).toBe(true));
  expect(signal.reason).toMatchObject({ name: "TimeoutError" });
});

test("stopping aborts the calls under way and those that begin afterwards", () => {
  const { clock, stopped, deadlines } = open();
  const before = deadlines.within(30_000);
  stopped.abort(new Error("the worker is stopping"));
  expect(before.aborted).toBe(true);
  clock.advance(1_000);
  expect(deadlines.within(30_000).aborted).toBe(true);
});

test("a deadline comes although the garbage collector has run while the call waited", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const { deadlines } = open();
  const ended = new Promise<void>((resolve) => deadlines.within(100).addEventListener("abort", () => resolve()));
  await new Promise((resolve) => setImmediate(resolve)); // What is weakly held is kept until the turn is over.
  collectGarbage();
  await ended;
});
