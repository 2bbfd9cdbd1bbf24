/** A ledger is created on purpose: an empty Redis may be new, or may have lost everything. */

import { loadProducerConfig, newApiKey, startProducer } from "@surefill/producer";
import { createLogger, explainFailedStart } from "@surefill/runtime";
import {
  createLedger,
  encodeAsked,
  Ledger,
  LedgerCorruptError,
  LedgerLostError,
  LedgerMissingError,
  LedgerRebuild,
} from "@surefill/topup-store";
import { loadWorkerConfig, startWorker } from "@surefill/worker";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestRedis, type TestRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";
import { runSurefill } from "../../support/surefill.js";
import { accepted, claimed, requestFor } from "../../support/test-ledger.js";

let redis: TestRedis;
let prefix: string;
let env: Record<string, string>;

beforeEach(async () => {
  redis = await openTestRedis();
  prefix = `${redis.prefix}-new`;
  env = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: prefix,
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: "http://127.0.0.1:9", // The discard port: nobody answers there.
    RELOADLY_CLIENT_ID: "sandbox-client",
    RELOADLY_CLIENT_SECRET: "sandbox-secret",
    STATE_DIR: newStateDir(),
  };
});
afterEach(() => redis.close());

const meta = () => redis.client.hgetall(`${prefix}:{0}:meta`);
const keysOfLedger = () => redis.client.keys(`${prefix}:*`);
const open = (known: { epoch: string; sequence: number }[] = []) =>
  Ledger.open(redis.client, { prefix, processId: "test", known });
const silent = createLogger({ name: "test", level: "silent" });
const programs = {
  worker: () => startWorker(loadWorkerConfig({ ...env, WORKER_PORT: "0" }), silent),
  producer: () =>
    startProducer(loadProducerConfig({ ...env, PRODUCER_PORT: "0", API_KEYS: newApiKey("test").entry }), {
      log: silent,
    }),
};

/** Deletes everything of the ledger, as FLUSHALL does; the Redis is shared. */
async function loseEverything(): Promise<void> {
  await redis.client.unlink(await keysOfLedger());
}

describe("a Redis without a ledger", () => {
  test.each(["worker", "producer"] as const)(
    "lets no %s start, creates nothing, and the reason names both cures",
    async (name) => {
      const error: unknown = await programs[name]().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LedgerMissingError);
      expect(explainFailedStart(error)).toMatchObject({
        exitCode: 78,
        message: expect.stringContaining("`surefill init`"),
      });
      expect(explainFailedStart(error).message).toContain("`surefill rebuild`");
      expect(await keysOfLedger()).toEqual([]);
    },
  );

  test("gets one by `surefill init`, and the programs start", async () => {
    expect(await runSurefill(env, "init")).toMatchObject({ code: 0, printed: expect.stringContaining("Created") });
    expect(await meta()).toMatchObject({ layout: "1", account: expect.stringMatching(/^local:/) });
    for (const start of Object.values(programs)) await (await start()).close();
  });
});

test("who created a ledger, and who bound it to a further account, is on record and listed", async () => {
  await runSurefill(env, "init", "--by", "Ada Obi");
  const further = { ...env, RELOADLY_CLIENT_ID: "another" };
  await runSurefill(further, "rebind", "--same-account", "--reason", "a second client");
  const { printed } = await runSurefill(further, "changes", "--json");
  const at = expect.stringMatching(/Z$/);
  expect(JSON.parse(printed).changes).toMatchObject([
    { at, change: "created", by: "Ada Obi" },
    { at, change: "rebound", by: "os-user", reason: "a second client" },
  ]);
});

describe("`surefill init` on a ledger that is there", () => {
  test("says so and changes nothing, whatever it holds", async () => {
    await runSurefill(env, "init");
    await claimed(await open(), "c-1");
    const before = await meta();
    expect(await runSurefill(env, "init", "--json")).toMatchObject({
      code: 0,
      printed: `${JSON.stringify({ kind: "exists", prefix })}\n`,
    });
    expect(await meta()).toEqual(before);
  });

  test("of before there were epochs, or without an account, changes nothing either", async () => {
    const old = { layout: "1", recipientKey: "k" };
    await redis.client.hset(`${prefix}:{0}:meta`, old);
    expect(await createLedger(redis.client, { prefix, account: "local:a" })).toBe("exists");
    expect(await meta()).toEqual(old);
  });

  test("refuses one of another account, or of another version", async () => {
    await runSurefill(env, "init");
    const other = await runSurefill({ ...env, RELOADLY_CLIENT_ID: "another" }, "init");
    expect(other).toMatchObject({ code: 78, told: [expect.stringContaining("belongs to")] });
    await redis.client.hset(`${prefix}:{0}:meta`, "layout", "2");
    await expect(createLedger(redis.client, { prefix })).rejects.toThrow(LedgerCorruptError);
  });

  test("is created by one of two that come at once", async () => {
    const kinds = await Promise.all([1, 2].map(() => createLedger(redis.client, { prefix })));
    expect(kinds.toSorted()).toEqual(["created", "exists"]);
  });
});

describe("after Redis lost everything", () => {
  test("a machine with an empty STATE_DIR does not start, and nothing is written over the loss", async () => {
    await runSurefill(env, "init");
    const worker = await programs.worker();
    const ledger = await open();
    await accepted(ledger, "c-1");
    await loseEverything();
    env = { ...env, STATE_DIR: newStateDir() };
    for (const start of Object.values(programs)) await expect(start()).rejects.toThrow(LedgerMissingError);
    await expect(ledger.look("c-1")).rejects.toThrow(LedgerLostError);
    expect(await meta()).toEqual({});
    await worker.close();
  });

  test("`surefill init` refuses where STATE_DIR knows of the ledger that is gone", async () => {
    await runSurefill(env, "init");
    await (await programs.worker()).close();
    await loseEverything();
    const refused = await runSurefill(env, "init");
    expect(refused).toMatchObject({ code: 1, told: [expect.stringContaining("`surefill rebuild`")] });
    expect(await keysOfLedger()).toEqual([]);
  });

  test("`surefill init` refuses where records are left, and where it is marked as behind", async () => {
    await createLedger(redis.client, { prefix });
    await accepted(await open(), "c-1");
    await redis.client.hset(`${prefix}:{0}:meta`, "behind", "7");
    await expect(createLedger(redis.client, { prefix })).rejects.toThrow(LedgerLostError);
    await redis.client.unlink(`${prefix}:{0}:meta`);
    await expect(createLedger(redis.client, { prefix })).rejects.toThrow(LedgerLostError);
    expect(await meta()).toEqual({});
  });

  test("a rebuild that was stopped half-way is taken for a whole ledger by nobody", async () => {
    const rebuild = await LedgerRebuild.open(redis.client, { prefix, known: [{ epoch: "former", sequence: 3 }] });
    await rebuild.recreate({
      reference: "c-1",
      attempt: 1,
      fence: 1,
      grantedAtMs: 1,
      acceptedAtMs: 1,
      operatorId: 341,
      request: encodeAsked({ request: requestFor(1) }),
      content: "known",
      needsConfirmation: true,
      state: "unknown",
    });
    await expect(open()).rejects.toThrow("being rebuilt");
    await expect(createLedger(redis.client, { prefix })).rejects.toThrow(LedgerLostError);
    await rebuild.begin();
    expect((await open()).witness.lost).toBeUndefined();
  });
});
