/** Any sequence of moves, wrong ones among them, leaves record, indexes, alarms, history and events in agreement. */
import { canMove, endMove, isFinal, MOVES, type Move, STATES, type TopupState } from "@surefill/topup";
import { readEvents } from "@surefill/topup-store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEASE, openTestLedger, recordOf, requestFor, type TestLedger } from "../../support/test-ledger.js";

type Step = { top: number; target: number; wrong: number; gate: boolean; waitMs: number };
const steps = fc.array(
  fc.record({
    top: fc.nat({ max: 3 }),
    target: fc.nat({ max: 9 }),
    wrong: fc.nat({ max: 7 }),
    gate: fc.boolean(),
    waitMs: fc.nat({ max: 60_000 }),
  }),
  { minLength: 20, maxLength: 60, size: "max" },
);

const END_STATES = ["succeeded", "refunded", "failed", "rejected", "cancelled", "review"] as const;

function moveTo(to: TopupState, nowMs: number, step: Step): Move {
  const end = END_STATES.find((state) => state === to);
  if (end !== undefined) return endMove(end, "status-successful");
  const base = { to, because: "outcome-unknown", patch: {}, dueAtMs: nowMs + step.waitMs } as const;
  if (to !== "held") return base;
  if (!step.gate) return { ...base, patch: { holdReason: "failed", holdUntilMs: nowMs }, event: "topup.held" };
  return { ...base, gate: { kind: "phone", reason: "X", untilMs: nowMs + step.waitMs }, event: "topup.held" };
}

/** What the log and the histories should hold in the end. */
type Expected = { events: number; lines: Map<string, number>; versions: Map<string, number> };

async function take(t: TestLedger, step: Step, expected: Expected): Promise<void> {
  const reference = `p-${step.top}`;
  const count = (moved: boolean, isTold: boolean) => {
    expected.versions.set(reference, (expected.versions.get(reference) ?? 1) + 1);
    if (moved) expected.lines.set(reference, (expected.lines.get(reference) ?? 0) + 1);
    if (isTold) expected.events += 1;
  };
  t.nowMs += step.waitMs;
  const record = await recordOf(t.ledger, reference);
  const to = MOVES[record.state][step.target % Math.max(1, MOVES[record.state].length)];
  if (to === undefined) return;
  if (to === "submitting") {
    const answer = await t.ledger.claim(reference, record.attempt, LEASE);
    if (answer.kind === "claimed") count(true, false);
    if (answer.kind === "gated") count(record.state !== "held", record.state !== "held");
    return;
  }
  const move = moveTo(to, t.nowMs, step);
  if (to === "cancelled" && record.holdReason === "failed") {
    expect((await t.ledger.move(record, move)).kind).toBe("stale");
    return;
  }
  if (step.wrong === 0) {
    expect((await t.ledger.move({ ...record, fence: record.fence + 1 }, move)).kind).toBe("stale");
    return;
  }
  expect((await t.ledger.move(record, move)).kind).toBe("moved");
  count(to !== record.state, move.event !== undefined && to !== record.state);
}

async function expectAgreement(t: TestLedger, expected: Expected): Promise<void> {
  const { client, prefix } = t.redis;
  const indexes = await Promise.all(STATES.map((state) => client.zrange(`${prefix}:{0}:s:${state}`, "0", "-1")));
  const due = await client.zrange(`${prefix}:{0}:due`, "0", "-1", "WITHSCORES");
  for (const reference of ["p-0", "p-1", "p-2", "p-3"]) {
    const record = await recordOf(t.ledger, reference);
    const isIn = STATES.filter((_, index) => indexes[index]?.includes(reference));
    expect(isIn).toEqual([record.state]);
    const isOpen = !isFinal(record.state) && record.state !== "review";
    expect(due.includes(reference)).toBe(isOpen);
    expect(record.dueAtMs).toBe(isOpen ? Number(due[due.indexOf(reference) + 1]) : undefined);
    expect(record.holdReason !== undefined).toBe(record.state === "held");
    expect(record.leaseUntilMs !== undefined).toBe(record.state === "submitting");
    expect(record.version).toBe(expected.versions.get(reference) ?? 1);
    const history = await t.ledger.history(reference);
    expect(history).toHaveLength(expected.lines.get(reference) ?? 0);
    expect(history.every(({ from, to }) => canMove(from, to))).toBe(true);
    expect(history.slice(1).every(({ from }, index) => from === history[index]?.to)).toBe(true);
    expect(history.at(-1)?.to ?? "queued").toBe(record.state);
    const gates = record.holdReason?.startsWith("gate:") ? [record.holdReason.slice(5)] : [];
    const parked = await client.keys(`${prefix}:{0}:parked:*`);
    const members = await Promise.all(
      parked.map(async (key) => ((await client.sismember(key, reference)) ? [key] : [])),
    );
    expect(members.flat()).toEqual(gates.map((gate) => `${prefix}:{0}:parked:${gate}`));
  }
  const counts = await t.ledger.counts();
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(4);
  expect(await readEvents(client, prefix, "0-0", 1_000)).toHaveLength(expected.events);
}

describe("any sequence of moves", () => {
  test("leaves each top-up in one index, an alarm where it is open, and one line and event for each move", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const t = await openTestLedger();
        try {
          await t.ledger.accept([0, 1, 2, 3].map((n) => ({ reference: `p-${n}`, request: requestFor(n % 2) })));
          const expected: Expected = { events: 0, lines: new Map(), versions: new Map() };
          for (const step of sequence) await take(t, step, expected);
          await expectAgreement(t, expected);
        } finally {
          await t.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});
