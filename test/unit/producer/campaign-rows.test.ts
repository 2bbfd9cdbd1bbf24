/** What became of a row, by its top-up; and the names that a retry gives. */
import { ROW_STATES } from "@surefill/campaign";
import { STATES, type TopupRecord } from "@surefill/topup";
import { describe, expect, test } from "vitest";
import { retryRunOf, suffixOfRun } from "../../../apps/producer/src/campaigns/retry-run.js";
import { outcomeOf } from "../../../apps/producer/src/campaigns/rows/row-outcome.js";

const CAMPAIGN = { id: "cmp_1", state: "running" } as const;
const PLANNED = {
  row: 7,
  recipient: "2348031231000",
  countryCode: "NG",
  operatorId: 341,
  amount: "5",
  useLocalAmount: false,
  costUnits: 485_000,
  reserveUnits: 500_000,
};
const RECORD: TopupRecord = {
  reference: "run.7",
  request: { operatorId: 341, amount: "5", useLocalAmount: false, campaign: "cmp_1" },
  row: 7,
  operatorId: 341,
  state: "queued",
  attempt: 1,
  fence: 0,
  version: 1,
  submits: 0,
  polls: 0,
  interruptions: 0,
  rounds: 0,
  lookups: 0,
  acceptedAtMs: 1_000,
  enteredAtMs: 2_000,
  identifierUsed: false,
};
const outcome = (
  record: TopupRecord | undefined,
  untaken?: "already" | "conflict",
  state: "running" | "cancelled" = "running",
) => outcomeOf({ ...CAMPAIGN, state }, { planned: PLANNED, record, untaken });

describe("a row", () => {
  test.each(STATES)("whose top-up is %s is told so, and its end only when it is one", (state) => {
    const told = outcome({ ...RECORD, state, code: "SOME_CODE" });

    expect(told.state).toBe(state === "held" ? "parked" : state);
    expect(ROW_STATES).toContain(told.state);
    const isFinal = ["succeeded", "refunded", "failed", "rejected", "cancelled"].includes(state);
    expect(told.finalAtMs).toBe(isFinal ? 2_000 : undefined);
    expect(told.reason === undefined).toBe(state === "succeeded" || state === "held");
  });

  test("that is held after FAILED is told from one behind a gate", () => {
    expect(outcome({ ...RECORD, state: "held", holdReason: "failed", code: "X" })).toMatchObject({
      state: "held",
      reason: "X",
    });
    expect(outcome({ ...RECORD, state: "held", holdReason: "gate:account" })).toMatchObject({
      state: "parked",
      reason: "gate:account",
    });
  });

  test("without a top-up waits, or is withdrawn when its campaign is over", () => {
    expect(outcome(undefined).state).toBe("waiting");
    expect(outcome(undefined, undefined, "cancelled").state).toBe("withdrawn");
  });

  test.each([
    ["another campaign's", { request: { ...RECORD.request, campaign: "cmp_2" } }],
    ["nobody's", { request: { operatorId: 341, amount: "5", useLocalAmount: false } as const }],
    ["another row's", { row: 8 }],
  ])("whose reference is %s is not told that top-up's fate", (_, changes) => {
    const foreign = { ...RECORD, ...changes, state: "succeeded" as const };

    expect(outcome(foreign).state).toBe("waiting");
    expect(outcome(foreign, "already")).toMatchObject({ state: "already", reason: expect.stringContaining("exists") });
    expect(outcome(foreign, "conflict").state).toBe("conflict");
  });
});

describe("the run of a retry", () => {
  test("counts on from the run before, and follows from it alone", () => {
    expect(retryRunOf("june")).toBe("june-r1");
    expect(retryRunOf("june-r1")).toBe("june-r2");
    expect(retryRunOf("june-r9")).toBe("june-r10");
    expect([retryRunOf("june"), suffixOfRun("june-r10"), suffixOfRun("june")]).toEqual(["june-r1", "-r10", ""]);
  });

  test("of a long name is short enough to be a run, and still its own", () => {
    const runs = ["a", "b"].map((letter) => retryRunOf(letter.repeat(80)));

    expect(new Set(runs).size).toBe(2);
    for (const run of runs) expect(run.length).toBeLessThanOrEqual(80);
    expect(retryRunOf(runs[0] ?? "")).toBe(runs[0]?.replace("-r1", "-r2"));
  });
});
