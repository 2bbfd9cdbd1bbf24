import type { HistoryEntry, TopupEvent, TopupState } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import { type Finding, finding } from "../findings.js";
import { moveText } from "./check-moves.js";

/** States whose every entry is told in the event log. */
const TOLD_STATES: ReadonlySet<TopupState> = new Set([
  "succeeded",
  "refunded",
  "failed",
  "rejected",
  "cancelled",
  "held",
  "review",
]);

/** The part of the log's time that is judged: from its oldest event (or later) to a moment before it was read. */
export type EventWindow = { fromMs: number; untilMs: number };

/** Tells whether a move must have an event. */
export function isTold({ from, to }: HistoryEntry): boolean {
  return from !== to && TOLD_STATES.has(to);
}

/** Tells whether an event is told by a move of its top-up; the others tell what was seen of it elsewhere. */
export function isOfMove({ type, state }: TopupEvent): boolean {
  return type === `topup.${state}`;
}

/** What a told move and its event have in common, and no other move of any top-up. */
export function moveMark(reference: string, move: { to: TopupState; atMs: number; attempt: number }): string {
  return `${reference}|${move.to}|${move.atMs}|${move.attempt}`;
}

/** As `moveMark`, of an event. */
export function eventMark({ reference, state, atMs, attempt }: TopupEvent): string {
  return moveMark(reference, { to: state, atMs, attempt });
}

/** S8 of one top-up. `events` are all of its events in the window, in the order of the log. */
export function checkEvents(file: TopupFile, events: readonly TopupEvent[], window: EventWindow): Finding[] {
  const { reference } = file.record;
  const isInWindow = ({ atMs }: { atMs: number }) => atMs >= window.fromMs && atMs <= window.untilMs;
  const told = file.history.filter((entry) => isTold(entry) && isInWindow(entry));
  const ofMoves = events.filter((event) => isOfMove(event) && isInWindow(event));
  const counts = new Map<string, number>();
  for (const event of ofMoves) counts.set(eventMark(event), (counts.get(eventMark(event)) ?? 0) + 1);

  const findings = told
    .filter((entry) => !counts.has(moveMark(reference, entry)))
    .map((entry) => finding("event-missing", reference, `${moveText(entry)}.`));
  const marks = new Set(told.map((entry) => moveMark(reference, entry)));
  // What a history has dropped, or a tombstone forgotten, cannot be compared.
  const isComparable = file.isHistoryWhole && !file.isTombstone;
  for (const event of new Map(ofMoves.map((one) => [eventMark(one), one])).values()) {
    const count = counts.get(eventMark(event)) ?? 0;
    if (count > 1) findings.push(finding("event-repeated", reference, `${eventText(event)}, ${count} times.`));
    if (isComparable && !marks.has(eventMark(event))) {
      findings.push(finding("event-without-move", reference, `${eventText(event)}.`));
    }
  }
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before === undefined || before.version < event.version || isSameVersion(before, event)) continue;
    const detail = `${eventText(event)} follows ${eventText(before)}.`;
    findings.push(finding("event-out-of-order", reference, detail));
  }
  return findings;
}

/** What tells of a sighting, not of a write, repeats the version that it was seen at. */
function isSameVersion(before: TopupEvent, event: TopupEvent): boolean {
  return before.version === event.version && !(isOfMove(before) && isOfMove(event));
}

function eventText({ type, version, atMs, id }: TopupEvent): string {
  return `${type} (event ${id}, version ${version}, ${new Date(atMs).toISOString()})`;
}
