/** Gates, lists and alarms on real Redis: what holds rows back, finds them, and wakes them. */
import type { Move } from "@surefill/topup";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  acceptance,
  accepted,
  claimed,
  LEASE,
  openTestLedger,
  recordOf,
  requestFor,
  type TestLedger,
} from "../../support/test-ledger.js";

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

describe("a gate", () => {
  const backoff = { reason: "X", firstMs: 30_000, delayMsMax: 900_000 };

  test("that closes again and again waits twice as long each time, up to the longest wait", async () => {
    const waits: number[] = [];
    for (let closing = 0; closing < 8; closing += 1) {
      const untilMs = await t.ledger.gates.close("account", backoff);
      waits.push((untilMs - t.nowMs) / 1_000);
      t.nowMs = untilMs + 1;
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
    expect(await t.ledger.gates.closed()).toEqual([]);
  });

  test("that is closed already is not pushed on by others who find it so", async () => {
    const untilMs = await t.ledger.gates.close("account", backoff);
    t.nowMs += 10_000;
    expect(await t.ledger.gates.close("account", backoff)).toBe(untilMs);
    expect(await t.ledger.gates.closed()).toMatchObject([{ closings: 1 }]);
  });

  test("that stayed open for as long as the longest wait starts small again", async () => {
    const firstMs = await t.ledger.gates.close("account", backoff);
    t.nowMs = firstMs + 900_000 - 1;
    const secondMs = await t.ledger.gates.close("account", backoff);
    expect(secondMs - t.nowMs).toBe(60_000);
    t.nowMs = secondMs + 900_000;
    expect((await t.ledger.gates.close("account", backoff)) - t.nowMs).toBe(30_000);
  });

  test("closed until a time can be extended and never shortened", async () => {
    const untilMs = t.nowMs + 60_000;
    await t.ledger.gates.close("account", { reason: "A", untilMs });
    expect(await t.ledger.gates.close("account", { reason: "B", untilMs: untilMs - 1 })).toBe(untilMs);
    expect(await t.ledger.gates.closed()).toMatchObject([{ reason: "A", untilMs }]);
    expect(await t.ledger.gates.close("account", { reason: "C", untilMs: untilMs + 1 })).toBe(untilMs + 1);
    expect(await t.ledger.gates.closed()).toMatchObject([{ reason: "C", untilMs: untilMs + 1 }]);
  });

  test("counts as closed since the first of the closings that follow one another", async () => {
    const sinceMs = t.nowMs;
    for (let closing = 0; closing < 3; closing += 1) {
      const untilMs = await t.ledger.gates.close("account", { ...backoff, detail: "HTTP 503" });
      expect(await t.ledger.gates.closed()).toMatchObject([{ sinceMs, closings: closing + 1, detail: "HTTP 503" }]);
      t.nowMs = untilMs + 1;
    }
    t.nowMs += 900_000;
    await t.ledger.gates.close("account", backoff);
    expect(await t.ledger.gates.closed()).toMatchObject([{ sinceMs: t.nowMs, closings: 1 }]);
  });

  test("that is extended before its end stays closed since then", async () => {
    const sinceMs = t.nowMs;
    await t.ledger.gates.close("account", { reason: "A", untilMs: t.nowMs + 1_000 });
    t.nowMs += 500;
    await t.ledger.gates.close("account", { reason: "A", untilMs: t.nowMs + 1_000 });
    expect(await t.ledger.gates.closed()).toMatchObject([{ sinceMs }]);
    t.nowMs += 1_001;
    await t.ledger.gates.close("account", { reason: "A", untilMs: t.nowMs + 1_000 });
    expect(await t.ledger.gates.closed()).toMatchObject([{ sinceMs: t.nowMs }]);
  });

  test("that an earlier version closed is shown without since, and closes again", async () => {
    await t.redis.client.zadd(`${t.redis.prefix}:{0}:gates`, t.nowMs + 1_000, "account");
    await t.redis.client.hset(`${t.redis.prefix}:{0}:gate-info`, "account", "2|X");
    expect(await t.ledger.gates.closed()).toEqual([
      { name: "account", reason: "X", closings: 2, untilMs: t.nowMs + 1_000 },
    ]);
    t.nowMs += 1_001;
    await t.ledger.gates.close("account", backoff);
    expect(await t.ledger.gates.closed()).toMatchObject([{ sinceMs: t.nowMs, closings: 3 }]);
  });

  test("tells each closing and opening once, whoever asks, and an extension not at all", async () => {
    const other = await t.another();
    const sinceMs = t.nowMs;
    const untilMs = await t.ledger.gates.close("account", backoff);
    await t.ledger.gates.close("account", { reason: "X", untilMs: untilMs + 1_000 });
    const news = [await t.ledger.gates.takeNews(10_000), await other.gates.takeNews(10_000)];
    expect(news).toEqual([
      [{ change: "closed", name: "account", reason: "X", closings: 1, sinceMs, atMs: untilMs }],
      [],
    ]);
    t.nowMs = untilMs + 10_999;
    expect(await other.gates.takeNews(10_000)).toEqual([]);
    t.nowMs += 1;
    expect(await other.gates.takeNews(10_000)).toMatchObject([
      { change: "opened", name: "account", atMs: untilMs + 1_000 },
    ]);
    await t.ledger.gates.close("operator:1", backoff);
    await t.ledger.gates.open("operator:1");
    expect(await t.ledger.gates.takeNews(10_000)).toMatchObject([
      { change: "closed" },
      { change: "opened", atMs: t.nowMs },
    ]);
    t.nowMs += 60_000;
    expect(await t.ledger.gates.takeNews(10_000)).toEqual([]);
  });

  test("that is opened lets claims through at once and forgets its closings", async () => {
    await accepted(t.ledger, "g-1");
    await t.ledger.gates.close("account", backoff);
    expect((await t.ledger.claim("g-1", 1, LEASE)).kind).toBe("gated");
    await t.ledger.gates.open("account");
    expect(await t.ledger.gates.closed()).toEqual([]);
    expect((await t.ledger.claim("g-1", 1, LEASE)).kind).toBe("claimed");
    expect((await t.ledger.gates.close("account", backoff)) - t.nowMs).toBe(30_000);
  });

  test("that opened long ago is forgotten, and one that is closed is not", async () => {
    await t.ledger.gates.close("operator:1", { reason: "X", untilMs: t.nowMs + 1_000 });
    await t.ledger.gates.close("account", { reason: "X", untilMs: t.nowMs + 7_200_000 });
    t.nowMs += 3_602_000;
    await t.ledger.gates.forgetOld(3_600_000);
    expect((await t.ledger.gates.closed()).map(({ name }) => name)).toEqual(["account"]);
    expect(await t.redis.client.zcard(`${t.redis.prefix}:{0}:gates`)).toBe(1);
    expect(await t.redis.client.hkeys(`${t.redis.prefix}:{0}:gate-info`)).toEqual(["account"]);
  });
});

describe("a list", () => {
  /** All references that walking the pages shows, with something done after each page. */
  async function walk(limit: number, between: (page: number) => Promise<unknown> = async () => undefined) {
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 1; page <= 50; page += 1) {
      const answer = await t.ledger.list({ state: "queued" }, { limit, ...(cursor !== undefined && { cursor }) });
      seen.push(...answer.records.map(({ reference }) => reference));
      cursor = answer.nextCursor;
      if (cursor === undefined) return seen;
      await between(page);
    }
    throw new Error("the pages do not end");
  }
  const accept = (count: number, prefix = "l") =>
    t.ledger.accept(
      Array.from({ length: count }, (_, n) => ({
        reference: `${prefix}-${String(n).padStart(3, "0")}`,
        request: requestFor(n),
      })),
    );
  const back: Move = { to: "queued", because: "not-sent", patch: {}, dueAtMs: 1 };
  async function touch(reference: string) {
    t.nowMs += 1;
    const answer = await t.ledger.claim(reference, 1, LEASE);
    if (answer.kind === "claimed") await t.ledger.move(answer.record, back);
  }

  test("shows every row once, newest first, though all came in one millisecond", async () => {
    await accept(45);
    t.nowMs += 1;
    await accept(1, "newer");
    const seen = await walk(7);
    expect(seen).toHaveLength(46);
    expect(new Set(seen).size).toBe(46);
    expect(seen[0]).toBe("newer-000");
    expect(await walk(46)).toEqual(seen);
  });

  test("goes on behind the last row shown, also when that row has left or come back as the newest", async () => {
    await accept(30);
    const whole = await walk(100);
    const touched: string[] = [];
    const seen = await walk(7, async (page) => {
      const last = whole[page * 7 - 1] ?? "";
      touched.push(last);
      if (page % 2 === 1) await touch(last);
      else await t.ledger.claim(last, 1, LEASE);
    });
    expect(seen).toEqual(whole);
    expect(touched).toHaveLength(4);
  });

  test("is not shifted by rows that arrive or leave between two pages", async () => {
    await accept(30);
    const whole = await walk(100);
    const seen = await walk(7, async (page) => {
      t.nowMs += 1;
      await accept(3, `new${page}`);
      await t.ledger.claim(whole[page - 1] ?? "", 1, LEASE);
    });
    expect(seen).toEqual(whole);
  });

  test.each([
    "",
    "x",
    "MTIz",
    "!!!",
    "9".repeat(5_000),
    Buffer.from("1:a/b").toString("base64url"),
    Buffer.from("-1:a").toString("base64url"),
  ])("refuses the cursor %j, which it never gave out", async (cursor) => {
    await accept(1);
    await expect(t.ledger.list({ state: "queued" }, { limit: 5, cursor })).rejects.toThrow(RangeError);
  });

  test("finds top-ups by phone, campaign and transaction", async () => {
    const record = await claimed(t.ledger, "l-1", requestFor(1, { campaign: "spring" }));
    await t.ledger.move(record, acceptance(7, t.nowMs));
    await accepted(t.ledger, "l-2", requestFor(2));
    const found = async (filter: Parameters<typeof t.ledger.list>[0]) =>
      (await t.ledger.list(filter, { limit: 5 })).records.map(({ reference }) => reference);
    expect(await found({ phone: "2348030000001" })).toEqual(["l-1"]);
    expect(await found({ campaign: "spring" })).toEqual(["l-1"]);
    expect(await found({ transactionId: 7 })).toEqual(["l-1"]);
    expect(await found({ phone: "2348039999999" })).toEqual([]);
    expect(await found({ transactionId: 8 })).toEqual([]);
    expect(await t.ledger.records([])).toEqual([]);
    expect((await t.ledger.records(["l-2", "nobody", "l-1"])).map(({ reference }) => reference)).toEqual([
      "l-2",
      "l-1",
    ]);
  });
});

describe("an alarm", () => {
  test("that did not ring in time is found by the sweeper, the most overdue first", async () => {
    await accepted(t.ledger, "s-1");
    t.nowMs += 1_000;
    await accepted(t.ledger, "s-2", requestFor(2));
    expect(await t.ledger.overdue(1, 10)).toEqual(["s-1"]);
    t.nowMs += 1_000;
    expect(await t.ledger.overdue(1_000, 10)).toEqual(["s-1", "s-2"]);
    expect(await t.ledger.overdue(1_000, 1)).toEqual(["s-1"]);
    expect(await t.ledger.oldestDueAtMs()).toBe(t.nowMs - 2_000);
  });

  test("is put anew for an unchanged record, and not for one that moved", async () => {
    const record = await accepted(t.ledger, "s-1");
    t.nowMs += 60_000;
    expect(await t.ledger.ring(record, t.nowMs + 5_000.4)).toBe(true);
    expect(await t.ledger.overdue(0, 10)).toEqual([]);
    expect(await recordOf(t.ledger, "s-1")).toEqual({ ...record, dueAtMs: t.nowMs + 5_000 });
    await t.ledger.claim("s-1", 1, LEASE);
    expect(await t.ledger.ring(record, t.nowMs)).toBe(false);
    expect((await recordOf(t.ledger, "s-1")).dueAtMs).toBe(t.nowMs + LEASE.leaseMs);
  });

  test("is never put for a top-up that has ended", async () => {
    const record = await accepted(t.ledger, "s-1");
    await t.ledger.move(record, { to: "cancelled", because: "withdrawn", patch: {} });
    expect(await t.ledger.ring(await recordOf(t.ledger, "s-1"), t.nowMs)).toBe(false);
    expect(await t.ledger.oldestDueAtMs()).toBeUndefined();
  });
});
