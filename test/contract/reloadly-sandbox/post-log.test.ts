// When every POST came, and what its sender could know of it: for whoever audits a client by the provider's books.
import { expect, test } from "vitest";
import { onSend, openWorld } from "./world.js";

const AT_MS = Date.parse("2026-03-10T12:00:00Z");

test("the books tell of every POST when it came and what it was answered, in order", async () => {
  const world = await openWorld({ recordPosts: true });
  await world.send({ customIdentifier: "a" });
  world.clock.advance(1_500);
  await world.send({ customIdentifier: "a" });
  expect(world.row("a")?.postLog).toEqual([
    { atMs: AT_MS, answer: "executed" },
    { atMs: AT_MS + 1_500, answer: "duplicate" },
  ]);
  expect(world.sandbox.books({ rows: false }).totals.recordsPosts).toBe(true);
});

test.each([
  [{ kind: "reset-after-commit" }, "executed"],
  [{ kind: "error-after-commit" }, "executed"],
  [{ kind: "token-expired" }, "refused"],
  [{ kind: "refuse", errorCode: "INSUFFICIENT_BALANCE" }, "refused"],
  [{ kind: "refuse", errorCode: "SOME_CODE", httpStatus: 500 }, "unclear"],
  [{ kind: "reset-before-commit" }, "unclear"],
  [{ kind: "empty-body" }, "unclear"],
] as const)("with %j a POST is noted as %s", async (fault, answer) => {
  const world = await openWorld({ recordPosts: true, faultPlan: onSend(fault) });
  await world.send({ customIdentifier: "a" }).catch(() => undefined);
  expect(world.row("a")?.postLog).toEqual([{ atMs: AT_MS, answer }]);
});

test("nothing is noted unless it is asked for", async () => {
  const world = await openWorld();
  await world.send({ customIdentifier: "a" });
  expect(world.row("a")).not.toHaveProperty("postLog");
  expect(world.sandbox.books({ rows: false }).totals.recordsPosts).toBe(false);
});
