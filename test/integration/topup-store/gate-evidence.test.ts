/** What closes a gate that concerns more than one top-up, how it opens again, and the pace that all workers share. */
import { GATE_EVIDENCE, type Move, UNREACHABLE_EVIDENCE } from "@surefill/topup";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accepted, openTestLedger, requestFor, type TestLedger } from "../../support/test-ledger.js";

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

const CLOSING = { kind: "operator", reason: "DOWN", firstMs: 30_000, delayMsMax: 300_000 } as const;
const TERMS = { leaseMs: 120_000, holdJitterMs: 0, probePatienceMs: 30_000, probeWaitMs: 5_000 };
let made = 0;

/** A top-up to a recipient of its own, claimed. */
async function claimed(ledger = t.ledger) {
  made += 1;
  const reference = `g-${made}`;
  await accepted(ledger, reference, requestFor(made));
  return { reference, claim: await ledger.claim(reference, 1, TERMS) };
}

async function sent(move: (nowMs: number) => Move, ledger = t.ledger) {
  const { reference, claim } = await claimed(ledger);
  if (claim.kind !== "claimed") throw new Error(`the claim is ${claim.kind}`);
  await ledger.move(claim.record, move(t.nowMs));
  const looked = await ledger.look(reference);
  if (looked === undefined) throw new Error("it is gone");
  return looked.record;
}

const refusedMove = (nowMs: number): Move => ({
  to: "held",
  because: "refused",
  patch: { code: "DOWN", holdReason: "refused", holdUntilMs: nowMs + 30_000, leaseUntilMs: null },
  dueAtMs: nowMs + 30_000,
  gate: { ...CLOSING, evidence: GATE_EVIDENCE.operator, holdJitterMs: 0 },
});
const takenMove = (nowMs: number): Move => ({
  to: "processing",
  because: "accepted-by-provider",
  patch: { transactionId: 1_000 + made, leaseUntilMs: null },
  dueAtMs: nowMs + 3_000,
});
const closed = async () => (await t.ledger.gates.closed()).map(({ name }) => name);

describe("failures", () => {
  test("in a row over several recipients close the gate, and the last one waits at it; those before wait alone", async () => {
    const records = [];
    for (const _ of [1, 2, 3, 4, 5]) records.push(await sent(refusedMove));
    expect(records.map(({ holdReason }) => holdReason)).toEqual([
      ...Array.from({ length: 4 }, () => "refused"),
      "gate:operator:341",
    ]);
    expect(await closed()).toEqual(["operator:341"]);
    expect((await claimed()).claim.kind).toBe("gated");
  });

  test("with a success between them close nothing, however many there are", async () => {
    for (let round = 0; round < 10; round += 1) {
      for (const _ of [1, 2, 3, 4]) await sent(refusedMove);
      await sent(takenMove);
    }
    expect(await closed()).toEqual([]);
  });

  test("of one recipient close nothing", async () => {
    const { reference, claim } = await claimed();
    let record = claim.kind === "claimed" ? claim.record : undefined;
    for (let round = 0; round < 20 && record !== undefined; round += 1) {
      await t.ledger.move(record, refusedMove(t.nowMs));
      t.nowMs += 31_000;
      const again = await t.ledger.claim(reference, 1, TERMS);
      record = again.kind === "claimed" ? again.record : undefined;
    }
    expect(record).toBeDefined();
    expect(await closed()).toEqual([]);
  });

  test("that one of several workers sees close the account's gate only when another sees them, too", async () => {
    const other = await t.another({ processId: "other" });
    for (const { gates } of [t.ledger, other]) await gates.noteWorker();
    const closing = { ...CLOSING, evidence: UNREACHABLE_EVIDENCE };
    for (const _ of [1, 2, 3, 4, 5, 6]) expect(await t.ledger.gates.countFailure("account", closing)).toBe(false);
    expect(await other.gates.countFailure("account", closing)).toBe(true);
    expect(await closed()).toEqual(["account"]);
  });

  test("that the only worker sees close it", async () => {
    await t.ledger.gates.noteWorker();
    const closing = { ...CLOSING, evidence: UNREACHABLE_EVIDENCE };
    const answers = [];
    for (const _ of [1, 2, 3]) answers.push(await t.ledger.gates.countFailure("account", closing));
    expect(answers).toEqual([false, false, true]);
  });
});

describe("a gate whose time has ended", () => {
  beforeEach(async () => {
    for (const _ of [1, 2, 3, 4, 5]) await sent(refusedMove);
    t.nowMs += 30_001;
  });

  test("lets two probes pass, then twice as many with each success, and is open after 64", async () => {
    const passed = async () => {
      const granted = [];
      for (;;) {
        const { claim } = await claimed();
        if (claim.kind !== "claimed") return granted;
        granted.push(claim.record);
        if (granted.length > 100) return granted;
      }
    };
    const first = await passed();
    expect(first).toHaveLength(2);
    const take = async (record: (typeof first)[number]) => {
      made += 1;
      await t.ledger.move(record, takenMove(t.nowMs));
    };
    for (const record of first) await take(record);
    const second = await passed();
    expect(second).toHaveLength(8);
    for (const record of second.slice(0, 4)) await take(record);
    expect((await passed()).length).toBeGreaterThan(100);
    expect(await closed()).toEqual([]);
  });

  test("closes again, for twice as long, when both probes fail", async () => {
    for (const _ of [1, 2]) await sent(refusedMove);
    const [gate] = await t.ledger.gates.closed();
    expect(gate).toMatchObject({ name: "operator:341", closings: 2, untilMs: t.nowMs + 60_000 });
  });

  test("lets others pass when its probes have no outcome for 30 s", async () => {
    for (const _ of [1, 2]) expect((await claimed()).claim.kind).toBe("claimed");
    expect((await claimed()).claim).toMatchObject({ kind: "gated", record: { holdUntilMs: t.nowMs + 5_000 } });
    t.nowMs += 30_000;
    expect((await claimed()).claim.kind).toBe("claimed");
  });
});

describe("a provider that asks for fewer requests", () => {
  const slowDown = (nowMs: number): Move => {
    const { gate, ...move } = refusedMove(nowMs);
    const account = { kind: "account", reason: "RATE_LIMIT_REACHED", evidence: GATE_EVIDENCE.account } as const;
    return { ...move, gate: { ...gate, ...account, ...LIMITS }, slowDownFrom: { perSecond: 20 } };
  };
  const LIMITS = { firstMs: 30_000, delayMsMax: 300_000 };
  /** Claims every millisecond for a second; answers how many were granted. */
  async function grantedInOneSecond(): Promise<number> {
    let granted = 0;
    for (let ms = 0; ms < 1_000; ms += 10) {
      const { claim } = await claimed();
      if (claim.kind === "claimed") granted += 1;
      else expect(claim.kind).toBe("paced");
      t.nowMs += 10;
    }
    return granted;
  }

  test("gets about four fifths of what was sent, no gate closes, and a minute later nothing is held back", async () => {
    await sent(slowDown);
    const first = await grantedInOneSecond();
    expect(first).toBeGreaterThanOrEqual(15);
    expect(first).toBeLessThanOrEqual(20);
    expect(await grantedInOneSecond()).toBeGreaterThanOrEqual(15);
    expect(await closed()).toEqual([]);
    t.nowMs += 61_000;
    expect(await grantedInOneSecond()).toBe(100);
  });

  test("is believed once a second: answers to one overload lower the pace once", async () => {
    for (const _ of [1, 2, 3]) await sent(slowDown);
    expect(await grantedInOneSecond()).toBeGreaterThanOrEqual(15);
  });
});
