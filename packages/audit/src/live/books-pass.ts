import { addDecimals, compareDecimals } from "@surefill/topup";
import { checkPosts, holdsEveryGrant, type ProviderPost } from "../checks/check-posts.js";
import { finding } from "../findings.js";
import { attemptOf, shownIdentifier } from "../provider-transaction.js";
import type { AuditScope, BooksRow, ProviderBooks } from "./audit-parts.js";
import type { AuditRun } from "./audit-run.js";
import { FILES_PER_PAGE } from "./ledger-pass.js";

/** S3, S6 and S11 by the books of a provider that opens them. */
export async function passBooks(run: AuditRun, books: ProviderBooks): Promise<void> {
  for await (const page of books.posts ?? []) {
    for (let start = 0; start < page.length; start += FILES_PER_PAGE) {
      await judgePosts(run, page.slice(start, start + FILES_PER_PAGE));
    }
    await run.rest();
  }
  // What has no cost in the ledger would be missing from its sum.
  if (isSumAsked(run.scope) && run.counts.unpriced === 0) await judgeSum(run, books.wallet);
}

/** Whether a scope covers what a wallet's sum does: all of the past, with nothing under way. */
export function isSumAsked({ books, isSettled, sinceMs }: AuditScope): boolean {
  return books !== undefined && isSettled === true && sinceMs === undefined;
}

async function judgePosts(run: AuditRun, rows: readonly BooksRow[]): Promise<void> {
  const { rebuiltAtMs } = run;
  const references = new Set(rows.flatMap((row) => attemptOf(row)?.reference ?? []));
  const files = new Map((await run.parts.ledger.files([...references])).map((file) => [file.record.reference, file]));
  for (const row of rows) {
    const named = attemptOf(row);
    const file = files.get(named?.reference ?? "");
    if (named === undefined || file === undefined) await judgeUnrecorded(run, row);
    else if (!holdsEveryGrant(file)) run.counts.unjudgedPosts += row.posts.length;
    else {
      // Where its reference was accepted anew after a rebuild, what came before that was granted by a lost record.
      const isAnew = rebuiltAtMs !== undefined && file.record.acceptedAtMs >= rebuiltAtMs;
      const posts = takeKnown(run, row, isAnew ? rebuiltAtMs : undefined);
      await run.tell(checkPosts(file, named.attempt, posts, run.context(run.startMs)));
    }
  }
}

/** Counts the POSTs of a row, and answers those that were not already there when the ledger was rebuilt. */
function takeKnown(run: AuditRun, { posts }: BooksRow, rebuiltAtMs: number | undefined): ProviderPost[] {
  const { clockSkewMs } = run.context(run.startMs);
  const knownFromMs = rebuiltAtMs === undefined ? 0 : rebuiltAtMs + clockSkewMs;
  const known = posts.filter(({ atMs }) => atMs >= knownFromMs);
  run.counts.posts += known.length;
  run.counts.unjudgedPosts += posts.length - known.length;
  return known;
}

/**
 * POSTs with an identifier that no record of the ledger made. A record is there before its first POST and stays for
 * good, if only as a tombstone; a rebuild, though, does not make those anew of which nothing could have come.
 */
async function judgeUnrecorded(run: AuditRun, row: BooksRow): Promise<void> {
  if (run.scope.foreign === "count") {
    run.counts.foreignPosts += row.posts.length;
    return;
  }
  const known = takeKnown(run, row, run.rebuiltAtMs);
  const [first] = known;
  if (first === undefined) return;
  const detail = `${known.length} with the identifier ${shownIdentifier(row.customIdentifier)}, the first at ${new Date(first.atMs).toISOString()}; there is no record of it.`;
  await run.tell([finding("not-granted", null, detail)]);
}

/** What the wallet lost is what the ledger counts as paid, and what the report shows beside that. */
async function judgeSum(run: AuditRun, wallet: ProviderBooks["wallet"]): Promise<void> {
  const { currency, debited, refunded } = wallet;
  const paid = run.paid.get(currency) ?? "0";
  const explained = addDecimals(paid, run.besides.get(currency) ?? "0");
  if (compareDecimals(debited, addDecimals(explained, refunded)) === 0) return;
  const detail = `It debited ${debited} and refunded ${refunded} ${currency}; the ledger counts ${paid} as paid, and the report shows ${run.besides.get(currency) ?? "0"} beside that.`;
  await run.tell([finding("books-differ", null, detail)]);
}
