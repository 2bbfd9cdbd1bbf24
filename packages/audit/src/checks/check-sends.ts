import { type HistoryEntry, isVerdict } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import type { AuditContext } from "../audit-context.js";
import { type Finding, finding } from "../findings.js";

type Grant = { index: number; atMs: number; attempt: number };

/** S6: what the history shows of the times between grants, and of what came between two attempts. */
export function checkSends(file: TopupFile, context: AuditContext): Finding[] {
  const { record, history } = file;
  const grants = history.flatMap(({ to, atMs, attempt }, index): Grant[] =>
    to === "submitting" ? [{ index, atMs, attempt }] : [],
  );
  const findings: Finding[] = [];
  for (const [index, grant] of grants.entries()) {
    const before = grants[index - 1];
    if (before === undefined) {
      if (grant.attempt > 1 && file.isHistoryWhole) findings.push(...checkNewAttempt(file, grant, -1, context));
    } else if (before.attempt === grant.attempt) findings.push(...checkSameAttempt(file, before, grant, context));
    else findings.push(...checkNewAttempt(file, grant, before.index, context));
  }
  const byPersons = history.filter((entry) => entry.to === "queued" && isVerdict(entry.because)).length;
  const most = context.timings.SUBMIT_ATTEMPTS_MAX + byPersons;
  if (record.attempt > most && file.isHistoryWhole && !file.isTombstone) {
    findings.push(finding("too-many-attempts", record.reference, `Attempt ${record.attempt}; at most ${most} may be.`));
  }
  return findings;
}

function checkSameAttempt(file: TopupFile, before: Grant, grant: Grant, { timings }: AuditContext): Finding[] {
  // A refusal, or a claim that was never sent, proves that the first request had no effect.
  if (!file.history.slice(before.index + 1, grant.index).some(({ to }) => to === "unknown")) return [];
  const quietUntilMs = before.atMs + timings.SEND_DEADLINE_MS + timings.QUIET_MS;
  if (grant.atMs >= quietUntilMs) return [];
  const detail = `Attempt ${grant.attempt} was granted at ${time(before.atMs)}, became unknown, and was granted again at ${time(grant.atMs)}; before ${time(quietUntilMs)} it must not be.`;
  return [finding("sent-within-quiet-period", file.record.reference, detail)];
}

function checkNewAttempt(file: TopupFile, grant: Grant, beforeIndex: number, context: AuditContext): Finding[] {
  const between = file.history.slice(beforeIndex + 1, grant.index);
  // What a rebuild found lost cannot prove anything any more.
  if (between.some(({ because }) => isVerdict(because) || because === "recreated")) return [];
  const { reference } = file.record;
  const failed = between.findLast(isFailedHold);
  const reason = between.find(({ because }) => because === "still-failed-after-hold");
  if (failed === undefined || reason === undefined) {
    const detail = `Attempt ${grant.attempt} was granted at ${time(grant.atMs)}, and neither FAILED, confirmed after a hold, nor a person's verdict came before it.`;
    return [finding("attempt-without-proof", reference, detail)];
  }
  const holdUntilMs = failed.atMs + context.timings.FAILED_HOLD_MS;
  if (grant.atMs >= holdUntilMs) return [];
  const detail = `FAILED was seen at ${time(failed.atMs)}, and attempt ${grant.attempt} was granted at ${time(grant.atMs)}, before ${time(holdUntilMs)}.`;
  return [finding("attempt-too-soon", reference, detail)];
}

function isFailedHold({ to, because }: HistoryEntry): boolean {
  return to === "held" && (because === "status-failed" || because === "found-in-report");
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}
