/** What the numbers of a campaign say of its end: which rows are still to come, and what they wait for. */
import { checkOptionsSchema, limitsSchema, mappingSchema, ROW_STATES, type RowState } from "@surefill/campaign";
import type { TopupRecord } from "@surefill/topup";
import { type Campaign, type CampaignProgress, UNTAKEN_STATES } from "@surefill/topup-store";
import { describe, expect, test } from "vitest";
import { type ProgressParts, progressView } from "../../../apps/producer/src/campaigns/progress-view.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const T0 = Date.parse("2026-03-10T20:00:00Z");
const MORNING_MS = T0 + 12 * HOUR_MS;

const none = Object.fromEntries([...ROW_STATES, ...UNTAKEN_STATES].map((state) => [state, 0])) as Record<
  RowState | (typeof UNTAKEN_STATES)[number],
  number
>;

/** A campaign of 1,000 rows, ten minutes after its start; all rows that are not in `rows` and not unfed succeeded. */
function progressOf(
  state: Campaign["state"],
  {
    unfedRows = 0,
    rows,
    ...changes
  }: { unfedRows?: number; rows: Partial<Record<RowState, number>> } & Partial<Campaign>,
): CampaignProgress {
  const open = Object.values(rows).reduce((sum, count) => sum + count, 0);
  const succeeded = 1_000 - unfedRows - open;
  const campaign: Campaign = {
    id: "cmp_1",
    state,
    version: 7,
    createdAtMs: T0 - HOUR_MS,
    enteredAtMs: T0 - MINUTE_MS,
    startedAtMs: T0 - 10 * MINUTE_MS,
    upload: "upl_1",
    mapping: mappingSchema.parse({ phone: "phone", amount: "amount" }),
    options: checkOptionsSchema.parse({}),
    limits: limitsSchema.parse({}),
    plan: { version: 1, hash: "h", run: "run", currency: "USD", rows: { total: 1_000, planned: 1_000 } },
    fed: 1_000 - unfedRows,
    finals: succeeded,
    canaryReleased: false,
    ...changes,
  };
  return {
    campaign,
    nowMs: T0,
    tally: { rows: { ...none, succeeded, ...rows }, money: none, paidTwiceRows: 0, extraUnits: 0 },
    unfedRows,
    inFlightRows: 0,
    spentUnits: 0,
    reservedUnits: 0,
    atRiskUnits: 0,
    fedReserveUnits: new Map(),
    failures: [],
  };
}

const spending = { face: "0", discount: "0", fee: "0", cost: "0", reserve: "0", rows: 1_000 };
const SUMMARY: ProgressParts["summary"] = {
  planHash: "h",
  run: "run",
  currency: "USD",
  rows: { total: 1_000, planned: 1_000, rejected: 0, leftOut: 0 },
  total: spending,
  byCountry: [],
  byOperator: [{ ...spending, operatorId: 341, name: "MTN Nigeria", countryCode: "NG" }],
  problems: [],
  assumptions: [],
  prices: [],
};
const CLOSED_GATE = {
  name: "operator:341",
  reason: "OPERATOR_NOT_IN_SERVICE",
  untilMs: T0 + HOUR_MS,
  closings: 1,
} as const;

const view = (progress: CampaignProgress, gates: ProgressParts["gates"] = [], more: Partial<ProgressParts> = {}) =>
  progressView({ progress, summary: SUMMARY, points: [], gates, failedHoldMs: 30 * MINUTE_MS, ...more });
const waitsFor = (...args: Parameters<typeof view>) => view(...args).waitsFor.map(({ what }) => what);

const BY_DAY = {
  limits: limitsSchema.parse({ dailyWindow: { from: "08:00", to: "19:00", zone: "UTC" } }),
  sendFromMs: MORNING_MS,
  sendUntilMs: MORNING_MS + 11 * HOUR_MS,
};

describe("A campaign that is being cancelled", () => {
  test("waits for nothing that concerns rows which are not sent any more", () => {
    const cancelling = progressOf("cancelling", { unfedRows: 900, rows: { parked: 5, processing: 5 }, ...BY_DAY });
    expect(waitsFor(cancelling, [CLOSED_GATE])).toEqual([]);
  });

  test("is through when the rows that were taken up have settled: by night, too", () => {
    // 90 rows in ten minutes, and ten to go: about 67 seconds.
    const { eta } = view(progressOf("cancelling", { unfedRows: 900, rows: { processing: 10 }, ...BY_DAY }));
    expect(Date.parse(eta?.latest ?? "")).toBeLessThan(T0 + 2 * MINUTE_MS);
  });

  test("says that it waits for a verdict, when nothing else is left", () => {
    expect(waitsFor(progressOf("cancelling", { unfedRows: 900, rows: { review: 1, processing: 1 } }))).toEqual([]);
    expect(waitsFor(progressOf("cancelling", { unfedRows: 900, rows: { review: 1 } }))).toEqual(["review"]);
  });
});

describe("A campaign that runs", () => {
  test.each(["running", "completing"] as const)("waits by night for the hours in which rows may go: %s", (state) => {
    const { waitsFor: shown, eta } = view(progressOf(state, { rows: { parked: 3 }, ...BY_DAY }));
    expect(shown).toEqual([{ what: "daily-window", until: new Date(MORNING_MS).toISOString(), detail: null }]);
    expect(eta).toBeNull();
  });

  test("does not wait for them with rows that only settle", () => {
    expect(waitsFor(progressOf("completing", { rows: { processing: 3 }, ...BY_DAY }))).toEqual([]);
  });

  test("waits for an operator with rows that are still to be sent", () => {
    expect(waitsFor(progressOf("running", { unfedRows: 10, rows: {} }), [CLOSED_GATE])).toEqual(["operator"]);
    expect(waitsFor(progressOf("completing", { rows: { processing: 1 } }), [CLOSED_GATE])).toEqual([]);
  });

  test("waits for balance behind a campaign that was started earlier, and names it", () => {
    const { waitsFor: shown, eta } = view(progressOf("running", { unfedRows: 10, rows: {} }), [], { ahead: "cmp_1" });
    const detail = "cmp_1 was started earlier, and has top-ups that wait for balance";
    expect(shown).toEqual([{ what: "balance", until: null, detail }]);
    expect(eta).toBeNull();
  });

  test("waits for a verdict when every other row is final, and not before", () => {
    expect(waitsFor(progressOf("completing", { rows: { review: 1 } }))).toEqual(["review"]);
    expect(waitsFor(progressOf("running", { unfedRows: 1, rows: { review: 1 } }))).toEqual([]);
  });
});

describe("Rows that wait", () => {
  const heldUntil = (untilMs: number, changes: object = {}) =>
    ({ state: "held", holdReason: "failed", holdUntilMs: untilMs, code: "FAILED", ...changes }) as TopupRecord;
  const shown = (progress: CampaignProgress, waiting: readonly TopupRecord[], gates: ProgressParts["gates"] = []) =>
    progressView({ progress, summary: SUMMARY, points: [], gates, failedHoldMs: 30 * MINUTE_MS, waiting });

  test("after FAILED are told together, with the time of the last of them, which is the ETA", () => {
    const untilMs = T0 + 20 * MINUTE_MS;
    const held = progressOf("completing", { rows: { held: 2 } });
    const { waitsFor: told, eta, rowsWait } = shown(held, [heldUntil(untilMs - MINUTE_MS), heldUntil(untilMs)]);
    const text = `2 rows wait until ${new Date(untilMs).toISOString().slice(11, 16)} UTC: provider said FAILED`;
    const until = new Date(untilMs).toISOString();
    expect(told).toEqual([{ what: "held", until, detail: "provider said FAILED", text }]);
    expect(rowsWait).toEqual([{ why: "held", rows: 2, until, detail: "provider said FAILED", text }]);
    expect(eta?.earliest).toBe(until);
    expect(Date.parse(eta?.latest ?? "")).toBeGreaterThan(untilMs);
  });

  test("at a phone's gate, and with an unknown outcome, say so, each with its time", () => {
    const waiting = progressOf("completing", { rows: { parked: 1, unknown: 1 } });
    const parked = heldUntil(T0 + 1_000, { holdReason: "gate:phone:abc" });
    const unknown = { state: "unknown", dueAtMs: T0 + 2_000 } as TopupRecord;
    const phoneGate = { ...CLOSED_GATE, name: "phone:abc", reason: "PHONE_RECENTLY_RECHARGED" };
    expect(shown(waiting, [parked, unknown], [phoneGate]).waitsFor).toMatchObject([
      { what: "gate", until: new Date(T0 + 1_000).toISOString(), detail: "the phone was recharged a moment ago" },
      { what: "unknown", until: new Date(T0 + 2_000).toISOString() },
    ]);
  });

  test("of which only the first were looked at are counted all the same", () => {
    const held = progressOf("completing", { rows: { held: 5_000 } });
    expect(shown(held, [heldUntil(T0 + 1_000)]).rowsWait).toMatchObject([{ why: "held", rows: 5_000 }]);
  });

  test.each([
    ["window", { unfedRows: 10, rows: { processing: 500 } }],
    ["pace", { unfedRows: 10, rows: {} }],
  ] as const)("for %s are told with how many they are", (why, numbers) => {
    const told = shown(progressOf("running", numbers), []).rowsWait;
    expect(told.find((wait) => wait.why === why)).toMatchObject({ rows: 10, until: null });
  });
});
