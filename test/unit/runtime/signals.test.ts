/** Signals on a stand-in for `process`; the same with a real process is in test/integration/runtime. */
import { EventEmitter } from "node:events";
import { createLogger, handleSignals, type StopReason } from "@surefill/runtime";
import { expect, test, vi } from "vitest";
import { waitFor } from "../../support/wait-for.js";

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

function setup(stop: (reason: StopReason) => Promise<boolean>) {
  const fake = new FakeProcess();
  const lines: string[] = [];
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => lines.push(line) } });
  return { fake, lines, uninstall: handleSignals({ process: fake, log, stop }) };
}

test.each([
  ["a clean stop", async () => true, 0],
  ["a stop that left something behind", async () => false, 1],
  ["a stop that failed", () => Promise.reject(new Error("broken")), 1],
])("%s exits with its code", async (_name, stop, code) => {
  const { fake } = setup(stop);
  fake.emit("SIGTERM");
  await waitFor(() => expect(fake.exits).toEqual([code]));
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("a second signal does not stop twice: %s exits at once with %d", (second, code) => {
  const stop = vi.fn(() => new Promise<boolean>(() => undefined));
  const { fake } = setup(stop);
  fake.emit("SIGTERM");
  expect(fake.exits).toEqual([]);
  fake.emit(second);
  expect(fake.exits).toEqual([code]);
  expect(stop).toHaveBeenCalledExactlyOnceWith("SIGTERM");
});

test.each(["uncaughtException", "unhandledRejection"])(
  "%s is logged without personal data and ends the process at once",
  (event) => {
    const stop = vi.fn(async () => true);
    const { fake, lines } = setup(stop);
    fake.emit(event, new Error("cannot send to 50936377111"));
    expect(fake.exits).toEqual([1]);
    expect(stop).not.toHaveBeenCalled();
    expect(lines.join()).toContain('"level":"fatal"');
    expect(lines.join()).not.toContain("50936377111");
  },
);

test("handlers can be taken off again", () => {
  const { fake, uninstall } = setup(async () => true);
  uninstall();
  expect(fake.eventNames()).toEqual([]);
});
