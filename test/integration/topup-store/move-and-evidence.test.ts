/** Moves on real Redis: compare-and-set, everything in one step, and evidence that is kept whatever happened. */
import { endMove, isCampaignEvent, type Move, nextAttemptMove, type TopupRecord } from "@surefill/topup";
import { readEvents } from "@surefill/topup-store";
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

const events = async () =>
  (await readEvents(t.redis.client, t.redis.prefix, "0-0", 100)).filter((event) => !isCampaignEvent(event));
const eventTypes = async () => (await events()).map(({ type }) => type);

describe("a move", () => {
  test.each([
    ["state", { state: "queued" }],
    ["attempt", { attempt: 2 }],
    ["fence", { fence: 2 }],
    ["older fence", { fence: 0 }],
  ] as const)("with a wrong %s is stale, changes nothing and shows where the record is", async (_, wrong) => {
    const record = await claimed(t.ledger, "m-1");
    const moved = await t.ledger.move({ ...record, ...wrong }, acceptance(7, t.nowMs));
    expect(moved).toEqual({ kind: "stale", record, nowMs: t.nowMs });
    expect(await recordOf(t.ledger, "m-1")).toEqual(record);
    expect(await t.ledger.list({ transactionId: 7 }, { limit: 1 })).toEqual({ records: [] });
  });

  test("that the table does not allow never reaches Redis", async () => {
    const record = await claimed(t.ledger, "m-1");
    await expect(t.ledger.move(record, endMove("cancelled", "withdrawn"))).rejects.toThrow(TypeError);
    expect(await t.ledger.move({ ...record, reference: "nobody" }, acceptance(7, t.nowMs))).toEqual({
      kind: "missing",
    });
  });

  test("writes record, history, index, alarm and event in one step", async () => {
    const record = await claimed(t.ledger, "m-1", requestFor(1, { campaign: "spring" }));
    await t.ledger.move(record, acceptance(7, t.nowMs));
    t.nowMs += 4_000;
    const processing = await recordOf(t.ledger, "m-1");
    const end = endMove("succeeded", "status-successful", {
      settlement: { cost: "4.75", costCurrency: "USD", pin: { code: "1234" } },
      code: null,
    });
    expect(await t.ledger.move(processing, { ...end, latencyMs: 120.6 })).toEqual({
      kind: "moved",
      version: 4,
      nowMs: t.nowMs,
    });
    const final = await recordOf(t.ledger, "m-1");
    expect(final).toMatchObject({
      state: "succeeded",
      version: 4,
      enteredAtMs: t.nowMs,
      transactionId: 7,
      settlement: { cost: "4.75", costCurrency: "USD", pin: { code: "1234" } },
    });
    expect(final).not.toHaveProperty("dueAtMs");
    expect((await t.ledger.history("m-1")).at(-1)).toEqual({
      atMs: t.nowMs,
      from: "processing",
      to: "succeeded",
      attempt: 1,
      because: "status-successful",
      latencyMs: 121,
    });
    expect(await events()).toMatchObject([
      {
        type: "topup.succeeded",
        reference: "m-1",
        version: 4,
        transactionId: 7,
        campaign: "spring",
        because: "status-successful",
      },
    ]);
    expect(await t.ledger.oldestDueAtMs()).toBeUndefined();
    expect(await t.ledger.counts()).toMatchObject({ succeeded: 1, processing: 0, submitting: 0, queued: 0 });
  });

  test("names the key in every event of a top-up that came with one, and in none of another", async () => {
    const topups = ["billing", undefined].map((caller, n) => ({
      reference: `m-${n}`,
      request: requestFor(n),
      ...(caller !== undefined && { caller }),
    }));
    await t.ledger.accept(topups);
    await t.ledger.gates.close("account", { reason: "paused", untilMs: t.nowMs + 1_000 });
    for (const { reference } of topups)
      expect(await t.ledger.claim(reference, 1, LEASE)).toMatchObject({ kind: "gated" });
    for (const { reference } of topups) {
      await t.ledger.move(await recordOf(t.ledger, reference), endMove("cancelled", "withdrawn"));
    }
    await t.ledger.addEvidence("m-0", 1, 71);
    await t.ledger.addEvidence("m-1", 1, 72);

    const types = ["topup.held", "topup.cancelled", "topup.contradicted"];
    const named = (await events()).map(({ reference, type, caller }) => `${reference} ${type} ${caller}`);
    expect(named.toSorted()).toEqual(
      [...types.map((type) => `m-0 ${type} billing`), ...types.map((type) => `m-1 ${type} undefined`)].toSorted(),
    );
  });

  test("of ten racing ones exactly one is made, and one event tells of it", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    const processing = await recordOf(t.ledger, "m-1");
    const ledgers = await Promise.all(Array.from({ length: 3 }, () => t.another()));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (ledgers[n % 3] ?? t.ledger).move(
          processing,
          endMove(n % 2 === 0 ? "succeeded" : "refunded", "status-successful"),
        ),
      ),
    );
    expect(answers.filter(({ kind }) => kind === "moved")).toHaveLength(1);
    expect(await events()).toHaveLength(1);
  });

  test("within its state changes counters and alarm, and neither history nor the time of entry", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    const before = await recordOf(t.ledger, "m-1");
    t.nowMs += 3_000;
    const again: Move = {
      to: "processing",
      because: "still-processing",
      patch: { polls: 1 },
      dueAtMs: t.nowMs + 5_000,
    };
    await t.ledger.move(before, again);
    expect(await recordOf(t.ledger, "m-1")).toEqual({ ...before, polls: 1, version: 4, dueAtMs: t.nowMs + 5_000 });
    expect(await t.ledger.history("m-1")).toHaveLength(2);
  });

  test("keeps at most sixty lines of history, the latest", async () => {
    let record = await claimed(t.ledger, "m-1");
    for (let round = 0; round < 40; round += 1) {
      const back: Move = { to: "queued", because: "not-sent", patch: { code: `N${round}|x` }, dueAtMs: t.nowMs };
      await t.ledger.move(record, back);
      const again = await t.ledger.claim("m-1", 1, LEASE);
      if (again.kind !== "claimed") throw new Error(again.kind);
      record = again.record;
    }
    const history = await t.ledger.history("m-1");
    expect(history).toHaveLength(60);
    expect(history.at(-2)).toMatchObject({ because: "not-sent", code: "N39/x" });
    expect(record.fence).toBe(41);
  });

  test("leaves no hold outside held and no lease outside submitting, whatever the decision forgot", async () => {
    await accepted(t.ledger, "m-1");
    await t.ledger.gates.close("account", { reason: "TEST", untilMs: t.nowMs + 1_000 });
    await t.ledger.claim("m-1", 1, LEASE);
    const held = await recordOf(t.ledger, "m-1");
    await t.ledger.move(held, { to: "queued", because: "operator-detected", patch: {}, dueAtMs: t.nowMs });
    const queued = await recordOf(t.ledger, "m-1");
    expect([queued.holdReason, queued.holdUntilMs]).toEqual([undefined, undefined]);
    expect(await t.ledger.gates.parkedAt("account", 10)).toEqual([]);
    t.nowMs += 1_000;
    const answer = await t.ledger.claim("m-1", 1, LEASE);
    if (answer.kind !== "claimed") throw new Error(answer.kind);
    await t.ledger.move(answer.record, { to: "queued", because: "not-sent", patch: {}, dueAtMs: t.nowMs });
    expect(await recordOf(t.ledger, "m-1")).not.toHaveProperty("leaseUntilMs");
  });

  test("that closes a gate is parked at it until it opens, plus its own jitter", async () => {
    const record = await claimed(t.ledger, "m-1");
    const gate = {
      kind: "operator",
      reason: "OPERATOR_NOT_IN_SERVICE",
      firstMs: 30_000,
      delayMsMax: 900_000,
      holdJitterMs: 123,
    } as const;
    const move: Move = { to: "held", because: "refused", patch: { code: "X" }, gate, event: "topup.held" };
    expect(await t.ledger.move(record, move)).toMatchObject({ kind: "moved", dueAtMs: t.nowMs + 30_123 });
    expect(await recordOf(t.ledger, "m-1")).toMatchObject({
      holdReason: "gate:operator:341",
      holdUntilMs: t.nowMs + 30_123,
      dueAtMs: t.nowMs + 30_123,
    });
    expect(await t.ledger.gates.closed()).toEqual([
      {
        name: "operator:341",
        reason: "OPERATOR_NOT_IN_SERVICE",
        closings: 1,
        untilMs: t.nowMs + 30_000,
        sinceMs: t.nowMs,
      },
    ]);
    expect(await t.ledger.gates.parkedAt("operator:341", 5)).toEqual(["m-1"]);
  });

  test("to a FAILED hold closes the product for that phone, and stops another top-up that buys it", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    const untilMs = t.nowMs + 1_800_000;
    const failed: Move = {
      to: "held",
      because: "status-failed",
      patch: { holdReason: "failed", holdUntilMs: untilMs },
      dueAtMs: untilMs,
      gate: { kind: "product", reason: "FAILED", untilMs },
      event: "topup.held",
    };
    await t.ledger.move({ ...record, state: "processing" }, failed);
    expect(await recordOf(t.ledger, "m-1")).toMatchObject({ holdReason: "failed", holdUntilMs: untilMs });
    await accepted(t.ledger, "m-2", requestFor(1, { amount: "9" }));
    await accepted(t.ledger, "m-3", requestFor(1, { operatorId: 342 }));
    expect(await t.ledger.claim("m-2", 1, LEASE)).toMatchObject({ kind: "gated", record: { holdUntilMs: untilMs } });
    expect((await t.ledger.claim("m-3", 1, LEASE)).kind).toBe("claimed");
  });
});

describe("a round without an outcome", () => {
  const unknown: Move = { to: "unknown", because: "outcome-unknown", patch: { rounds: 1 }, dueAtMs: 0 };

  test("is counted apart where nothing was accepted since its claim was granted", async () => {
    await t.ledger.move(await claimed(t.ledger, "m-1"), acceptance(7, t.nowMs));
    const record = await claimed(t.ledger, "m-2", requestFor(2));
    t.nowMs += 1;
    await t.ledger.move(record, unknown);
    expect(await recordOf(t.ledger, "m-2")).toMatchObject({ rounds: 1, outageRounds: 1 });
  });

  test("leaves the time at which the outcome of the attempt first became unknown as it is", async () => {
    const record = await claimed(t.ledger, "m-1");
    const sinceMs = t.nowMs;
    await t.ledger.move(record, unknown);
    t.nowMs += 9;
    const queued: Move = { to: "queued", because: "not-found-after-quiet-period", patch: {}, dueAtMs: t.nowMs };
    await t.ledger.move({ ...record, state: "unknown" }, queued);
    const again = await t.ledger.claim("m-1", 1, LEASE);
    if (again.kind !== "claimed") throw new Error(`not claimed: ${again.kind}`);
    await t.ledger.move(again.record, unknown);
    expect(await recordOf(t.ledger, "m-1")).toMatchObject({ enteredAtMs: sinceMs + 9, unknownSinceMs: sinceMs });
  });

  test("is the top-up's where the provider accepted another one in that time", async () => {
    const record = await claimed(t.ledger, "m-1");
    t.nowMs += 1;
    await t.ledger.move(await claimed(t.ledger, "m-2", requestFor(2)), acceptance(7, t.nowMs));
    await t.ledger.move(record, unknown);
    expect((await recordOf(t.ledger, "m-1")).outageRounds).toBeUndefined();
  });
});

describe("a claim that is asked for again because no answer came", () => {
  test("is answered as granted, with the same fence, until something else is written", async () => {
    const terms = { ...LEASE, operation: t.ledger.newOperation() };
    await accepted(t.ledger, "m-1");
    const first = await t.ledger.claim("m-1", 1, terms);
    expect(first.kind).toBe("claimed");
    t.nowMs += 4_000;
    expect(await t.ledger.claim("m-1", 1, terms)).toEqual({ ...first, nowMs: t.nowMs });
    expect((await t.ledger.claim("m-1", 1, LEASE)).kind).toBe("stale");
    const expired: Move = { to: "unknown", because: "lease-expired", patch: { rounds: 1 }, dueAtMs: 0 };
    await t.ledger.move(await recordOf(t.ledger, "m-1"), expired);
    expect((await t.ledger.claim("m-1", 1, terms)).kind).toBe("stale");
  });
});

describe("a transactionId", () => {
  test("of another top-up is a conflict, and nothing is written", async () => {
    const first = await claimed(t.ledger, "m-1");
    const second = await claimed(t.ledger, "m-2", requestFor(2));
    await t.ledger.move(first, acceptance(7, t.nowMs));
    expect(await t.ledger.move(second, acceptance(7, t.nowMs))).toEqual({ kind: "conflict", transactionId: 7 });
    expect(await recordOf(t.ledger, "m-2")).toEqual(second);
  });

  test("beside another one of the same attempt is a conflict", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    const processing = { ...record, state: "processing" } as const;
    expect(await t.ledger.move(processing, { ...acceptance(8, t.nowMs), because: "found-in-report" })).toEqual({
      kind: "conflict",
      transactionId: 7,
    });
    expect(await t.ledger.list({ transactionId: 8 }, { limit: 1 })).toEqual({ records: [] });
  });

  test("of an earlier attempt still leads to its top-up, and met again contradicts nothing", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    const hold: Move = {
      to: "held",
      because: "status-failed",
      patch: { holdReason: "failed", holdUntilMs: t.nowMs },
      dueAtMs: t.nowMs,
    };
    await t.ledger.move({ ...record, state: "processing" }, hold);
    const held = await recordOf(t.ledger, "m-1");
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    const next = await recordOf(t.ledger, "m-1");
    expect(next).toMatchObject({ state: "queued", attempt: 2 });
    expect(next).not.toHaveProperty("transactionId");
    await t.ledger.addEvidence("m-1", 1, 7);
    expect(await eventTypes()).toEqual([]);
    expect((await t.ledger.list({ transactionId: 7 }, { limit: 1 })).records).toEqual([next]);
  });
});

describe("evidence that an earlier attempt was accepted", () => {
  async function contradictedSecondAttempt() {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, endMove("review", "unknown-too-often"));
    await t.ledger.move({ ...record, state: "review" }, nextAttemptMove(record, "resolved-by-operator", t.nowMs));
    await t.ledger.addEvidence("m-1", 1, 77);
  }

  test("keeps the next attempt from being sent until a person has looked", async () => {
    await contradictedSecondAttempt();
    const answer = await t.ledger.claim("m-1", 2, LEASE);
    expect(answer.kind).toBe("contradicted");
    expect(await recordOf(t.ledger, "m-1")).toMatchObject({ state: "queued", fence: 1 });
  });

  test("holds nothing up any more once a person has decided", async () => {
    await contradictedSecondAttempt();
    const queued = await recordOf(t.ledger, "m-1");
    await t.ledger.move(queued, endMove("review", "several-transaction-ids"));
    const seen = await recordOf(t.ledger, "m-1");
    await t.ledger.move(seen, nextAttemptMove(seen, "resolved-by-operator", t.nowMs));
    expect((await t.ledger.claim("m-1", 3, LEASE)).kind).toBe("claimed");
  });

  test("changes nothing where that transaction is the FAILED one we know", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    const processing = await recordOf(t.ledger, "m-1");
    const hold = { holdReason: "failed", holdUntilMs: t.nowMs } as const;
    await t.ledger.move(processing, { to: "held", because: "status-failed", patch: hold, dueAtMs: t.nowMs });
    const held = await recordOf(t.ledger, "m-1");
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    await t.ledger.addEvidence("m-1", 1, 7);
    expect((await t.ledger.claim("m-1", 2, LEASE)).kind).toBe("claimed");
  });
});

describe("evidence that the current attempt was accepted, while it is queued for its re-POST", () => {
  /** What a worker whose answer came late has written when it is killed before it can move the record. */
  async function answeredLate(): Promise<TopupRecord> {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, { to: "unknown", because: "outcome-unknown", patch: {}, dueAtMs: t.nowMs });
    const again = { to: "queued", because: "not-found-after-quiet-period", patch: {}, dueAtMs: t.nowMs } as const;
    await t.ledger.move({ ...record, state: "unknown" }, again);
    await t.ledger.addEvidence("m-1", 1, 7);
    return recordOf(t.ledger, "m-1");
  }

  test("blocks the claim, and the answer that the claim gives is enough to go on with", async () => {
    const queued = await answeredLate();
    const answer = await t.ledger.claim("m-1", 1, LEASE);
    expect(answer).toMatchObject({ kind: "answered", record: { evidence: [{ attempt: 1, transactionId: 7 }] } });
    expect(await recordOf(t.ledger, "m-1")).toEqual(queued);
  });

  test("blocks nothing any more once it was taken over", async () => {
    await t.ledger.move(await answeredLate(), acceptance(7, t.nowMs));
    const hold = { holdReason: "failed", holdUntilMs: t.nowMs } as const;
    const processing = await recordOf(t.ledger, "m-1");
    await t.ledger.move(processing, { to: "held", because: "status-failed", patch: hold, dueAtMs: t.nowMs });
    const held = await recordOf(t.ledger, "m-1");
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    expect((await t.ledger.claim("m-1", 2, LEASE)).kind).toBe("claimed");
  });

  test("is for a person when another transaction is taken over instead: it is no answer to the next attempt", async () => {
    await t.ledger.move(await answeredLate(), acceptance(8, t.nowMs));
    const hold = { holdReason: "failed", holdUntilMs: t.nowMs } as const;
    const processing = await recordOf(t.ledger, "m-1");
    await t.ledger.move(processing, { to: "held", because: "status-failed", patch: hold, dueAtMs: t.nowMs });
    const held = await recordOf(t.ledger, "m-1");
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    expect((await t.ledger.claim("m-1", 2, LEASE)).kind).toBe("contradicted");
  });

  test("is for a person when a second id comes", async () => {
    await answeredLate();
    await t.ledger.addEvidence("m-1", 1, 8);
    expect((await t.ledger.claim("m-1", 1, LEASE)).kind).toBe("contradicted");
  });

  test("keeps the top-up from being withdrawn", async () => {
    const queued = await answeredLate();
    expect((await t.ledger.move(queued, endMove("cancelled", "withdrawn"))).kind).toBe("stale");
  });
});

describe("evidence of a second transaction beside the one that is polled", () => {
  test("keeps the next attempt from being sent, also when its bringer was lost before it could ask a person", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    await t.ledger.addEvidence("m-1", 1, 8);
    const hold = { holdReason: "failed", holdUntilMs: t.nowMs } as const;
    const processing = await recordOf(t.ledger, "m-1");
    await t.ledger.move(processing, { to: "held", because: "status-failed", patch: hold, dueAtMs: t.nowMs });
    const held = await recordOf(t.ledger, "m-1");
    await t.ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", t.nowMs));
    expect((await t.ledger.claim("m-1", 2, LEASE)).kind).toBe("contradicted");
  });
});

describe("a move that was decided on what somebody saw", () => {
  test("is refused when anything was written since, evidence included", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, endMove("review", "unknown-too-often"));
    const seen = await recordOf(t.ledger, "m-1");
    await t.ledger.addEvidence("m-1", 1, 77);
    const verdict = endMove("failed", "resolved-by-operator");
    expect((await t.ledger.move(seen, verdict, { ifVersion: seen.version })).kind).toBe("stale");
    const again = await recordOf(t.ledger, "m-1");
    expect((await t.ledger.move(again, verdict, { ifVersion: again.version })).kind).toBe("moved");
  });
});

describe("a move that is sent again under its own id", () => {
  test("answers as the first time, with the alarm to set", async () => {
    const record = await claimed(t.ledger, "m-1");
    const operation = t.ledger.newOperation();
    const first = await t.ledger.move(record, acceptance(7, t.nowMs), { operation });
    expect(await t.ledger.move(record, acceptance(7, t.nowMs), { operation })).toEqual(first);
    expect((await t.ledger.history("m-1")).filter(({ to }) => to === "processing")).toHaveLength(1);
  });
});

describe("withdrawing", () => {
  test("is refused while the top-up is held on FAILED, also to somebody who saw it wait at a gate", async () => {
    const record = await claimed(t.ledger, "m-1");
    const hold = { holdReason: "failed", holdUntilMs: t.nowMs + 1 } as const;
    await t.ledger.move(record, { to: "held", because: "status-failed", patch: hold, dueAtMs: t.nowMs + 1 });
    const seenAtGate = { ...record, state: "held" } as const;
    expect((await t.ledger.move(seenAtGate, endMove("cancelled", "withdrawn"))).kind).toBe("stale");
    expect((await recordOf(t.ledger, "m-1")).state).toBe("held");
  });
});

describe("evidence from a worker that woke too late", () => {
  test("is kept on an open record of that attempt without moving or alarming anybody", async () => {
    const record = await claimed(t.ledger, "m-1");
    const looked = await t.ledger.addEvidence("m-1", 1, 7);
    const evidence = [{ attempt: 1, transactionId: 7 }];
    const withEvidence = { ...record, evidence, version: record.version + 1 };
    expect(looked?.record).toEqual(withEvidence);
    expect(await eventTypes()).toEqual([]);
    expect((await t.ledger.list({ transactionId: 7 }, { limit: 1 })).records).toEqual([withEvidence]);
    expect(await t.ledger.addEvidence("nobody", 1, 7)).toBeUndefined();
  });

  test.each(["succeeded", "refunded", "failed", "rejected", "cancelled", "review"] as const)(
    "is kept on a top-up that is %s, which stays so, and one event raises the alarm however often it comes",
    async (to) => {
      const from = to === "cancelled" ? await accepted(t.ledger, "m-1") : await claimed(t.ledger, "m-1");
      if (to === "succeeded" || to === "refunded") {
        await t.ledger.move(from, { to: "unknown", because: "outcome-unknown", patch: {}, dueAtMs: t.nowMs });
        await t.ledger.move({ ...from, state: "unknown" }, endMove(to, "found-in-report", { transactionId: 6 }));
      } else await t.ledger.move(from, endMove(to, "refused"));
      const before = await recordOf(t.ledger, "m-1");
      for (const _ of [1, 2, 3]) await t.ledger.addEvidence("m-1", 1, 7);
      const evidence = [{ attempt: 1, transactionId: 7 }];
      expect(await recordOf(t.ledger, "m-1")).toEqual({ ...before, evidence, version: before.version + 1 });
      const contradictions = (await events()).filter(({ type }) => type === "topup.contradicted");
      expect(contradictions).toMatchObject([{ reference: "m-1", state: to, attempt: 1, transactionId: 7 }]);
      expect((await t.ledger.list({ transactionId: 7 }, { limit: 1 })).records[0]?.reference).toBe("m-1");
    },
  );

  test("of an attempt that is over, or beside another id, raises the alarm and keeps both", async () => {
    const record = await claimed(t.ledger, "m-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    await t.ledger.addEvidence("m-1", 1, 7);
    expect(await eventTypes()).toEqual([]);
    await t.ledger.addEvidence("m-1", 1, 8);
    await t.ledger.addEvidence("m-1", 2, 9);
    expect(await eventTypes()).toEqual(["topup.contradicted", "topup.contradicted"]);
    expect(await recordOf(t.ledger, "m-1")).toMatchObject({ state: "processing", transactionId: 7 });
  });
});
