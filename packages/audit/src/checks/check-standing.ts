import { isFinal } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import type { AuditContext } from "../audit-context.js";
import { type Finding, type FindingKind, finding } from "../findings.js";

/** S7, S10, S12 and S13: the record ends or will be looked at, stands where it is listed, and shows nobody's number. */
export function checkStanding(file: TopupFile, context: AuditContext): Finding[] {
  const { record } = file;
  const { reference, state } = record;
  const findings: Finding[] = [];
  const found = (kind: FindingKind, detail: string) => findings.push(finding(kind, reference, detail));
  const isOpen = !isFinal(state) && state !== "review";

  if (context.isSettled && isOpen) found("not-ended", `It is ${state}.`);
  if (!file.isContentIntact || reference !== reference.toLowerCase()) found("content-changed", `It is ${state}.`);
  if (isOpen && (record.dueAtMs === undefined || file.dueIndexMs !== record.dueAtMs)) {
    const index = file.dueIndexMs === undefined ? "no alarm" : `an alarm at ${time(file.dueIndexMs)}`;
    const own = record.dueAtMs === undefined ? "none" : time(record.dueAtMs);
    found("alarm-missing", `It is ${state}; the record's own is ${own}, and the sweeper's index has ${index}.`);
  }
  if (!isOpen && (record.dueAtMs !== undefined || file.dueIndexMs !== undefined)) {
    found("alarm-left-over", `It is ${state}.`);
  }
  const [place, ...others] = file.listedAs;
  const isListedRightly = file.isTombstone
    ? place === undefined
    : place?.state === state && place.sinceMs === record.enteredAtMs && others.length === 0;
  if (!isListedRightly) {
    const places = file.listedAs.map((listed) => `${listed.state} since ${time(listed.sinceMs)}`).join(", ");
    found("listed-wrongly", `It is ${state} since ${time(record.enteredAtMs)}; listed: ${places || "nowhere"}.`);
  }
  if (showsNumber(file)) found("number-shown", "Part of the recipient's number is in a code of the record.");
  return findings;
}

/** As many digits of a number as tell whose it is. */
const TELLING_DIGITS = 7;

function showsNumber({ record, history }: TopupFile): boolean {
  const number = record.request.recipientPhone?.number.slice(-TELLING_DIGITS);
  if (number === undefined || number.length < TELLING_DIGITS) return false;
  return [record.code, ...history.map(({ code }) => code)].some((code) => code?.includes(number));
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}
