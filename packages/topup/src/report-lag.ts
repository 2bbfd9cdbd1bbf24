import type { DecisionContext } from "./move.js";
import type { TopupRecord } from "./record.js";
import { LOOKUP_OFFSETS_MS } from "./schedules.js";
import { quietUntilMsOf } from "./submit-decision.js";

/**
 * Whether the provider's report is current, as far as our own confirmed top-ups tell. `not-seen`: there is none to
 * compare with. `lags`: it does not show one that was sent at `sentAtMs` and that the provider has confirmed.
 */
export type ReportCurrency = { kind: "not-seen" } | { kind: "current" } | { kind: "lags"; sentAtMs: number };

/**
 * Asks for one of our own top-ups that succeeded: sent from `sentFromMs` on, confirmed by `confirmedUntilMs`, the first
 * or the last of them. Times by the ledger's clock.
 */
export type MarkQuestion = { sentFromMs: number; confirmedUntilMs: number; pick: "first" | "last" };

/** The two that are held against the report for one record. */
export type MarksToAskFor = { beyond: MarkQuestion; latest: MarkQuestion };

/** A confirmed top-up of ours, and whether the report shows it. */
export type ReportMark = { sentAtMs: number; isShown: boolean };

/** Tells whether the report must show a top-up by its identifier sooner or later. What a person settled need not be. */
export function isMark({ state, transactionId, grantedAtMs, resolvedBy }: TopupRecord): boolean {
  return state === "succeeded" && transactionId !== undefined && grantedAtMs !== undefined && resolvedBy === undefined;
}

/**
 * Which marks tell whether an empty report may be believed for this record; `undefined` before the quiet period is over,
 * when it is not believed anyway. A report that shows `beyond`, sent when the record's POST could not be on its way any
 * more, shows the record, too, if it was executed. One that does not even show `latest` lags.
 */
export function marksToAskFor(record: TopupRecord, { nowMs, timings }: DecisionContext): MarksToAskFor | undefined {
  const quietUntilMs = quietUntilMsOf(record, timings);
  if (nowMs < quietUntilMs) return undefined;
  // A report that is a few seconds behind is current enough for a question that is put every few minutes.
  const confirmedUntilMs = nowMs - (LOOKUP_OFFSETS_MS[0] ?? 0) * timings.SCHEDULE_SCALE;
  return {
    beyond: { sentFromMs: quietUntilMs, confirmedUntilMs, pick: "first" },
    latest: { sentFromMs: record.grantedAtMs ?? record.enteredAtMs, confirmedUntilMs, pick: "last" },
  };
}

/** Weighs the marks that there are. `latest` need not be known where `beyond` is shown. */
export function reportCurrencyOf(marks: { beyond?: ReportMark; latest?: ReportMark }): ReportCurrency {
  if (marks.beyond?.isShown === true || marks.latest?.isShown === true) return { kind: "current" };
  const missing = marks.latest ?? marks.beyond;
  return missing === undefined ? { kind: "not-seen" } : { kind: "lags", sentAtMs: missing.sentAtMs };
}
