/**
 * What `surefill verify` says of that which it did not judge: that it was not asked to, or could not. Nothing may look
 * as if it held that nobody has looked at.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createReloadlyClient } from "@surefill/reloadly-client";
import { stateDirectory } from "@surefill/runtime";
import { witnessLine } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gapsOf } from "../../../apps/cli/src/verify-gaps.js";
import { startCorruptingProxy } from "../../support/corrupting-proxy.js";
import { laggingClock } from "../../support/lagging-clock.js";
import { openLiveAudit } from "../../support/live-audit.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { runSurefill } from "../../support/surefill.js";

let pipeline: Pipeline;

beforeEach(async () => {
  pipeline = await openPipeline({ sandbox: { recordPosts: true } });
});

afterEach(() => pipeline.close());

const key = (name: string) => `${pipeline.redis.prefix}:{0}:${name}`;
const verify = (...args: string[]) => runSurefill(pipeline.env, "verify", ...args);

/** Has one top-up paid, or refused, and closes the worker. */
async function sent(ending: "0001" | "0006", reference: string): Promise<void> {
  const worker = await pipeline.startWorker();
  await pipeline.enqueue(topupTo(ending, reference));
  await pipeline.until(reference, "succeeded", "rejected");
  await worker.close();
}

/** A POST behind the pipeline's back that the local Reloadly refuses, so that its report shows nothing of it. */
async function refusedBesides(customIdentifier: string): Promise<void> {
  const { url } = pipeline.sandbox;
  const client = createReloadlyClient({
    environment: { apiUrl: url, authUrl: url, audience: url },
    clientId: "sandbox-client",
    clientSecret: "sandbox-secret",
  });
  const request = { operatorId: 341, amount: "5", useLocalAmount: false, customIdentifier };
  const recipientPhone = { countryCode: "NG", number: "2348031230006" };
  const sending = client.sendTopupAsync({ ...request, recipientPhone }, { signal: AbortSignal.timeout(60_000) });
  await expect(sending).rejects.toThrow();
  await client.close();
}

/** Audits the ledger against a provider that is reached through another address. */
async function auditThrough(url: string) {
  const audit = await openLiveAudit({ ...pipeline, sandbox: { url } });
  try {
    return await audit.run();
  } finally {
    await audit.close();
  }
}

/** Has the rebuild be long enough ago for a POST since then to be told from one before it. */
async function rebuiltAMinuteAgo(): Promise<void> {
  const aMinuteAgo = Math.floor((await pipeline.ledger.nowMs()) / 1_000) - 60;
  await pipeline.redis.client.hset(key("meta"), "fenceFloor", String(aMinuteAgo * 1_000_000));
}

describe("the provider's report", () => {
  test("is not said to fit while a row of it cannot be read", async () => {
    await sent("0001", "paid");
    const row = /"transactionId":\d+(?=[^}]*"customIdentifier":"paid")/;
    const proxy = await startCorruptingProxy(pipeline.sandbox.url, (body, path) =>
      path.includes("/reports/") ? body.replace(row, '"transactionId":"?"') : body,
    );
    try {
      // To the ledger the proxy is another provider: its address is a part of the account.
      const { findings, counts } = await auditThrough(proxy.url);
      expect(findings).toEqual([]);
      const gaps = gapsOf({ scope: {}, counts, loss: undefined, isWitnessed: true });
      const gap = gaps.find(({ what }) => what.includes("cannot be read"));
      expect(gap).toMatchObject({ wasAsked: true, invariants: ["S1", "S2", "S3", "S4", "S11"] });
    } finally {
      await proxy.close();
    }
  });
});

describe("the sum of the wallet", () => {
  test("is not said to fit while a paid top-up has no cost", async () => {
    await sent("0001", "paid");
    await pipeline.redis.client.hdel(key("t:paid"), "cost");

    const { code, printed } = await verify("--settled", "--books");

    expect(printed).toMatch(/NOT CHECKED, though it was asked for:\n +S11 +what 1 paid top-up cost: nobody told it/);
    expect(code).toBe(2);
  });

  test("is a part that was not asked for without the books, and with books of a part of the time", async () => {
    await sent("0001", "paid");
    for (const args of [["--settled"], ["--books"], ["--settled", "--books", "--since", "1h"]]) {
      const { code, printed } = await verify(...args);
      expect(printed).toMatch(/No violation of .*S10, S12,/);
      expect(printed).toMatch(/^ +S11 +that the wallet lost just what was paid/m);
      expect(code).toBe(0);
    }
  });
});

describe("a POST in the provider's books of which the ledger has no record", () => {
  test("is a violation, although no transaction came of it", async () => {
    await refusedBesides("nobodys-2348031230006");

    const { code, printed } = await verify("--books");

    expect(printed).toMatch(/S3 not-granted {2}no top-up\n.*nobodys-•+06.*no record/);
    expect(printed).not.toContain("2348031230006");
    expect(code).toBe(1);
  });

  test("is counted as somebody else's where others use the account", async () => {
    await sent("0001", "ours");
    await refusedBesides("theirs");

    const { code, printed } = await verify("--books", "--foreign", "count", "--json");

    expect(JSON.parse(printed)).toMatchObject({ verdict: "holds", counts: { posts: 1, foreignPosts: 1 } });
    expect(code).toBe(0);
  });

  test("is not taken for one whose top-up retention has shrunk", async () => {
    await sent("0001", "old");
    expect(await pipeline.ledger.shrinkOld(0, 10)).toBe(1);

    const { code, printed } = await verify("--settled", "--books");

    expect(printed).toMatch(/POSTs in the provider's books +0, and not judged: 1$/m);
    expect(printed).toMatch(/^ +S3, S6 +1 POST whose grants the ledger does not hold any more$/m);
    expect(code).toBe(0);
  });

  test("is no violation where a rebuild could not know of it, and one when it came later", async () => {
    await sent("0006", "refused");
    const keys = await pipeline.redis.client.keys(`${pipeline.redis.prefix}*`);
    await pipeline.redis.client.del(...keys);
    expect(await runSurefill(pipeline.env, "rebuild")).toMatchObject({ code: 0 });

    const before = await verify("--books", "--json");
    expect(JSON.parse(before.printed)).toMatchObject({ findings: [], counts: { posts: 0, unjudgedPosts: 1 } });
    expect(before.code).toBe(0);

    await rebuiltAMinuteAgo();
    expect(await verify("--books")).toMatchObject({ code: 1 });
  });
});

test("a POST from before a rebuild is not held against the record that its reference has been given since", async () => {
  await pipeline.close();
  const { clock, catchUp } = laggingClock();
  pipeline = await openPipeline({ sandbox: { recordPosts: true, clock } });
  await sent("0006", "refused");
  catchUp();
  await pipeline.redis.client.del(...(await pipeline.redis.client.keys(`${pipeline.redis.prefix}*`)));
  expect(await runSurefill(pipeline.env, "rebuild")).toMatchObject({ code: 0 });
  await pipeline.reopenLedger();
  await sent("0006", "refused");
  await rebuiltAMinuteAgo();

  const { code, printed } = await verify("--books", "--json");

  expect(JSON.parse(printed)).toMatchObject({ findings: [], counts: { posts: 1, unjudgedPosts: 1 } });
  expect(code).toBe(0);
});

test("POSTs that the provider did not write down are not checked, for whoever asked for them", async () => {
  const silent = await openPipeline();
  try {
    const { code, printed } = await runSurefill(silent.env, "verify", "--books");
    expect(printed).toMatch(/NOT CHECKED, though it was asked for:\n +S3, S6 +.*--record-posts/);
    expect(code).toBe(2);
  } finally {
    await silent.close();
  }
});

const WITHOUT_OPTIONS = ["S1", "S2", "S4", "S5", "S8", "S9", "S10", "S12", "S13", "S14"];

test("what nobody asked for is named, and not among what holds", async () => {
  await sent("0001", "paid");

  const plain = await verify();
  expect(plain.printed).toContain(`No violation of ${WITHOUT_OPTIONS.join(", ")}.\n`);
  expect(plain.printed).toMatch(/^ +S3, S6 +.*--books/m);
  expect(plain.printed).toMatch(/^ +S7 +.*--acknowledged/m);
  expect(plain.printed).toMatch(/^ +S7 +.*--settled/m);
  expect(plain.code).toBe(0);

  const told = JSON.parse((await verify("--json")).printed);
  expect(told).toMatchObject({ verdict: "holds", checked: WITHOUT_OPTIONS });
  expect(told.notChecked).toContainEqual({ invariants: ["S3", "S6"], what: expect.any(String), wasAsked: false });
});

test("everything is checked where everything was asked for", async () => {
  await sent("0001", "paid");
  const file = join(pipeline.env.STATE_DIR ?? "", "acknowledged.txt");
  await writeFile(file, "paid\n");

  const { code, printed } = await verify("--settled", "--books", "--acknowledged", file);

  expect(printed.trimEnd()).toMatch(/No violation of S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14\.$/);
  expect(code).toBe(0);
});

describe("a ledger that has lost data", () => {
  test("is never said to hold once anybody has noticed", async () => {
    await sent("0001", "paid");
    await pipeline.redis.client.hset(key("meta"), "behind", "1000000");

    const { code, printed } = await verify();

    expect(printed).toMatch(/NOT CHECKED, though it was asked for:\n +S14 +.*surefill rebuild/);
    expect(printed).not.toContain("No violation");
    expect(code).toBe(2);
  });

  test("is not said to hold either when only a journal in STATE_DIR knows more", async () => {
    await sent("0001", "paid");
    const { epoch } = pipeline.ledger.witness;
    const { STATE_DIR = "", REDIS_PREFIX = "" } = pipeline.env;
    const folder = stateDirectory({ STATE_DIR, REDIS_PREFIX });
    await mkdir(folder, { recursive: true });
    const line = witnessLine({ epoch, sequence: 1_000_000 }, await pipeline.ledger.nowMs());
    await writeFile(join(folder, "worker-of-yesterday.jsonl"), `${line}\n`);

    const { code, printed } = await verify("--json");

    expect(JSON.parse(printed)).toMatchObject({
      verdict: "not-checked",
      notChecked: expect.arrayContaining([
        { invariants: ["S14"], what: expect.stringContaining("older state"), wasAsked: true },
      ]),
    });
    expect(code).toBe(2);
  });

  test("shows its violations all the same", async () => {
    await sent("0001", "paid");
    await pipeline.redis.client.hset(key("meta"), "behind", "1000000");
    await pipeline.redis.client.del(key("t:paid"));

    const { code, printed } = await verify();

    expect(printed).toContain("orphan-transaction");
    expect(printed).toMatch(/^ +S14 +/m);
    expect(code).toBe(1);
  });
});
