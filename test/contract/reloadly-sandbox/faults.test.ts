// The fault plan and the random mix: what they match, how often, and what the caller and the books see.
import { PRODUCTION_MIX, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { expect, onTestFinished, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { inOrder, onSend, openWorld, phone, TestClock, World } from "./world.js";

test.each([
  [{ kind: "reset-after-commit" }, 1],
  [{ kind: "cut-answer" }, 1],
  [{ kind: "reset-before-commit" }, 0],
] as const)("with %j the connection breaks and %i top-up is executed", async (fault, executions) => {
  const world = await openWorld({ faultPlan: onSend(fault) });
  await expect(world.send({ customIdentifier: "a" })).rejects.toThrow();
  expect(world.row("a")).toMatchObject({ posts: 1, executions, rejections: 1 - executions });
});

test.each([
  [{ kind: "error-after-commit" }, 500, 1],
  [{ kind: "html-502" }, 502, 1],
  [{ kind: "answer-without-id" }, 200, 1],
  [{ kind: "empty-body", httpStatus: 503 }, 503, 0],
  [{ kind: "refuse", errorCode: "NEW_CODE", httpStatus: 422 }, 422, 0],
  [{ kind: "token-expired" }, 401, 0],
] as const)("with %j the answer is %i and %i top-up is executed", async (fault, httpStatus, executions) => {
  const world = await openWorld({ faultPlan: onSend(fault) });
  expect((await world.send({ customIdentifier: "a" })).httpStatus).toBe(httpStatus);
  expect(world.row("a")?.executions).toBe(executions);
  expect((await world.send({ customIdentifier: "b", recipientPhone: phone("2000") })).httpStatus).toBe(200);
});

test("an answer can be delayed past a caller's patience, or never come", async () => {
  const world = await openWorld({ faultPlan: onSend({ kind: "timeout-after-commit" }) });
  const leaving = new AbortController();
  const sending = fetch(`${world.sandbox.url}/topups-async`, {
    method: "POST",
    headers: await authorized(world),
    body: JSON.stringify({
      operatorId: 640,
      amount: 100,
      useLocalAmount: true,
      customIdentifier: "a",
      recipientPhone: phone("1000"),
    }),
    signal: leaving.signal,
  });
  await waitFor(() => expect(world.row("a")?.executions).toBe(1));
  world.clock.advance(86_400_000);
  leaving.abort();
  await expect(sending).rejects.toThrow(/abort/);
});

async function authorized(world: World): Promise<Record<string, string>> {
  const { body } = await world.signIn();
  return { "content-type": "application/json", authorization: `Bearer ${String(body.access_token)}` };
}

test("latency holds every request back before it is dealt with, except the sandbox's own", async () => {
  const clock = new TestClock();
  const sandbox = await startReloadlySandbox({ clock, latencyMs: 500 });
  onTestFinished(() => sandbox.close());
  const world = new World(clock, sandbox);
  const signingIn = world.signIn();
  await waitFor(() => expect(clock.waiting).toBe(1));
  expect((await world.get("/_sandbox/books")).httpStatus).toBe(200);
  clock.advance(500);
  expect((await signingIn).httpStatus).toBe(200);
});

test("429 carries the headers it is told to carry", async () => {
  const withHeaders = { kind: "rate-limited", retryAfterSeconds: 7, limitHeaders: true } as const;
  const world = await openWorld({ faultPlan: onSend(withHeaders) });
  const limited = await world.send();
  expect(limited).toMatchObject({ httpStatus: 429, body: { errorCode: "RATE_LIMIT_REACHED" } });
  expect(limited.headers.get("retry-after")).toBe("7");
  expect(limited.headers.get("x-ratelimit-remaining")).toBe("0");
  world.sandbox.setFaultPlan(onSend({ kind: "rate-limited" }));
  expect((await world.send()).headers.get("retry-after")).toBeNull();
});

test("a rule acts on the identifier, ending and operation that it names, and as often as it says", async () => {
  const world = await openWorld();
  const rules = [
    { match: { customIdentifier: "a" }, times: 2, fault: { kind: "empty-body" } },
    { match: { phoneEnding: "77" }, fault: { kind: "refuse", errorCode: "FOR_77" } },
    { match: { operation: "status" }, times: 1, fault: { kind: "html-502" } },
    { match: { operation: "report" }, times: 1, fault: { kind: "token-expired" } },
    { match: { operation: "token" }, times: 1, fault: { kind: "error-after-commit" } },
  ] as const;
  const put = await world.call("PUT", "/_sandbox/fault-plan", {
    body: { rules },
    headers: { "content-type": "application/json" },
  });
  expect(put.body).toEqual({ rules: 5 });
  const statuses = await inOrder(3, async () => (await world.send({ customIdentifier: "a" })).httpStatus);
  expect(statuses).toEqual([500, 500, 200]);
  expect((await world.send({ customIdentifier: "b", recipientPhone: phone("2077") })).body.errorCode).toBe("FOR_77");
  const reads = async (path: string) => [(await world.get(path)).httpStatus, (await world.get(path)).httpStatus];
  expect(await reads("/topups/100001/status")).toEqual([502, 200]);
  expect(await reads("/topups/reports/transactions")).toEqual([401, 200]);
  expect([(await world.signIn()).httpStatus, (await world.signIn()).httpStatus]).toEqual([500, 200]);
});

test("effects in different places add up", async () => {
  const world = await openWorld({ faultPlan: onSend({ kind: "reset-after-commit" }, { kind: "failed" }) });
  await expect(world.send({ customIdentifier: "a" })).rejects.toThrow();
  world.clock.advance(11_000);
  expect(world.row("a")?.statuses).toEqual(["FAILED"]);
});

test("a wrong fault plan is refused with the field's name, and the old one stays", async () => {
  const world = await openWorld({ faultPlan: onSend({ kind: "empty-body" }) });
  const wrong = { rules: [{ match: { phoneEnding: "abc" }, fault: { kind: "explode" } }] };
  const put = await world.call("PUT", "/_sandbox/fault-plan", { body: wrong });
  expect(put.httpStatus).toBe(400);
  expect(put.body.error).toMatch(/phoneEnding[\s\S]*fault/);
  expect((await world.send()).httpStatus).toBe(500);
});

test("the same seed gives the same fates, and chance keeps to its weights", async () => {
  const fates = async (seed: number) => {
    const randomMix = [
      { weight: 3, effect: { kind: "success" } },
      { weight: 1, effect: { kind: "refuse", errorCode: "UNLUCKY" } },
    ] as const;
    const world = await openWorld({ seed, randomMix: [...randomMix], processingMs: 0 });
    return inOrder(
      200,
      async (index) => (await world.send({ recipientPhone: phone(String(1000 + index)) })).httpStatus,
    );
  };
  const first = await fates(7);
  expect(await fates(7)).toEqual(first);
  expect(await fates(8)).not.toEqual(first);
  const refused = first.filter((status) => status === 400).length;
  expect(refused).toBeGreaterThan(30);
  expect(refused).toBeLessThan(70);
});

test("a rule with a probability acts on about that share of requests", async () => {
  const rules = [{ match: { probability: 0.5 }, fault: { kind: "empty-body" } }] as const;
  const world = await openWorld({ faultPlan: { rules: [...rules] } });
  const statuses = await inOrder(
    100,
    async (index) => (await world.send({ recipientPhone: phone(String(1000 + index)) })).httpStatus,
  );
  const faults = statuses.filter((status) => status === 500).length;
  expect(faults).toBeGreaterThan(30);
  expect(faults).toBeLessThan(70);
});

test("the production mix is mostly success", () => {
  const total = PRODUCTION_MIX.reduce((sum, { weight }) => sum + weight, 0);
  const successes = PRODUCTION_MIX.find(({ effect }) => effect.kind === "success")?.weight ?? 0;
  expect(successes / total).toBeGreaterThan(0.75);
  expect(successes / total).toBeLessThan(0.85);
});

test.each([
  [{ initialBalance: "1e9" }, "initialBalance"],
  [{ initialBalance: "-5" }, "initialBalance"],
  [{ processingMs: { min: 5, max: 1 } }, "processingMs"],
  [{ port: 70_000 }, "port"],
  [{ webhooks: { url: "not a url", secret: "s" } }, "webhooks.url"],
])("options %j are refused and %s is named", async (options, field) => {
  await expect(startReloadlySandbox(options)).rejects.toThrow(field);
});
