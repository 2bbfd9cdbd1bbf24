/**
 * Redis that comes back with less than it acknowledged: every script notices, before it decides anything. On a server of
 * its own, whose data is flushed, and whose append-only files are put back to an older copy.
 */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { connectRedis, type RedisClient } from "@surefill/runtime";
import {
  createLedger,
  FanOut,
  Ledger,
  LedgerLostError,
  LedgerUnavailableError,
  WebhookEndpoints,
  type Witnessed,
} from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { acceptance, accepted, claimed, LEASE, recordOf, requestFor } from "../../support/test-ledger.js";

const PREFIX = "loss";
const META = `${PREFIX}:{0}:meta`;

let server: PrivateRedis;
let client: RedisClient;
let ledger: Ledger;
const open = (known: Witnessed[] = []) => Ledger.open(client, { prefix: PREFIX, processId: "test", known });
const witnessed = (): Witnessed => {
  const { epoch, server, sequence } = ledger.witness;
  return { epoch, server, sequence };
};

beforeEach(async () => {
  server = await startPrivateRedis();
  client = await connectRedis({ url: server.url, role: "ledger", name: "test", onError: () => undefined });
  await createLedger(client, { prefix: PREFIX });
  ledger = await open();
});
afterEach(async () => {
  client.disconnect();
  await server.stop();
});

/** Stops Redis, lets `change` work on its files, and starts it again. */
async function restart(change: () => Promise<void>): Promise<void> {
  await server.kill();
  await change();
  await server.start();
  await expect.poll(() => client.status).toBe("ready");
}

const files = () => join(server.dir, "appendonlydir");
const copy = () => join(server.dir, "older-copy");

/** Runs `later` and then puts everything back to how it was before, as a restored backup does. */
async function restoreOlderCopyAfter(later: () => Promise<void>): Promise<void> {
  await restart(() => cp(files(), copy(), { recursive: true }));
  await later();
  await restart(async () => {
    await rm(files(), { recursive: true });
    await cp(copy(), files(), { recursive: true });
  });
}

/** Every script that a process may run, each as a call of the API that runs it. */
async function everyScript(): Promise<(() => Promise<unknown>)[]> {
  const record = await claimed(ledger, "l-1");
  await accepted(ledger, "l-2", requestFor(2));
  const { witness } = ledger;
  const endpoints = new WebhookEndpoints(client, { prefix: PREFIX, witness });
  const fanOut = new FanOut(client, { prefix: PREFIX, witness, owner: "test" });
  return [
    () => ledger.check(),
    () => ledger.accept([{ reference: "l-3", request: requestFor(3) }]),
    () => ledger.claim("l-2", 1, LEASE),
    () => ledger.move(record, acceptance(7, 1)),
    () => ledger.addEvidence("l-1", 1, 7),
    () => ledger.look("l-1"),
    () => ledger.ring(record, 1),
    () => ledger.gates.close("account", { reason: "X", untilMs: 1 }),
    () => ledger.hints.wake({ customIdentifier: "l-1" }),
    () => endpoints.disable("we_1", "operator"),
    () => fanOut.take(1_000),
  ];
}

describe("after FLUSHALL", () => {
  test("every script is refused, and nothing is written", async () => {
    const calls = await everyScript();
    await client.flushall();
    for (const call of calls) await expect(call()).rejects.toThrow(LedgerLostError);
    expect(ledger.witness.lost).toMatchObject({ code: "LEDGER_LOST", loss: "missing" });
    expect(await client.keys("*")).toEqual([]);
  });

  test("what reads without a script is refused, too, as soon as the loss is known", async () => {
    await claimed(ledger, "l-1");
    await client.flushall();
    await expect(ledger.check()).rejects.toThrow(LedgerLostError);
    await expect(ledger.list({ state: "queued" }, { limit: 1 })).rejects.toThrow(LedgerLostError);
    await expect(ledger.history("l-1")).rejects.toThrow(LedgerLostError);
    await expect(ledger.records(["l-1"])).rejects.toThrow(LedgerLostError);
  });

  test("a process that starts anew and knows the ledger from before does not take an empty one for it", async () => {
    await claimed(ledger, "l-1");
    await client.flushall();
    const restarted = await open([witnessed()]);
    expect(restarted.witness.lost).toMatchObject({ loss: "missing" });
    await expect(restarted.look("l-1")).rejects.toThrow(LedgerLostError);
    expect(await client.keys("*")).toEqual([]);
  });

  test("the ledger that is created afterwards is not taken for the one that was lost", async () => {
    await claimed(ledger, "l-1");
    await client.flushall();
    await createLedger(client, { prefix: PREFIX });
    const newcomer = await open();
    await accepted(newcomer, "l-9");
    await expect(ledger.look("l-9")).rejects.toThrow(LedgerLostError);
    expect(ledger.witness.lost).toMatchObject({ loss: "replaced" });
    expect((await open([witnessed()])).witness.lost).toMatchObject({ loss: "replaced" });
  });
});

describe("after an older copy of its files was put back", () => {
  test("the first script notices, and from then on newcomers are refused as well", async () => {
    await accepted(ledger, "l-1");
    const stranger = await open();
    await restoreOlderCopyAfter(async () => {
      await ledger.claim("l-1", 1, LEASE);
    });
    await expect(ledger.claim("l-1", 1, LEASE)).rejects.toThrow(LedgerLostError);
    expect(ledger.witness.lost).toMatchObject({ loss: "behind" });
    await expect(stranger.claim("l-1", 1, LEASE)).rejects.toThrow(LedgerLostError);
    expect(await client.hget("loss:{0}:t:l-1", "state")).toBe("queued");
  });

  test("a process that starts anew notices by what was witnessed before it", async () => {
    await accepted(ledger, "l-1");
    await restoreOlderCopyAfter(async () => {
      await ledger.claim("l-1", 1, LEASE);
    });
    expect((await open([witnessed()])).witness.lost).toMatchObject({ loss: "behind" });
    expect((await open()).witness.lost).toBeUndefined(); // Nobody can know what was told to others only.
  });
});

describe("a Redis that lost nothing", () => {
  test("is trusted after a restart, by old processes and new ones", async () => {
    await claimed(ledger, "l-1");
    await restart(async () => undefined);
    expect((await recordOf(ledger, "l-1")).state).toBe("submitting");
    const restarted = await open([witnessed()]);
    expect(restarted.witness.lost).toBeUndefined();
    expect(restarted.witness.epoch).toBe(ledger.witness.epoch);
    expect((await recordOf(restarted, "l-1")).state).toBe("submitting");
  });

  test("is trusted again when what was witnessed is there after all", async () => {
    await claimed(ledger, "l-1");
    await client.rename(META, "aside");
    await expect(ledger.check()).rejects.toThrow(LedgerLostError);
    await client.rename("aside", META);
    await ledger.check();
    expect(ledger.witness.lost).toBeUndefined();
  });

  test("grows by one with every write, and by none with a read", async () => {
    const before = ledger.witness.sequence;
    await accepted(ledger, "l-1");
    await ledger.look("l-1");
    await ledger.check();
    expect(ledger.witness.sequence).toBe(before + 1);
    expect(Number(await client.hget(META, "sequence"))).toBe(before + 1);
  });

  test("of before there were epochs gets one, and keeps its records and its recipients' key", async () => {
    const record = await accepted(ledger, "l-1");
    const recipientKey = await client.hget(META, "recipientKey");
    await client.hdel(META, "epoch", "sequence");
    const upgraded = await open();
    expect(upgraded.witness.lost).toBeUndefined();
    expect(upgraded.witness.epoch).toMatch(/^[\w-]{22}$/);
    expect(await recordOf(upgraded, "l-1")).toEqual(record);
    expect(await client.hget(META, "recipientKey")).toBe(recipientKey);
    expect((await upgraded.list({ phone: "2348030000001" }, { limit: 1 })).records).toEqual([record]);
  });
});

describe("a new epoch that names the lost one", () => {
  test("is adopted by running processes: one call is to be repeated, and all goes on", async () => {
    const record = await claimed(ledger, "l-1");
    const { epoch } = witnessed();
    await client.hset(META, { epoch: "rebuilt", ancestors: `eldest ${epoch}`, recipientKey: "another", sequence: "0" });
    const call = ledger.look("l-1");
    await expect(call).rejects.toThrow(LedgerUnavailableError);
    await expect(call).rejects.not.toThrow(LedgerLostError);
    expect(ledger.witness).toMatchObject({ epoch: "rebuilt", recipientKey: "another", lost: undefined });
    expect(await recordOf(ledger, "l-1")).toEqual(record);
  });
});
