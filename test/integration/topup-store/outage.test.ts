/** Redis that goes away, forgets, is full or belongs to somebody else: an error in time, and never half a write. */

import { connectRedis, type RedisClient } from "@surefill/runtime";
import { endMove } from "@surefill/topup";
import { createLedger, Ledger, LedgerCorruptError, LedgerUnavailableError, readEvents } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { acceptance, accepted, claimed, LEASE, recordOf, requestFor } from "../../support/test-ledger.js";

let server: PrivateRedis;
let client: RedisClient;
let ledger: Ledger;
const open = () => Ledger.open(client, { prefix: "outage", processId: "test" });
beforeEach(async () => {
  server = await startPrivateRedis();
  client = await connectRedis({ url: server.url, role: "api", name: "test", onError: () => undefined });
  await createLedger(client, { prefix: "outage" });
  ledger = await open();
});
afterEach(async () => {
  client.disconnect();
  await server.stop();
});

/** Everything that is stored, in a form that two moments can be compared by. */
async function everything(): Promise<Record<string, string | null>> {
  const keys = (await client.keys("*")).toSorted();
  const dumps = await Promise.all(
    keys.map(async (key) => [key, (await client.dumpBuffer(key))?.toString("hex") ?? null]),
  );
  return Object.fromEntries(dumps);
}

const settled = () => expect.poll(() => client.status).toBe("ready");

describe("a Redis that is away", () => {
  test("is told to every caller as unavailable, within the command's time", async () => {
    const record = await claimed(ledger, "o-1");
    await server.kill();
    await expect.poll(() => client.status).not.toBe("ready");
    const calls: (() => Promise<unknown>)[] = [
      () => ledger.accept([{ reference: "o-2", request: requestFor(2) }]),
      () => ledger.claim("o-1", 1, LEASE),
      () => ledger.move(record, acceptance(7, 1)),
      () => ledger.addEvidence("o-1", 1, 7),
      () => ledger.look("o-1"),
      () => ledger.history("o-1"),
      () => ledger.list({ state: "queued" }, { limit: 1 }),
      () => ledger.list({ transactionId: 1 }, { limit: 1 }),
      () => ledger.records(["o-1"]),
      () => ledger.counts(),
      () => ledger.overdue(0, 1),
      () => ledger.oldestDueAtMs(),
      () => ledger.ring(record, 1),
      () => ledger.nowMs(),
      () => ledger.shrinkOld(1, 1),
      () => ledger.gates.close("account", { reason: "X", untilMs: 1 }),
      () => ledger.gates.open("account"),
      () => ledger.gates.closed(),
      () => ledger.gates.parkedAt("account", 1),
      () => ledger.gates.forgetOld(1),
      () => readEvents(client, "outage", "0-0", 1),
      () => open(),
    ];
    for (const call of calls) {
      const error = await call().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error, String(call)).toBeInstanceOf(LedgerUnavailableError);
      expect(error).toMatchObject({ code: "LEDGER_UNAVAILABLE", message: "the ledger did not answer" });
    }
  });

  test("comes back with every acknowledged write, and its scripts are given to it again", async () => {
    const record = await claimed(ledger, "o-1");
    await server.kill();
    await server.start();
    await settled();
    expect(await recordOf(ledger, "o-1")).toEqual(record);
    expect((await ledger.move(record, acceptance(7, record.enteredAtMs))).kind).toBe("moved");
    await client.script("FLUSH");
    expect((await ledger.claim("o-1", 1, LEASE)).kind).toBe("stale");
    await client.script("FLUSH");
    const processing = await recordOf(ledger, "o-1");
    expect((await ledger.move(processing, endMove("succeeded", "status-successful"))).kind).toBe("moved");
    expect(await readEvents(client, "outage", "0-0", 10)).toHaveLength(1);
  });

  test("hangs, and the caller still hears in time that nothing is known", async () => {
    const record = await claimed(ledger, "o-1");
    const { pid } = server;
    if (pid === undefined) throw new Error("the server has no pid");
    process.kill(pid, "SIGSTOP");
    try {
      await expect(ledger.move(record, acceptance(7, 1))).rejects.toThrow(LedgerUnavailableError);
      await expect(ledger.counts()).rejects.toThrow(LedgerUnavailableError);
    } finally {
      process.kill(pid, "SIGCONT");
    }
  });
});

describe("a Redis that is full", () => {
  test("refuses new work and claims as a whole, and still writes down what came of a POST", async () => {
    await accepted(ledger, "o-1");
    const answeredOne = await claimed(ledger, "o-2", requestFor(2));
    const refusedOne = await claimed(ledger, "o-3", requestFor(3));
    const held = await claimed(ledger, "o-4", requestFor(4));
    await client.config("SET", "maxmemory", "1mb");
    const before = await everything();

    const refused: (() => Promise<unknown>)[] = [
      () => ledger.accept([{ reference: "o-5", request: requestFor(5) }]),
      () => ledger.claim("o-1", 1, LEASE),
      () => ledger.gates.close("account", { reason: "X", untilMs: 9e12 }),
    ];
    for (const call of refused) await expect(call(), String(call)).rejects.toThrow(LedgerUnavailableError);
    expect(await everything()).toEqual(before);

    const gate = { kind: "operator", reason: "X", untilMs: 9e12 } as const;
    expect((await ledger.move(answeredOne, acceptance(7, 1))).kind).toBe("moved");
    expect((await ledger.move(refusedOne, endMove("rejected", "refused"))).kind).toBe("moved");
    expect((await ledger.move(held, { to: "held", because: "refused", patch: {}, gate })).kind).toBe("moved");
    expect(await ledger.counts()).toMatchObject({ queued: 1, submitting: 0, processing: 1, rejected: 1, held: 1 });
    expect(await recordOf(ledger, "o-2")).toMatchObject({ state: "processing", transactionId: 7 });
  });
});

describe("a Redis that holds something else", () => {
  test("is refused when its layout is not ours, before anything is written", async () => {
    await client.hset("other:{0}:meta", { layout: "2", recipientKey: "k" });
    await expect(Ledger.open(client, { prefix: "other", processId: "test" })).rejects.toThrow(LedgerCorruptError);
    expect(await client.hgetall("other:{0}:meta")).toEqual({ layout: "2", recipientKey: "k" });
  });

  test.each([
    { field: "state", value: "paid" },
    { field: "attempt", value: "one" },
    { field: "version", value: "1.5" },
  ])("says that a record is corrupt when its $field is $value, and names no phone number", async ({ field, value }) => {
    await accepted(ledger, "o-1");
    await client.hset("outage:{0}:t:o-1", field, value);
    const error: unknown = await ledger.look("o-1").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LedgerCorruptError);
    expect(String(error)).toContain(field === "state" ? "state" : field);
    expect(String(error)).not.toContain("23480");
  });

  test("keeps its key for recipients when it is opened again", async () => {
    const hash = ledger.recipientHash("2348030000001");
    expect((await open()).recipientHash("2348030000001")).toBe(hash);
    await createLedger(client, { prefix: "other" });
    const other = await Ledger.open(client, { prefix: "other", processId: "test" });
    expect(other.recipientHash("2348030000001")).not.toBe(hash);
  });
});
