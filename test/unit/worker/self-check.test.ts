/** A process that cannot do its part leaves the queues, says why, and comes back when it can. */
import { createLogger } from "@surefill/runtime";
import { describe, expect, test } from "vitest";
import { ProviderBreaker } from "../../../apps/worker/src/self-check/provider-breaker.js";
import { givingBack, type Need, SelfCheck } from "../../../apps/worker/src/self-check/self-check.js";

const log = createLogger({ name: "test", level: "silent" });

describe("a self-check", () => {
  function openSelfCheck() {
    const clock = { at: 1_000, nowMs: () => clock.at };
    const broken = new Map<string, string>();
    const need = (name: string, queues: Need["queues"]): Need => ({ name, queues, problem: () => broken.get(name) });
    const selfCheck = new SelfCheck({
      needs: [need("disk", ["submit"]), need("network", ["submit", "poll"])],
      clock,
      log,
    });
    const calls: string[] = [];
    for (const queue of ["submit", "poll"] as const) {
      selfCheck.add(queue, {
        pause: async () => void calls.push(`pause ${queue}`),
        resume: async () => void calls.push(`resume ${queue}`),
      });
    }
    return { selfCheck, broken, calls, clock };
  }

  test("pauses the queues that need what is broken, once, and resumes them when nothing they need is", async () => {
    const { selfCheck, broken, calls } = openSelfCheck();
    await selfCheck.check();
    broken.set("disk", "full");
    await selfCheck.check();
    await selfCheck.check();
    broken.set("network", "away");
    broken.delete("disk");
    await selfCheck.check();
    broken.clear();
    await selfCheck.check();
    expect(calls).toEqual(["pause submit", "pause poll", "resume submit", "resume poll"]);
  });

  test("says what is wrong and since when, from the first round that saw it", async () => {
    const { selfCheck, broken, clock } = openSelfCheck();
    broken.set("disk", "full");
    await selfCheck.check();
    clock.at = 9_000;
    broken.set("disk", "still full");
    await selfCheck.check();
    expect(selfCheck.problems).toEqual([{ name: "disk", problem: "still full", sinceMs: 1_000 }]);
  });

  test("gives a job back untouched while something that it needs is broken", async () => {
    const { selfCheck, broken } = openSelfCheck();
    let processed = 0;
    const processor = givingBack(selfCheck, "submit", async () => {
      processed += 1;
      return { do: "finish" };
    });
    const job = { id: "1", data: {}, replaceData: async () => undefined };
    broken.set("disk", "full");
    expect(await processor(job)).toMatchObject({ do: "ring-again" });
    expect(processed).toBe(0);
    broken.clear();
    expect(await processor(job)).toEqual({ do: "finish" });
  });
});

describe("the breaker towards Reloadly", () => {
  const request = { operation: "sendTopupAsync", method: "POST", durationMs: 1 } as const;
  const lost = { ...request, errorCode: "RELOADLY_CONNECTION_FAILED" };
  const answered = { ...request, status: 200 };
  const tokenRefused = {
    operation: "fetchToken",
    method: "POST",
    durationMs: 1,
    status: 401,
    errorCode: "RELOADLY_TOKEN_REFUSED",
  } as const;

  function openBreaker() {
    const clock = { at: 1_000, nowMs: () => clock.at, monotonicMs: () => clock.at };
    return { breaker: new ProviderBreaker(clock), clock };
  }

  test("opens after three failures in a row, and never while answers come between them", () => {
    const { breaker } = openBreaker();
    for (let round = 0; round < 50; round += 1) {
      breaker.note(lost);
      breaker.note(lost);
      breaker.note(answered);
    }
    expect(breaker.cutOff).toBeUndefined();
    for (const _ of [1, 2, 3]) breaker.note(lost);
    expect(breaker.cutOff).toEqual({ code: "RELOADLY_CONNECTION_FAILED", sinceMs: 1_000 });
  });

  test.each([
    ["a token that is refused", tokenRefused],
    ["a fresh token that is refused", { ...request, status: 401, errorCode: "INVALID_TOKEN" }],
  ])("opens by %s", (_, info) => {
    const { breaker } = openBreaker();
    for (const _ of [1, 2, 3]) breaker.note(info);
    expect(breaker.cutOff).toMatchObject({ code: info.errorCode });
  });

  test.each([
    ["a refusal", { ...request, status: 400, errorCode: "INVALID_AMOUNT" }],
    ["an outage of Reloadly", { ...request, status: 503 }],
    ["a time-out, which may be Reloadly's", { ...request, errorCode: "RELOADLY_TIMEOUT" }],
    ["a connection that broke after the write", { ...request, errorCode: "RELOADLY_CONNECTION_LOST" }],
  ])("does not open by %s", (_, info) => {
    const { breaker } = openBreaker();
    for (let round = 0; round < 10; round += 1) breaker.note(info);
    expect(breaker.cutOff).toBeUndefined();
  });

  test("is not closed by a token alone, and is closed by any answer of the API", () => {
    const { breaker } = openBreaker();
    for (const _ of [1, 2, 3]) breaker.note(lost);
    breaker.note({ ...request, operation: "fetchToken", status: 200 });
    expect(breaker.cutOff).toBeDefined();
    breaker.note({ ...request, status: 500 });
    expect(breaker.cutOff).toBeUndefined();
  });

  test("probes after 1, 2, 4, 8 and then every 15 seconds, and not while it is closed", async () => {
    const { breaker, clock } = openBreaker();
    const probedAtMs: number[] = [];
    const probe = () => breaker.probe(async () => void probedAtMs.push(clock.at - 1_000));
    await probe();
    for (const _ of [1, 2, 3]) breaker.note(lost);
    for (; clock.at < 62_000; clock.at += 500) await probe();
    expect(probedAtMs).toEqual([1_000, 3_000, 7_000, 15_000, 30_000, 45_000, 60_000]);
  });
});
