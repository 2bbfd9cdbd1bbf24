/** Accepting and claiming on real Redis: one record for one reference, one claim for one attempt, no matter who races. */
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

const events = () => readEvents(t.redis.client, t.redis.prefix, "0-0", 100);

describe("accepting", () => {
  test("the same top-up again answers with the first record and writes nothing", async () => {
    const first = await accepted(t.ledger, "a-1");
    t.nowMs += 5_000;
    const [again] = await t.ledger.accept([{ reference: "a-1", request: requestFor(1) }]);
    expect(again).toEqual({ kind: "exists", record: first });
    expect(await recordOf(t.ledger, "a-1")).toEqual(first);
    expect(await t.ledger.counts()).toMatchObject({ queued: 1 });
  });

  test("the record that is answered is the record that is stored", async () => {
    const request = requestFor(1, {
      operatorId: "auto",
      useLocalAmount: true,
      senderPhone: { countryCode: "US", number: "12125550123" },
      campaign: "spring",
      metadata: { constructor: "ñ😀", b: '"]|,' },
    });
    const record = await accepted(t.ledger, "a-1", request);
    expect(record.request).toEqual(request);
    expect(await recordOf(t.ledger, "a-1")).toEqual(record);
    const email = { operatorId: 685, amount: "20", useLocalAmount: false, recipientEmail: "ana@nauta.com.cu" } as const;
    await accepted(t.ledger, "a-2", email);
    expect((await recordOf(t.ledger, "a-2")).request).toEqual(email);
  });

  test("keeps the name of the first key that it came with, which is no part of what is bought", async () => {
    const request = requestFor(1);
    const [first] = await t.ledger.accept([{ reference: "a-1", request, caller: "billing" }]);
    const [other] = await t.ledger.accept([{ reference: "a-1", request, caller: "Shop.2" }]);
    const [none] = await t.ledger.accept([{ reference: "a-1", request }]);
    expect([first?.kind, other?.kind, none?.kind]).toEqual(["created", "exists", "exists"]);
    expect([first, other, none].map((answer) => answer?.record.caller)).toEqual(["billing", "billing", "billing"]);

    await accepted(t.ledger, "a-2", request);
    const [late] = await t.ledger.accept([{ reference: "a-2", request, caller: "billing" }]);
    expect(late).toMatchObject({ kind: "exists" });
    expect(await recordOf(t.ledger, "a-2")).not.toHaveProperty("caller");
  });

  test.each([
    requestFor(2),
    requestFor(1, { amount: "5.1" }),
    requestFor(1, { operatorId: 342 }),
    requestFor(1, { useLocalAmount: true }),
    requestFor(1, { metadata: { a: "b" } }),
  ])("the same reference with other content is a conflict that changes nothing", async (request) => {
    const first = await accepted(t.ledger, "a-1");
    expect(await t.ledger.accept([{ reference: "a-1", request }])).toEqual([{ kind: "conflict", record: first }]);
    expect(await recordOf(t.ledger, "a-1")).toEqual(first);
  });

  test("a hundred callers with one reference make one top-up", async () => {
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => t.another()));
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const request = requestFor(n % 10 === 0 ? 2 : 1);
        return (await (ledgers[n % 4] ?? t.ledger).accept([{ reference: "a-1", request }]))[0]?.kind;
      }),
    );
    expect(answers.filter((kind) => kind === "created")).toHaveLength(1);
    expect(answers.filter((kind) => kind === "exists" || kind === "conflict")).toHaveLength(99);
    expect(await t.ledger.counts()).toMatchObject({ queued: 1 });
  });

  test("a batch larger than one script is answered in its order, doubles included", async () => {
    const batch = Array.from({ length: 350 }, (_, n) => ({ reference: `b-${n}`, request: requestFor(n) }));
    batch[349] = { reference: "b-0", request: requestFor(0) };
    batch[348] = { reference: "b-1", request: requestFor(7) };
    const answers = await t.ledger.accept(batch);
    expect(answers.map(({ record }) => record.reference)).toEqual(batch.map(({ reference }) => reference));
    expect(answers.map(({ kind }) => kind)).toEqual([...Array(348).fill("created"), "conflict", "exists"]);
    expect(await t.ledger.counts()).toMatchObject({ queued: 348 });
    expect(await t.ledger.accept([])).toEqual([]);
  });
});

describe("claiming", () => {
  test("exactly one of twenty claimants is granted, and only it may send", async () => {
    await accepted(t.ledger, "c-1");
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => t.another()));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (ledgers[n % 4] ?? t.ledger).claim("c-1", 1, LEASE)),
    );
    expect(answers.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === "stale")).toHaveLength(19);
    expect(await recordOf(t.ledger, "c-1")).toMatchObject({ state: "submitting", fence: 1, submits: 1 });
  });

  test("writes the grant, the lease and the next alarm before anything is sent", async () => {
    const record = await claimed(t.ledger, "c-1");
    expect(record).toMatchObject({
      state: "submitting",
      attempt: 1,
      fence: 1,
      grantedAtMs: t.nowMs,
      leaseUntilMs: t.nowMs + 120_000,
      dueAtMs: t.nowMs + 120_000,
    });
    expect(await recordOf(t.ledger, "c-1")).toEqual(record);
    expect((await t.ledger.history("c-1")).map(({ because }) => because)).toEqual(["claimed"]);
  });

  test("is refused for another attempt, a missing record and every state that does not wait", async () => {
    expect(await t.ledger.claim("nobody", 1, LEASE)).toEqual({ kind: "missing" });
    await accepted(t.ledger, "c-1");
    expect((await t.ledger.claim("c-1", 2, LEASE)).kind).toBe("stale");
    const record = await claimed(t.ledger, "c-2", requestFor(2));
    expect((await t.ledger.claim("c-2", 1, LEASE)).kind).toBe("stale");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    expect((await t.ledger.claim("c-2", 1, LEASE)).kind).toBe("stale");
  });

  test("is refused while a FAILED hold runs, and also after it: the provider is asked first", async () => {
    const record = await claimed(t.ledger, "c-1");
    await t.ledger.move(record, acceptance(7, t.nowMs));
    const held = {
      to: "held",
      because: "status-failed",
      patch: { holdReason: "failed", holdUntilMs: t.nowMs + 5 },
      dueAtMs: t.nowMs + 5,
    } as const;
    await t.ledger.move({ ...record, state: "processing" }, held);
    t.nowMs += 10_000;
    expect((await t.ledger.claim("c-1", 1, LEASE)).kind).toBe("stale");
  });

  test("waits until the operator is known", async () => {
    const record = await accepted(t.ledger, "c-1", requestFor(1, { operatorId: "auto" }));
    expect((await t.ledger.claim("c-1", 1, LEASE)).kind).toBe("undetected");
    expect(await recordOf(t.ledger, "c-1")).toEqual(record);
  });

  const gateNames = ["account", "operator:341", "phone", "product", "campaign:spring"] as const;
  test.each(gateNames)("is refused while the %s gate is closed, and goes on when it opens", async (kind) => {
    const request = requestFor(1, { campaign: "spring" });
    await accepted(t.ledger, "c-1", request);
    const hash = t.ledger.recipientHash("2348030000001");
    const name = { phone: `phone:${hash}`, product: `product:${hash}:341` }[kind as string] ?? kind;
    const untilMs = t.nowMs + 60_000;
    await t.ledger.gates.close(name, { reason: "TEST", untilMs });

    for (const _ of [1, 2, 3]) {
      const answer = await t.ledger.claim("c-1", 1, { leaseMs: 120_000, holdJitterMs: 250 });
      expect(answer).toMatchObject({
        kind: "gated",
        record: {
          state: "held",
          holdReason: `gate:${name}`,
          holdUntilMs: untilMs + 250,
          dueAtMs: untilMs + 250,
          fence: 0,
        },
      });
    }
    expect(await t.ledger.gates.parkedAt(name, 10)).toEqual(["c-1"]);
    expect((await events()).map(({ type }) => type)).toEqual(["topup.held"]);
    expect((await t.ledger.history("c-1")).map(({ because, code }) => [because, code])).toEqual([
      ["gate-closed", name],
    ]);

    t.nowMs = untilMs;
    expect((await t.ledger.claim("c-1", 1, LEASE)).kind).toBe("claimed");
    expect(await t.ledger.gates.parkedAt(name, 10)).toEqual([]);
    expect(await recordOf(t.ledger, "c-1")).not.toHaveProperty("holdReason");
  });

  test("is not stopped by a gate that concerns somebody else", async () => {
    const hash = t.ledger.recipientHash("2348030000002");
    const names = ["operator:342", `phone:${hash}`, `product:${hash}:341`, "campaign:autumn"];
    for (const name of names) await t.ledger.gates.close(name, { reason: "TEST", untilMs: t.nowMs + 60_000 });
    await accepted(t.ledger, "c-1", requestFor(1, { campaign: "spring" }));
    expect((await t.ledger.claim("c-1", 1, LEASE)).kind).toBe("claimed");
  });

  test("waits for the last of several gates, and is parked at that one only", async () => {
    await accepted(t.ledger, "c-1");
    await t.ledger.gates.close("operator:341", { reason: "TEST", untilMs: t.nowMs + 50_000 });
    await t.ledger.claim("c-1", 1, LEASE);
    await t.ledger.gates.close("account", { reason: "TEST", untilMs: t.nowMs + 90_000 });
    expect(await t.ledger.claim("c-1", 1, LEASE)).toMatchObject({ record: { holdUntilMs: t.nowMs + 90_000 } });
    expect(await t.ledger.gates.parkedAt("operator:341", 10)).toEqual([]);
    expect(await t.ledger.gates.parkedAt("account", 10)).toEqual(["c-1"]);
  });
});
