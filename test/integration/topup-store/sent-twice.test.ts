/** A Redis client may send a script twice when its reply is lost. Whatever is sent twice is done once. */
import { endMove } from "@surefill/topup";
import { Ledger, LedgerUnavailableError, readEvents } from "@surefill/topup-store";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LossyLine, openLossyLine } from "../../support/lossy-line.js";
import {
  acceptance,
  accepted,
  LEASE,
  openTestLedger,
  recordOf,
  requestFor,
  type TestLedger,
} from "../../support/test-ledger.js";

let t: TestLedger;
let line: LossyLine;
let client: Redis;
beforeEach(async () => {
  t = await openTestLedger();
  line = await openLossyLine(t.redis.url);
});
afterEach(async () => {
  client.disconnect();
  await line.close();
  await t.close();
});

/** A ledger over the line. `resend`: the client sends again what got no reply, as a library's default would have it. */
async function openOverLine(resend: boolean): Promise<Ledger> {
  client = new Redis(line.url, {
    lazyConnect: true,
    retryStrategy: () => 5,
    autoResendUnfulfilledCommands: resend,
    maxRetriesPerRequest: resend ? 5 : 0,
    commandTimeout: 5_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  return Ledger.open(client, { prefix: t.redis.prefix, processId: "over-line", nowMs: () => t.nowMs });
}

describe("a script whose reply is lost and which is sent again", () => {
  test("claims once: the first fence, one submit, and the right to send for the one caller", async () => {
    const ledger = await openOverLine(true);
    await accepted(t.ledger, "w-0", requestFor(2));
    await ledger.claim("w-0", 1, LEASE); // From here on Redis knows the script, so that the lost reply is the claim's.
    await accepted(t.ledger, "w-1");
    line.loseNextReply();
    const answer = await ledger.claim("w-1", 1, LEASE);
    expect(answer).toMatchObject({ kind: "claimed", record: { fence: 1, submits: 1, version: 2 } });
    expect(await recordOf(t.ledger, "w-1")).toMatchObject({ fence: 1, submits: 1, version: 2 });
    expect(await t.ledger.history("w-1")).toHaveLength(1);
  });

  test("moves once: one version, one line of history, one event", async () => {
    const ledger = await openOverLine(true);
    await accepted(t.ledger, "w-1");
    const answer = await ledger.claim("w-1", 1, LEASE);
    if (answer.kind !== "claimed") throw new Error(answer.kind);
    await ledger.move(answer.record, acceptance(7, t.nowMs));
    line.loseNextReply();
    const end = endMove("succeeded", "status-successful");
    const moved = await ledger.move({ ...answer.record, state: "processing" }, end);
    expect(moved).toEqual({ kind: "moved", version: 4, nowMs: t.nowMs });
    expect(await readEvents(t.redis.client, t.redis.prefix, "0-0", 10)).toHaveLength(1);
    expect(await t.ledger.history("w-1")).toHaveLength(3);
  });

  test("parks once, and tells once that it holds", async () => {
    const ledger = await openOverLine(true);
    await accepted(t.ledger, "w-0", requestFor(2));
    await ledger.claim("w-0", 1, LEASE);
    await ledger.gates.close("account", { reason: "TEST", untilMs: t.nowMs + 60_000 });
    await accepted(t.ledger, "w-1");
    line.loseNextReply();
    expect(await ledger.claim("w-1", 1, LEASE)).toMatchObject({ kind: "gated", record: { version: 2 } });
    expect(await readEvents(t.redis.client, t.redis.prefix, "0-0", 10)).toHaveLength(1);
  });

  test("accepts once, and closes a gate once, without doubling its wait", async () => {
    const ledger = await openOverLine(true);
    await accepted(ledger, "w-0", requestFor(2));
    line.loseNextReply();
    const [answer] = await ledger.accept([{ reference: "w-1", request: requestFor(1) }]);
    expect(answer?.record).toMatchObject({ version: 1, state: "queued" });
    expect(await t.ledger.counts()).toMatchObject({ queued: 2 });
    const backoff = { reason: "TEST", firstMs: 30_000, delayMsMax: 900_000 };
    await ledger.gates.close("operator:1", backoff);
    line.loseNextReply();
    expect(await ledger.gates.close("operator:2", backoff)).toBe(t.nowMs + 30_000);
    expect((await ledger.gates.closed()).map(({ closings }) => closings)).toEqual([1, 1]);
  });
});

describe("with the client as we run it, which sends nothing again", () => {
  test("a claim whose reply is lost is nobody's: its caller may not send, and nobody else is granted it", async () => {
    const ledger = await openOverLine(false);
    await accepted(t.ledger, "w-0", requestFor(2));
    await ledger.claim("w-0", 1, LEASE);
    await accepted(t.ledger, "w-1");
    line.loseNextReply();
    await expect(ledger.claim("w-1", 1, LEASE)).rejects.toThrow(LedgerUnavailableError);
    expect((await t.ledger.claim("w-1", 1, LEASE)).kind).toBe("stale");
    expect(await recordOf(t.ledger, "w-1")).toMatchObject({ state: "submitting", fence: 1 });
  });

  test("two ledgers of one process never answer from each other's operations", async () => {
    const ledger = await openOverLine(false);
    const twin = await t.another({ processId: "over-line" });
    await accepted(t.ledger, "w-1");
    expect((await ledger.claim("w-1", 1, LEASE)).kind).toBe("claimed");
    expect((await twin.claim("w-1", 1, LEASE)).kind).toBe("stale");
  });
});
