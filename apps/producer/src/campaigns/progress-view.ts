import {
  FAILURE_CLASSES,
  failureClassOf,
  formatUnits,
  type PlanSummary,
  ROW_STATES,
  type Units,
} from "@surefill/campaign";
import type { ClosedGate, TopupRecord } from "@surefill/topup";
import { type CampaignProgress, type MinutePoint, UNTAKEN_STATES } from "@surefill/topup-store";
import { z } from "zod";
import { timeText } from "./campaign-time.js";
import { dailyMsOf, type Eta, estimate, paceOf } from "./eta.js";
import { unfedReserveUnits } from "./repriced-view.js";
import { ROW_WAIT_REASONS, type RowWait, rowWaitsOf, rowWaitText } from "./row-waits.js";

const time = z.iso.datetime().describe("UTC, with milliseconds");
const amount = z.string().describe("Decimal text");
const perSecond = z.number().describe("Rows that became final per second");

/** What keeps rows from being sent at this moment. */
const WAITS_FOR = [
  "person",
  "canary",
  "budget",
  "failures",
  "balance",
  "price",
  "prices",
  "loss",
  "retention",
  "start-time",
  "daily-window",
  "account",
  "operator",
  "review",
  "first-rows",
  "held",
  "gate",
  "unknown",
] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

const rowCounts = Object.fromEntries(ROW_STATES.map((state) => [state, z.int()])) as Record<
  (typeof ROW_STATES)[number],
  z.ZodInt
>;

/** The numbers of a campaign at one moment. */
export const progressSchema = z
  .object({
    at: time,
    rows: z
      .object({
        total: z.int().describe("Rows of the file"),
        planned: z.int(),
        waiting: z.int().describe("Planned, and not taken up yet"),
        ...rowCounts,
        already: z.int().describe("A top-up of the same content exists under the reference; this campaign sends none"),
        conflict: z.int().describe("A top-up with other content exists under the reference; nothing is sent"),
        "paid-recently": z
          .int()
          .describe("Another top-up has paid the recipient since the check, or may still; nothing is sent"),
        inFlight: z.int().describe("May be with the provider: submitting, processing, unknown"),
        final: z.int(),
      })
      .describe("`held` rows wait after FAILED, `parked` ones behind a gate; the states of top-ups otherwise"),
    money: z.object({
      currency: z.string(),
      budget: amount.nullable(),
      confirmed: amount.describe("Debited, what was debited twice among it"),
      inFlight: amount.describe("The most that rows in submitting and processing may cost"),
      atRisk: amount.describe("The most that rows in unknown and review may have cost: nobody knows yet"),
      reserved: amount.describe("The most that all open rows may still cost, those in flight and at risk among them"),
      left: amount.nullable().describe("Of the budget, what is neither debited nor reserved; null without a budget"),
      keptBack: amount
        .nullable()
        .describe("Of what is left, kept back in case prices rise before open rows are debited; null without a budget"),
      toCome: amount
        .nullable()
        .describe("The most that rows which are not taken up yet may cost at the latest known prices"),
    }),
    paidTwice: z
      .object({
        rows: z.int().describe("Rows that Reloadly debited more than once, or may have; accepted ones among them"),
        cost: amount.describe("What Reloadly debited beyond what the states of rows account for; part of `confirmed`"),
      })
      .describe("What Reloadly debited too much. `GET /v1/attention` lists the top-ups that wait for a person"),
    rate: z.object({
      now: perSecond,
      sinceStart: perSecond,
      limit: z.number().describe("The most that may be started per second"),
    }),
    eta: z
      .object({ earliest: time, latest: time })
      .nullable()
      .describe("When every row will be final, from the best pace so far to the worst; null while it waits"),
    waitsFor: z
      .array(
        z.object({
          what: z.enum(WAITS_FOR),
          until: time.nullable(),
          detail: z.string().nullable(),
          text: z.string().optional().describe("The whole in plain words, where it concerns single rows"),
        }),
      )
      .describe("What keeps rows from being sent, or the campaign from ending; empty while nothing does"),
    rowsWait: z
      .array(
        z.object({
          why: z.enum(ROW_WAIT_REASONS),
          rows: z.int(),
          until: time.nullable().describe("When the last of them is looked at again, where that is known"),
          detail: z.string(),
          text: z.string().describe("The whole in plain words"),
        }),
      )
      .describe("Why rows wait while the campaign runs. Of many held, parked or unknown rows the first are looked at"),
    failures: z.array(
      z.object({
        class: z.enum(FAILURE_CLASSES),
        code: z.string().describe("The provider's code, or ours"),
        operatorId: z.int(),
        operator: z.string().nullable(),
        rows: z.int(),
      }),
    ),
  })
  .meta({ id: "CampaignProgress" });

export type ProgressView = z.output<typeof progressSchema>;

/** What the numbers are shown from. */
export type ProgressParts = {
  progress: CampaignProgress;
  summary: PlanSummary | undefined;
  points: readonly MinutePoint[];
  gates: readonly ClosedGate[];
  /** How long a row that the provider said FAILED of is held. */
  failedHoldMs: number;
  /** Rows that are held, parked or unknown; the first of them where they are many. */
  waiting?: readonly TopupRecord[];
  /** The campaign that takes money first, while money is short. */
  ahead?: string | undefined;
};

/** Shows the numbers of a campaign that has been started. */
export function progressView(parts: ProgressParts): ProgressView {
  const { progress, summary, points } = parts;
  const { campaign, nowMs, tally, failures } = progress;
  const { startedAtMs = nowMs, endedAtMs } = campaign;
  // Rows that were not taken took no time, and say nothing about the pace.
  const finals = campaign.finals - UNTAKEN_STATES.reduce((sum, state) => sum + tally.rows[state], 0);
  const pace = paceOf({ points, finals, startedAtMs, nowMs: endedAtMs ?? nowMs });
  const isOver = endedAtMs !== undefined;
  const waitsFor = isOver ? [] : waitsForOf(parts);
  const isPaused = campaign.state === "paused" || campaign.state === "scheduled";
  const rowWaits = isOver || isPaused ? [] : rowWaitsOf(progress, parts.waiting ?? [], parts.gates);
  const eta = isOver || waitsFor.length > 0 ? undefined : etaOf(parts, pace, rowWaits);
  const isTooEarly = !isOver && waitsFor.length === 0 && eta === undefined;
  const names = new Map(summary?.byOperator.map(({ operatorId, name }) => [operatorId, name]));
  return {
    at: timeText(nowMs),
    rows: {
      total: campaign.plan?.rows.total ?? 0,
      planned: campaign.plan?.rows.planned ?? 0,
      waiting: progress.unfedRows,
      ...tally.rows,
      inFlight: progress.inFlightRows,
      final: campaign.finals,
    },
    money: moneyOf(progress, summary),
    paidTwice: { rows: tally.paidTwiceRows, cost: formatUnits(tally.extraUnits) },
    rate: {
      now: isOver ? 0 : rounded(pace.nowPerS),
      sinceStart: rounded(pace.sinceStartPerS),
      limit: campaign.limits.ratePerS,
    },
    eta: eta === undefined ? null : { earliest: timeText(eta.earliestMs), latest: timeText(eta.latestMs) },
    waitsFor: [
      ...(isTooEarly ? [{ what: "first-rows", until: null, detail: null } as const] : waitsFor),
      ...rowWaits.flatMap((wait) => longWaitOf(wait, waitsFor, nowMs)),
    ],
    rowsWait: rowWaits.map((wait) => {
      const { why, rows, untilMs, detail } = wait;
      const until = untilMs === undefined ? null : timeText(untilMs);
      return { why, rows, until, detail, text: rowWaitText(wait, nowMs) };
    }),
    failures: failures.map(({ code, operatorId, rows }) => ({
      class: failureClassOf(code),
      code,
      operatorId,
      operator: names.get(operatorId) ?? null,
      rows,
    })),
  };
}

function moneyOf(progress: CampaignProgress, summary: PlanSummary | undefined) {
  const { campaign, tally, spentUnits, reservedUnits, atRiskUnits, leftUnits, keptBackUnits } = progress;
  const text = (units: Units) => formatUnits(units);
  return {
    currency: campaign.plan?.currency ?? "",
    budget: campaign.limits.budget ?? null,
    confirmed: text(spentUnits),
    inFlight: text(tally.money.submitting + tally.money.processing),
    atRisk: text(atRiskUnits),
    reserved: text(reservedUnits),
    left: leftUnits === undefined ? null : text(leftUnits),
    keptBack: keptBackUnits === undefined ? null : text(keptBackUnits),
    toCome: summary === undefined ? null : text(unfedReserveUnits(progress, summary)),
  };
}

function rounded(perS: number): number {
  return Math.round(perS * 1_000) / 1_000;
}

/** What stands in the way, the nearest first. */
function waitsForOf({ progress, summary, gates, ahead }: ProgressParts): ProgressView["waitsFor"] {
  const { campaign, nowMs, tally } = progress;
  const { state, pause, sendFromMs, sendUntilMs } = campaign;
  if (state === "scheduled") {
    const { startAtMs = 0 } = campaign;
    if (nowMs < startAtMs) return [{ what: "start-time", until: timeText(startAtMs), detail: null }];
    return [{ what: "prices", until: null, detail: "they are asked for once more before the first row is sent" }];
  }
  if (state === "paused" && pause !== undefined) {
    return [{ what: pause.reason, until: null, detail: pause.detail ?? null }];
  }
  const found: ProgressView["waitsFor"] = [];
  // What a cancelled campaign has not sent is withdrawn, whatever the hour is and whichever gates are closed.
  const waiting = state === "cancelling" ? 0 : progress.unfedRows + tally.rows.queued + tally.rows.parked;
  const isBefore = sendFromMs !== undefined && nowMs < sendFromMs;
  const isAfter = sendUntilMs !== undefined && nowMs >= sendUntilMs;
  if (waiting > 0 && (isBefore || isAfter)) {
    found.push({ what: "daily-window", until: isBefore ? timeText(sendFromMs) : null, detail: null });
  }
  if (waiting > 0) found.push(...gatesInTheWay(gates, summary));
  if (ahead !== undefined) {
    const detail = `${ahead} was started earlier, and has top-ups that wait for balance`;
    found.push({ what: "balance", until: null, detail });
  }
  if (rowsLeftOf(progress) === 0 && tally.rows.review > 0) {
    found.push({ what: "review", until: null, detail: `${tally.rows.review} rows wait for a verdict` });
  }
  return found;
}

/** Rows that will still become final by themselves; those in review wait for a person. */
function rowsLeftOf({ campaign, unfedRows, tally: { rows } }: CampaignProgress): number {
  const unfed = campaign.state === "cancelling" ? 0 : unfedRows;
  return unfed + rows.queued + rows.submitting + rows.unknown + rows.processing + rows.held + rows.parked;
}

function gatesInTheWay(gates: readonly ClosedGate[], summary: PlanSummary | undefined): ProgressView["waitsFor"] {
  const names = new Map(summary?.byOperator.map(({ operatorId, name }) => [`operator:${operatorId}`, name]));
  return gates.flatMap(({ name, reason, untilMs }): ProgressView["waitsFor"] => {
    const until = timeText(untilMs);
    if (name === "account") return [{ what: "account", until, detail: reason }];
    const operator = names.get(name);
    if (operator === undefined) return [];
    return [{ what: "operator", until, detail: `${operator} (${name.slice("operator:".length)}): ${reason}` }];
  });
}

/** A wait of single rows, where it is long enough to be named, and not told already by the gate of all. */
function longWaitOf(wait: RowWait, told: ProgressView["waitsFor"], nowMs: number): ProgressView["waitsFor"] {
  const { why, untilMs, detail } = wait;
  if (why !== "held" && why !== "gate" && why !== "unknown") return [];
  if (why === "gate" && told.length > 0) return [];
  const until = untilMs === undefined ? null : timeText(untilMs);
  return [{ what: why, until, detail, text: rowWaitText(wait, nowMs) }];
}

function etaOf(
  { progress, failedHoldMs }: ProgressParts,
  pace: ReturnType<typeof paceOf>,
  waits: readonly RowWait[],
): Eta | undefined {
  const { campaign, nowMs, tally } = progress;
  const { state, limits, sendFromMs: fromMs, sendUntilMs: untilMs } = campaign;
  const { dailyWindow } = limits;
  const isSending = state !== "cancelling";
  const isWindowed = isSending && dailyWindow !== undefined && fromMs !== undefined && untilMs !== undefined;
  return estimate({
    nowMs,
    rowsLeft: rowsLeftOf(progress),
    pace,
    rowsHeld: tally.rows.held + tally.rows.parked + tally.rows.unknown,
    heldUntilMs: Math.max(0, ...waits.map(({ untilMs = 0 }) => untilMs)),
    tailMs: tally.rows.held > 0 ? failedHoldMs : 0,
    ...(isWindowed && { window: { fromMs, untilMs, dailyMs: dailyMsOf(dailyWindow) } }),
  });
}
