import { type ClosedGate, explainGate, gateOf, type TopupRecord } from "@surefill/topup";
import type { CampaignProgress } from "@surefill/topup-store";
import { timeText } from "./campaign-time.js";

/** Why rows wait, each a reason of its own. */
export const ROW_WAIT_REASONS = [
  "held",
  "gate",
  "unknown",
  "review",
  "processing",
  "canary",
  "window",
  "budget",
  "pace",
] as const;

/** Rows that wait for one reason. `untilMs`: when the last of them is looked at again, where that is known. */
export type RowWait = {
  why: (typeof ROW_WAIT_REASONS)[number];
  rows: number;
  untilMs?: number;
  /** In plain words. */
  detail: string;
};

const REPORT_LAGS =
  "Reloadly's report lags: it does not show what is paid for certain, so that not finding these rows proves nothing; " +
  "they are looked up again then";

type Waits = Pick<CampaignProgress, "campaign" | "tally" | "unfedRows" | "leftUnits">;

/**
 * Why the rows of a campaign wait that runs or is being cancelled. `sample`: its rows that are held, parked or unknown,
 * or the first of them where they are many.
 */
export function rowWaitsOf(progress: Waits, sample: readonly TopupRecord[], gates: readonly ClosedGate[]): RowWait[] {
  const { rows } = progress.tally;
  const groups = new Map<string, RowWait>();
  for (const record of sample) {
    const one = waitOf(record, gates);
    if (one === undefined) continue;
    const key = `${one.why}|${one.detail}`;
    const known = groups.get(key);
    const untilMs = Math.max(known?.untilMs ?? 0, one.untilMs ?? 0);
    groups.set(key, { ...one, rows: (known?.rows ?? 0) + 1, ...(untilMs > 0 && { untilMs }) });
  }
  const counted = { held: rows.held, gate: rows.parked, unknown: rows.unknown };
  const sampled = [...groups.values()].map((wait) => {
    const alone = [...groups.values()].filter(({ why }) => why === wait.why).length === 1;
    const count = counted[wait.why as keyof typeof counted];
    // Of many rows with one reason all have it, as far as was looked.
    return alone && count > wait.rows ? { ...wait, rows: count } : wait;
  });
  return [
    ...sampled,
    ...(rows.review > 0 ? [{ why: "review", rows: rows.review, detail: "a person must give a verdict" } as const] : []),
    ...(rows.processing > 0
      ? [{ why: "processing", rows: rows.processing, detail: "with the provider" } as const]
      : []),
    ...unfedWaits(progress),
  ];
}

function waitOf(record: TopupRecord, gates: readonly ClosedGate[]): RowWait | undefined {
  const { state, holdUntilMs, dueAtMs } = record;
  if (state === "unknown") {
    const lags = record.reportLagsSinceMs !== undefined;
    const detail = lags ? REPORT_LAGS : "the outcome of sending is not known: it is looked up then";
    return { why: "unknown", rows: 1, detail, ...(dueAtMs !== undefined && { untilMs: dueAtMs }) };
  }
  if (state !== "held") return undefined;
  const until = holdUntilMs === undefined ? {} : { untilMs: holdUntilMs };
  const name = gateOf(record);
  if (name === undefined) {
    return { why: "held", rows: 1, detail: "provider said FAILED", ...until };
  }
  const gate = gates.find((one) => one.name === name) ?? { name, reason: "" };
  return { why: "gate", rows: 1, detail: explainGate(gate).reason, ...until };
}

/** Why rows that are not taken up yet are not; nothing where none is left, or none goes on by itself. */
function unfedWaits({ campaign, tally: { rows }, unfedRows, leftUnits }: Waits): RowWait[] {
  if (unfedRows === 0 || campaign.state !== "running") return [];
  const { limits, fed, finals, canaryReleased } = campaign;
  const { canary, window, ratePerS } = limits;
  if (canary !== undefined && !canaryReleased && fed >= canary.rows) {
    return [{ why: "canary", rows: unfedRows, detail: `the first ${fed} rows must be final, ${finals} are` }];
  }
  const underWay = rows.queued + rows.submitting + rows.unknown + rows.processing + rows.held;
  if (underWay >= window) return [{ why: "window", rows: unfedRows, detail: `${underWay} rows are under way` }];
  if (leftUnits !== undefined && leftUnits <= 0) {
    return [{ why: "budget", rows: unfedRows, detail: "the budget is spent or reserved" }];
  }
  return [{ why: "pace", rows: unfedRows, detail: `at most ${ratePerS} a second are sent` }];
}

/** `2 rows wait until 21:52 UTC: provider said FAILED`. */
export function rowWaitText({ rows, untilMs, detail }: RowWait, nowMs: number): string {
  const many = rows === 1 ? "1 row waits" : `${rows} rows wait`;
  if (untilMs === undefined) return `${many}: ${detail}`;
  const [date = "", time = ""] = timeText(untilMs).split("T");
  const day = timeText(nowMs).startsWith(date) ? "" : `${date} `;
  return `${many} until ${day}${time.slice(0, 5)} UTC: ${detail}`;
}
