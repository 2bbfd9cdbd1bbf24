import { canMove, type HistoryEntry, isFinal, isVerdict } from "@surefill/topup";
import { grantNumberOf, type TopupFile } from "@surefill/topup-store";
import { type Finding, type FindingKind, finding } from "../findings.js";

/** S5 and S9: the record is where its history leads, by legal moves, and each grant had a fence of its own. */
export function checkMoves(file: TopupFile): Finding[] {
  if (file.isTombstone) return [];
  const { record, history, isHistoryWhole } = file;
  const { reference, state, version, fence, submits } = record;
  const findings: Finding[] = [];
  const found = (kind: FindingKind, detail: string) => findings.push(finding(kind, reference, detail));

  for (const [index, entry] of history.entries()) {
    const isRecreated = entry.because === "recreated";
    // A person has accepted what the provider shows: that moves nothing.
    const isNoMove = entry.because === "contradiction-accepted" && entry.from === entry.to;
    if (!isRecreated && !isNoMove && !canMove(entry.from, entry.to)) found("illegal-move", moveText(entry));
    const next = history[index + 1];
    // What lies between a move and a rebuild was lost.
    if (next?.because === "recreated") continue;
    if (next !== undefined && next.from !== entry.to) {
      found("history-broken", `${moveText(entry)} is followed by ${moveText(next)}.`);
    }
    if (next !== undefined && !isNextAttempt(entry, next.attempt)) {
      found("history-broken", `After attempt ${entry.attempt} (${moveText(entry)}) comes attempt ${next.attempt}.`);
    }
  }
  const last = history.at(-1);
  if (last !== undefined && last.to !== state) {
    found("history-broken", `Its last line is ${moveText(last)}, and the record is ${state}.`);
  }
  if (last !== undefined && !isNextAttempt(last, record.attempt)) {
    found("history-broken", `Its last line is of attempt ${last.attempt}, and the record is at ${record.attempt}.`);
  }
  // Every line of the history came with a write of its own, and the first write made the record.
  if (version <= history.length) found("version-behind", `Version ${version}, and ${history.length} moves.`);

  const grants = history.filter(({ to }) => to === "submitting").length;
  const isCounted = grantNumberOf(fence) === submits && (isHistoryWhole ? grants === submits : grants <= submits);
  if (!isCounted) found("fence-differs", `Fence ${fence}, ${submits} submits, ${grants} grants in the history.`);
  return findings;
}

/** The attempt may rise by one, and only with a move back to `queued` that gives the reason. */
function isNextAttempt(entry: HistoryEntry, attempt: number): boolean {
  if (attempt === entry.attempt) return true;
  const mayRise = entry.because === "still-failed-after-hold" || isVerdict(entry.because);
  return attempt === entry.attempt + 1 && entry.to === "queued" && mayRise;
}

/** A line of a history in words. */
export function moveText({ from, to, because, atMs }: HistoryEntry): string {
  const left = isFinal(from) ? ", which is final," : "";
  return `${from}${left} to ${to} because ${because} at ${new Date(atMs).toISOString()}`;
}
