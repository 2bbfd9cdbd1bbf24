import type { TopupFile } from "@surefill/topup-store";
import type { AuditContext } from "../audit-context.js";
import { type Finding, finding } from "../findings.js";

/**
 * A POST as only the provider itself can tell of it: when it came, and what it was answered. `refused`: with the proof
 * that it had no effect. `unclear`: in a way from which the sender could not tell.
 */
export type ProviderPost = { atMs: number; answer: "executed" | "duplicate" | "refused" | "unclear" };

/** Whether the file still holds every grant, so that POSTs can be held against them. */
export function holdsEveryGrant({ isTombstone, isHistoryWhole }: TopupFile): boolean {
  return !isTombstone && isHistoryWhole;
}

/**
 * S3 and S6 by the provider's own books, of a file that holds every grant. `posts` are all POSTs with the identifier of
 * one attempt, oldest first.
 */
export function checkPosts(
  file: TopupFile,
  attempt: number,
  posts: readonly ProviderPost[],
  context: AuditContext,
): Finding[] {
  const { reference } = file.record;
  const { timings, clockSkewMs } = context;
  const grants = file.history.filter((entry) => entry.to === "submitting" && entry.attempt === attempt);
  const lastsMs = timings.SEND_DEADLINE_MS + timings.QUIET_MS + clockSkewMs;
  const findings = posts
    .filter(({ atMs }) => !grants.some((grant) => grant.atMs <= atMs + clockSkewMs && atMs <= grant.atMs + lastsMs))
    .map(({ atMs }) => finding("not-granted", reference, `Attempt ${attempt} came to it at ${time(atMs)}.`));
  // A grant is sent once; only a refusal for want of a good token lets the client send at once again.
  const sent = posts.filter(({ answer }) => answer !== "refused").length;
  if (sent > grants.length) {
    const detail = `Attempt ${attempt} came to it ${sent} times and was granted ${grants.length} times.`;
    findings.push(finding("not-granted", reference, detail));
  }
  for (const [index, post] of posts.entries()) {
    const before = posts[index - 1];
    if (before === undefined || before.answer === "refused") continue;
    if (post.atMs - before.atMs >= timings.QUIET_MS - clockSkewMs) continue;
    const detail = `Attempt ${attempt} came to the provider at ${time(before.atMs)} (${before.answer}) and again at ${time(post.atMs)}.`;
    findings.push(finding("sent-within-quiet-period", reference, detail));
  }
  return findings;
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}
