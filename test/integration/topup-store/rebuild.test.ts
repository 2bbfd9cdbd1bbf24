/** What a rebuild writes into a ledger that has lost data, one atomic step each, and what others see of it meanwhile. */

import { rebuildLedger } from "@surefill/audit";
import { acceptedMove, DEFAULT_TIMINGS, endMove, type TopupRecord } from "@surefill/topup";
import {
  encodeAsked,
  type Intent,
  intentLine,
  type Ledger,
  LedgerLostError,
  LedgerRebuild,
  LedgerWatch,
  type Recreation,
  readJournalLine,
  Sightings,
  voidLine,
  witnessedIn,
} from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
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

const known = () => [{ epoch: t.ledger.witness.epoch, sequence: t.ledger.witness.sequence }];
const openRebuild = (witnessed = known()) =>
  LedgerRebuild.open(t.redis.client, { prefix: t.redis.prefix, known: witnessed, nowMs: () => t.nowMs });

/** Everything under the prefix is gone. */
async function loseAll(): Promise<void> {
  const keys = await t.redis.client.keys(`${t.redis.prefix}*`);
  if (keys.length > 0) await t.redis.client.del(...keys);
}

const recreation = (changes: Partial<Recreation> = {}): Recreation =>
  ({
    reference: "r-1",
    attempt: 1,
    fence: 2,
    grantedAtMs: t.nowMs - 5_000,
    acceptedAtMs: t.nowMs - 9_000,
    operatorId: 341,
    request: encodeAsked({ request: requestFor(1, { metadata: { shop: "7" } }) }),
    content: "known",
    state: "unknown",
    ...changes,
  }) as Recreation;

/** A rebuild of all that was lost, and the ledger as a process sees it that knew the lost one. */
async function rebuilt(...wanted: Recreation[]): Promise<Ledger> {
  const rebuild = await openRebuild();
  for (const each of wanted) expect(await rebuild.recreate(each)).toBe("recreated");
  await rebuild.begin();
  return t.another();
}

describe("a top-up that is made anew", () => {
  test("is open, due at once, claimed by nobody, and found by recipient and state", async () => {
    await loseAll();
    const ledger = await rebuilt(recreation());
    const record = await recordOf(ledger, "r-1");
    expect(record).toMatchObject({
      state: "unknown",
      attempt: 1,
      fence: 2,
      submits: 2,
      rounds: 1,
      version: 3,
      operatorId: 341,
      grantedAtMs: t.nowMs - 5_000,
      acceptedAtMs: t.nowMs - 9_000,
      enteredAtMs: t.nowMs,
      dueAtMs: t.nowMs,
      request: requestFor(1, { metadata: { shop: "7" } }),
    });
    expect(await ledger.overdue(0, 10)).toEqual(["r-1"]);
    expect((await ledger.list({ phone: "2348030000001" }, { limit: 1 })).records).toEqual([record]);
    expect((await ledger.list({ state: "unknown" }, { limit: 1 })).records).toEqual([record]);
    expect(await ledger.history("r-1")).toMatchObject([{ from: "submitting", to: "unknown", because: "recreated" }]);
    expect((await ledger.claim("r-1", 1, LEASE)).kind).toBe("stale");
  });

  test("is polled where its transaction is known, and found by it", async () => {
    await loseAll();
    const ledger = await rebuilt(recreation({ state: "processing", transactionId: 71 }));
    const record = await recordOf(ledger, "r-1");
    expect(record).toMatchObject({ state: "processing", transactionId: 71, processingSinceMs: t.nowMs, rounds: 0 });
    expect((await ledger.list({ transactionId: 71 }, { limit: 1 })).records).toEqual([record]);
  });

  test("is the one that its caller sends again, and no other content is taken for it", async () => {
    await loseAll();
    const ledger = await rebuilt(recreation());
    const send = (request: TopupRecord["request"]) => ledger.accept([{ reference: "r-1", request }]);
    expect(await send(requestFor(1, { metadata: { shop: "7" } }))).toMatchObject([{ kind: "exists" }]);
    expect(await send(requestFor(1, { metadata: { shop: "8" } }))).toMatchObject([{ kind: "conflict" }]);
  });

  test("from the report alone is the one that its caller sends again, whatever else the caller had asked for", async () => {
    await loseAll();
    const ledger = await rebuilt(recreation({ content: "any", request: encodeAsked({ request: requestFor(1) }) }));
    const again = { reference: "r-1", request: requestFor(1, { metadata: { shop: "8" }, operatorId: "auto" }) };
    expect(await ledger.accept([again])).toMatchObject([{ kind: "exists", record: { state: "unknown" } }]);
  });

  test("is left alone when its transaction is another top-up's", async () => {
    await loseAll();
    const rebuild = await openRebuild();
    const one = recreation({ state: "processing", transactionId: 71 });
    expect(await rebuild.recreate(one)).toBe("recreated");
    expect(await rebuild.recreate({ ...one, reference: "r-2" })).toBe("taken");
    expect(await rebuild.records(["r-1", "r-2"])).toHaveProperty("size", 1);
  });
});

describe("a top-up that is brought forward", () => {
  test("leaves its gate, its hold and its indexes, and keeps what its former attempt was given", async () => {
    await accepted(t.ledger, "r-1");
    await t.ledger.gates.close("account", { reason: "X", untilMs: t.nowMs + 60_000 });
    const gated = await t.ledger.claim("r-1", 1, LEASE);
    if (gated.kind !== "gated") throw new Error(gated.kind);
    const rebuild = await openRebuild();
    expect(await rebuild.recreate(recreation({ ifVersion: gated.record.version, fence: 1 }))).toBe("recreated");
    const record = await recordOf(t.ledger, "r-1");
    expect(record).toMatchObject({ state: "unknown", fence: 1, submits: 1 });
    expect(record).not.toHaveProperty("holdReason");
    expect(record).not.toHaveProperty("holdUntilMs");
    expect(await t.ledger.gates.parkedAt("account", 10)).toEqual([]);
    expect(await t.ledger.counts()).toMatchObject({ held: 0, unknown: 1 });
  });

  test("keeps the transaction of an attempt that is over as evidence", async () => {
    const record = await claimed(t.ledger, "r-1");
    const context = { nowMs: t.nowMs, random: () => 0.5, timings: DEFAULT_TIMINGS };
    await t.ledger.move(record, acceptedMove(71, "accepted-by-provider", context));
    const { version } = await recordOf(t.ledger, "r-1");
    const rebuild = await openRebuild();
    const next = recreation({ ifVersion: version, attempt: 2, fence: 2, state: "processing", transactionId: 72 });
    expect(await rebuild.recreate(next)).toBe("recreated");
    expect(await recordOf(t.ledger, "r-1")).toMatchObject({
      state: "processing",
      attempt: 2,
      transactionId: 72,
      evidence: [{ attempt: 1, transactionId: 71 }],
    });
  });

  test("is not written over when it has changed since it was looked at", async () => {
    const record = await claimed(t.ledger, "r-1");
    const rebuild = await openRebuild();
    expect(await rebuild.recreate(recreation({ ifVersion: record.version - 1 }))).toBe("changed");
    expect(await rebuild.recreate(recreation())).toBe("changed");
    expect(await recordOf(t.ledger, "r-1")).toEqual(record);
  });

  test("refuses the late word of whoever had claimed it, which is kept as evidence", async () => {
    const record = await claimed(t.ledger, "r-1");
    const rebuild = await openRebuild();
    await rebuild.recreate(recreation({ ifVersion: record.version, fence: record.fence }));
    const context = { nowMs: t.nowMs, random: () => 0.5, timings: DEFAULT_TIMINGS };
    const late = await t.ledger.move(record, acceptedMove(71, "accepted-by-provider", context));
    expect(late).toMatchObject({ kind: "stale", record: { state: "unknown" } });
  });
});

describe("until the new epoch begins", () => {
  test("everybody goes on being refused, and after it everybody who knew the lost ledger goes on", async () => {
    await claimed(t.ledger, "r-1");
    const other = await t.another();
    const before = known();
    await loseAll();
    const rebuild = await openRebuild(before);
    await rebuild.recreate(recreation());
    await expect(t.ledger.look("r-1")).rejects.toThrow(LedgerLostError);
    const starting = await t.another({ known: before });
    expect(starting.witness.lost).toMatchObject({ loss: "missing" });
    const epoch = await rebuild.begin();
    for (const ledger of [t.ledger, other, starting]) {
      await expect.poll(() => ledger.check().then(() => ledger.witness.epoch, String)).toBe(epoch);
      expect((await recordOf(ledger, "r-1")).state).toBe("unknown");
      // The recipients' key is a new one, and everybody files by it.
      expect((await ledger.list({ phone: "2348030000001" }, { limit: 1 })).records).toHaveLength(1);
    }
  });

  test("a second rebuild names the epoch of the first, and of whoever was there before", async () => {
    await accepted(t.ledger, "r-1");
    const first = known();
    await loseAll();
    const second = await (await openRebuild(first)).begin();
    const stranger = [{ epoch: "of-a-newcomer", sequence: 3 }];
    await (await openRebuild(stranger)).begin();
    expect(await t.redis.client.hget(`${t.redis.prefix}:{0}:meta`, "ancestors")).toBe(
      [first[0]?.epoch, "of-a-newcomer", second].join(" "),
    );
    for (const witnessed of [first, stranger, [{ epoch: second, sequence: 1 }]]) {
      expect((await t.another({ known: witnessed })).witness.lost).toBeUndefined();
    }
  });
});

describe("a rebuild that is killed before its end", () => {
  test("is run again: it writes nothing twice, and ends what the first one began", async () => {
    const intents: Intent[] = [];
    for (const [index, reference] of ["r-1", "r-2", "r-3"].entries()) {
      const record = await claimed(t.ledger, reference, requestFor(index));
      const line = readJournalLine(intentLine(record, t.ledger.witness));
      if (line?.kind === "intent") intents.push(line);
    }
    const before = known();
    await loseAll();
    const run = async (untilNothingIsSent: () => Promise<void>) =>
      rebuildLedger(
        {
          ledger: await openRebuild(before),
          async *intents() {
            yield* intents;
          },
          untilNothingIsSent,
          onProgress: () => undefined,
          signal: new AbortController().signal,
        },
        { reportFromMs: 0, isDryRun: false },
      );
    const killed = run(async () => {
      throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    const references = intents.map(({ reference }) => reference);
    const written = await (await openRebuild(before)).records(references);
    expect(written.size).toBe(3);
    await expect(t.ledger.check()).rejects.toThrow(LedgerLostError);

    const report = await run(async () => undefined);
    expect(report).toMatchObject({ loss: "missing", intents: 3, recreated: { unknown: [], processing: [] } });
    expect(report.epoch).not.toBeNull();
    expect(await (await openRebuild(before)).records(references)).toEqual(written);
  });

  test("takes a claim over that was written down while it ran", async () => {
    const record = await claimed(t.ledger, "r-1");
    const line = readJournalLine(intentLine(record, t.ledger.witness));
    const before = known();
    await loseAll();
    const journal: Intent[] = [];
    const report = await rebuildLedger(
      {
        ledger: await openRebuild(before),
        async *intents() {
          yield* journal;
        },
        async untilNothingIsSent() {
          if (line?.kind === "intent") journal.push(line);
        },
        onProgress: () => undefined,
        signal: new AbortController().signal,
      },
      { reportFromMs: 0, isDryRun: false },
    );
    expect(report).toMatchObject({ intents: 1, recreated: { unknown: ["r-1"] } });
  });
});

test("what was refused for certain, and withdrawn before the loss, is not made anew; a later claim of it is", async () => {
  const lines: string[] = [];
  for (const reference of ["withdrawn", "sent-again"]) {
    const record = await claimed(t.ledger, reference);
    lines.push(intentLine(record, t.ledger.witness), voidLine(record, t.ledger.witness, t.nowMs));
    const refused = { to: "queued", because: "not-sent", patch: {}, dueAtMs: t.nowMs } as const;
    await t.ledger.move(record, refused);
  }
  await t.ledger.move(await recordOf(t.ledger, "withdrawn"), endMove("cancelled", "withdrawn"));
  const again = await t.ledger.claim("sent-again", 1, LEASE);
  if (again.kind !== "claimed") throw new Error(again.kind);
  lines.push(intentLine(again.record, t.ledger.witness));
  const before = known();
  await loseAll();
  const report = await rebuildLedger(
    {
      ledger: await openRebuild(before),
      async *intents() {
        // Files are read in any order.
        for (const line of lines.toReversed().map(readJournalLine)) {
          if (line !== undefined && line.kind !== "witness") yield line;
        }
      },
      untilNothingIsSent: async () => undefined,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    },
    { reportFromMs: 0, isDryRun: false },
  );
  expect(report.recreated).toEqual({ unknown: ["sent-again"], processing: [] });
  expect((await recordOf(await t.another(), "sent-again")).fence).toBe(2);
});

describe("the time from which on audits mind what no top-up made", () => {
  const firstMs = () =>
    new Sightings(t.redis.client, {
      ...t.redis,
      witness: t.ledger.witness,
      owner: "a",
      nowMs: () => t.nowMs,
    }).firstMs();

  test("is any time once the ledger was gone, whoever audited what was left", async () => {
    const before = known();
    expect(await firstMs()).toBe(t.nowMs);
    await loseAll();
    t.nowMs += 5_000;
    expect(await firstMs()).toBe(t.nowMs);
    await (await openRebuild(before)).begin();
    expect(await firstMs()).toBe(0);
  });

  test("is any time where another ledger stood in its place", async () => {
    expect(await firstMs()).toBe(t.nowMs);
    await (await openRebuild([{ epoch: "of-the-lost-one", sequence: 3 }])).begin();
    expect(await firstMs()).toBe(0);
  });

  test("stays as it was in a ledger that was only behind", async () => {
    const auditedFromMs = await firstMs();
    t.nowMs += 5_000;
    const ahead = known().map(({ epoch, sequence }) => ({ epoch, sequence: sequence + 10 }));
    const rebuild = await openRebuild(ahead);
    expect(rebuild.loss).toMatchObject({ loss: "behind" });
    await rebuild.begin();
    expect(await firstMs()).toBe(auditedFromMs);
  });
});

describe("the watch over a ledger", () => {
  test("writes down how far the ledger has come, once for each change, and nothing of a lost one", async () => {
    const lines: string[] = [];
    const changes: (string | undefined)[] = [];
    const watch = new LedgerWatch({
      readLastLines: async () => [],
      onComparing: () => undefined,
      ledger: t.ledger,
      log: { isHealthy: true, check: async () => undefined, append: async (line) => void lines.push(line) },
      nowMs: () => t.nowMs,
      onChange: (lost) => changes.push(lost?.loss),
      onUnwritable: () => undefined,
    });
    await watch.look();
    await watch.look();
    await accepted(t.ledger, "r-1");
    await watch.look();
    expect(lines).toHaveLength(2);
    expect(witnessedIn(["torn {", ...lines, "{}"])).toEqual(known());

    const meta = `${t.redis.prefix}:{0}:meta`;
    await t.redis.client.rename(meta, `${meta}-aside`);
    await watch.look();
    await watch.look();
    await t.redis.client.rename(`${meta}-aside`, meta);
    await watch.look();
    expect(changes).toEqual(["missing", undefined]);
    expect(lines).toHaveLength(2);
  });

  test("tells once that nothing can be written down, goes on trying, and tells again only after it could", async () => {
    const told: unknown[] = [];
    let isFull = true;
    let written = 0;
    const watch = new LedgerWatch({
      readLastLines: async () => [],
      onComparing: () => undefined,
      ledger: t.ledger,
      log: {
        get isHealthy() {
          return !isFull;
        },
        check: async () => undefined,
        append: async () => {
          if (isFull) throw new Error("ENOSPC");
          written += 1;
        },
      },
      nowMs: () => t.nowMs,
      onChange: () => undefined,
      onUnwritable: (error) => told.push(error),
    });
    for (const _ of [1, 2, 3]) await watch.look();
    expect(told).toHaveLength(1);
    isFull = false;
    await watch.look();
    expect(written).toBe(1);
    isFull = true;
    await accepted(t.ledger, "r-1");
    for (const _ of [1, 2]) await watch.look();
    expect(told).toHaveLength(2);
  });
});
