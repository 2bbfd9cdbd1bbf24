/** What stays when a record is old, what a record costs, and that the event log is read without a gap. */
import { endMove, type Move, nextAttemptMove } from "@surefill/topup";
import { followEvents, LOG_START, readEvents } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  acceptance,
  accepted,
  claimed,
  openTestLedger,
  recordOf,
  requestFor,
  type TestLedger,
} from "../../support/test-ledger.js";

const DAY_MS = 86_400_000;
let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

/** Every key under the prefix with all it holds, as one text: what somebody finds who dumps this Redis. */
async function dump(): Promise<string> {
  const { client, prefix } = t.redis;
  const parts: string[] = [];
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 })) {
    for (const key of keys) {
      const type = await client.type(key);
      const held = {
        string: () => client.get(key),
        hash: () => client.hgetall(key),
        list: () => client.lrange(key, 0, -1),
        set: () => client.smembers(key),
        zset: () => client.zrange(key, "0", "-1", "WITHSCORES"),
        stream: () => client.xrange(key, "-", "+"),
      }[type];
      if (held === undefined) throw new Error(`nobody reads a ${type}`);
      parts.push(`${key} = ${JSON.stringify(await held())}`);
    }
  }
  return parts.toSorted().join("\n"); // Redis lists its keys in no order: a growing table is listed in another one.
}

describe("retention", () => {
  const CANARIES = [
    "2348039998887",
    "12125557776",
    "canary-note",
    "9876-PIN",
    "OPTX-CANARY",
    "vera-the-operator",
    "because-vera-says",
  ];
  const request = requestFor(1, {
    recipientPhone: { countryCode: "NG", number: "2348039998887" },
    senderPhone: { countryCode: "US", number: "12125557776" },
    campaign: "spring",
    metadata: { note: "canary-note" },
  });

  /** A top-up that went through everything: two attempts, evidence, a verdict, a PIN. */
  async function longLife() {
    const record = await claimed(t.ledger, "r-1", request);
    await t.ledger.move(record, acceptance(71, t.nowMs));
    const hold: Move = {
      to: "held",
      because: "status-failed",
      patch: { holdReason: "failed", holdUntilMs: t.nowMs },
      dueAtMs: t.nowMs,
    };
    await t.ledger.move({ ...record, state: "processing" }, hold);
    const held = await recordOf(t.ledger, "r-1");
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    const answer = await t.ledger.claim("r-1", 2, { leaseMs: 1, holdJitterMs: 0 });
    if (answer.kind !== "claimed") throw new Error(answer.kind);
    await t.ledger.move(answer.record, acceptance(72, t.nowMs));
    await t.ledger.move({ ...answer.record, state: "processing" }, endMove("review", "processing-for-too-long"));
    await t.ledger.addEvidence("r-1", 2, 73);
    const settlement = {
      cost: "4.75",
      costCurrency: "USD",
      operatorTransactionId: "OPTX-CANARY",
      pin: { code: "9876-PIN" },
    };
    const verdict = { settlement, resolvedBy: "vera-the-operator", resolvedReason: "because-vera-says" };
    await t.ledger.move({ ...answer.record, state: "review" }, endMove("succeeded", "resolved-by-operator", verdict));
  }

  test("leaves nothing personal anywhere, and the outcome and the reference for ever", async () => {
    await longLife();
    const before = await dump();
    for (const canary of CANARIES) expect(before, canary).toContain(canary);
    const final = await recordOf(t.ledger, "r-1");
    t.nowMs += 90 * DAY_MS;
    expect(await t.ledger.shrinkOld(90 * DAY_MS, 10)).toBe(0);
    t.nowMs += 1;
    expect(await t.ledger.shrinkOld(90 * DAY_MS, 10)).toBe(1);
    expect(await t.ledger.shrinkOld(90 * DAY_MS, 10)).toBe(0);

    const after = await dump();
    for (const canary of CANARIES) expect(after, canary).not.toContain(canary);
    expect(after).not.toContain(t.ledger.recipientHash("2348039998887"));
    const keys = after.split("\n").map((line) => line.split(" = ")[0]?.split("}:")[1]);
    expect(keys.toSorted()).toEqual(["accepted-at", "events", "meta", "t:r-1"]);

    const tombstone = await recordOf(t.ledger, "r-1");
    expect(tombstone).toMatchObject({
      state: "succeeded",
      attempt: 2,
      enteredAtMs: final.enteredAtMs,
      transactionId: 72,
      settlement: { cost: "4.75", costCurrency: "USD" },
    });
    expect(await t.ledger.accept([{ reference: "r-1", request }])).toEqual([{ kind: "exists", record: tombstone }]);
    const [other] = await t.ledger.accept([{ reference: "r-1", request: { ...request, amount: "6" } }]);
    expect(other?.kind).toBe("conflict");
    expect(await t.ledger.history("r-1")).toEqual([]);
    expect((await t.ledger.counts()).succeeded).toBe(0);
    expect((await t.ledger.claim("r-1", 2, { leaseMs: 1, holdJitterMs: 0 })).kind).toBe("stale");
  });

  test("never touches what is open or in review, however old", async () => {
    await accepted(t.ledger, "r-1", request);
    const record = await claimed(t.ledger, "r-2", requestFor(2));
    await t.ledger.move(record, endMove("review", "several-provider-rows"));
    const before = await dump();
    t.nowMs += 1_000 * DAY_MS;
    expect(await t.ledger.shrinkOld(DAY_MS, 10)).toBe(0);
    expect(await dump()).toBe(before);
  });

  test("cannot be undone by trying all phone numbers: what stays is keyed", async () => {
    await longLife();
    const digest = await t.redis.client.hget(`${t.redis.prefix}:{0}:t:r-1`, "digest");
    const stranger = await openTestLedger();
    try {
      await accepted(stranger.ledger, "r-1", request);
      expect(await stranger.redis.client.hget(`${stranger.redis.prefix}:{0}:t:r-1`, "digest")).not.toBe(digest);
    } finally {
      await stranger.close();
    }
  });
});

describe("memory", () => {
  test("of a pending and of a final top-up is printed, and a record stays in Redis's compact form", async () => {
    const COUNT = 500;
    const usedBytes = async () => {
      let bytes = 0;
      for await (const keys of t.redis.client.scanStream({ match: `${t.redis.prefix}*`, count: 1_000 })) {
        for (const key of keys) bytes += Number(await t.redis.client.memory("USAGE", key, "SAMPLES", 0));
      }
      return bytes;
    };
    await t.ledger.accept(
      Array.from({ length: COUNT }, (_, n) => ({ reference: `campaign-2026-row-${n}`, request: requestFor(n) })),
    );
    const pendingBytes = await usedBytes();
    for (let n = 0; n < COUNT; n += 1) {
      const answer = await t.ledger.claim(`campaign-2026-row-${n}`, 1, { leaseMs: 120_000, holdJitterMs: 0 });
      if (answer.kind !== "claimed") throw new Error(answer.kind);
      await t.ledger.move(answer.record, acceptance(90_000_000 + n, t.nowMs));
      const settlement = { cost: "4.75000", costCurrency: "USD", delivered: "2000.00", deliveredCurrency: "NGN" };
      await t.ledger.move(
        { ...answer.record, state: "processing" },
        { ...endMove("succeeded", "status-successful", { settlement, code: null }), latencyMs: 120 },
      );
    }
    const finalBytes = await usedBytes();
    console.log(
      `bytes per top-up in Redis: pending ${Math.round(pendingBytes / COUNT)}, final ${Math.round(finalBytes / COUNT)}`,
    );
    expect(await t.redis.client.object("ENCODING", `${t.redis.prefix}:{0}:t:campaign-2026-row-7`)).toBe("listpack");
  });
});

describe("the event log", () => {
  async function cancel(count: number, prefix: string) {
    for (let n = 0; n < count; n += 1) {
      const record = await accepted(t.ledger, `${prefix}-${n}`, requestFor(n));
      await t.ledger.move(record, endMove("cancelled", "withdrawn"));
    }
  }

  test("is read in pieces without a gap or a double", async () => {
    await cancel(9, "e");
    const seen: string[] = [];
    let cursor = LOG_START;
    for (;;) {
      const events = await readEvents(t.redis.client, t.redis.prefix, cursor, 4);
      if (events.length === 0) break;
      seen.push(...events.map((event) => ("reference" in event ? event.reference : event.type)));
      cursor = events.at(-1)?.id ?? cursor;
    }
    expect(seen).toEqual(Array.from({ length: 9 }, (_, n) => `e-${n}`));
  });

  test("is followed while it grows, from the last event that was seen", async () => {
    await cancel(2, "old");
    const client = t.redis.client.duplicate({ lazyConnect: false });
    const stop = new AbortController();
    try {
      const [first] = await readEvents(t.redis.client, t.redis.prefix, LOG_START, 1);
      const seen: string[] = [];
      for await (const event of followEvents(client, t.redis.prefix, {
        after: first?.id ?? "",
        signal: stop.signal,
        limit: 2,
      })) {
        seen.push("reference" in event ? event.reference : event.type);
        if (seen.length === 1) await cancel(3, "new");
        if (seen.length === 4) stop.abort();
      }
      expect(seen).toEqual(["old-1", "new-0", "new-1", "new-2"]);
    } finally {
      client.disconnect();
    }
  });

  test("lets go of a follower that waits, when it is told to stop and its connection ends", async () => {
    const client = t.redis.client.duplicate({
      lazyConnect: true,
      commandTimeout: undefined,
      retryStrategy: () => null,
    });
    await client.connect();
    const id = await client.client("ID");
    const stop = new AbortController();
    const next = followEvents(client, t.redis.prefix, {
      after: LOG_START,
      signal: stop.signal,
      blockMs: 60_000,
    }).next();
    await expect.poll(() => t.redis.client.client("LIST", "ID", id)).toContain("cmd=xread");
    stop.abort();
    client.disconnect();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
