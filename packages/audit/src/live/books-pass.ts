import { addDecimals, compareDecimals } from "@surefill/topup";
import { checkPosts } from "../checks/check-posts.js";
import { finding } from "../findings.js";
import { attemptOf } from "../provider-transaction.js";
import type { BooksRow, ProviderBooks } from "./audit-parts.js";
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
  // Only when all of the past is judged, and nothing moves, do both sums cover the same.
  if (run.scope.isSettled === true && run.scope.sinceMs === undefined) await judgeSum(run, books.wallet);
}

async function judgePosts(run: AuditRun, rows: readonly BooksRow[]): Promise<void> {
  const references = new Set(rows.flatMap((row) => attemptOf(row)?.reference ?? []));
  const files = new Map((await run.parts.ledger.files([...references])).map((file) => [file.record.reference, file]));
  for (const row of rows) {
    run.counts.posts += row.posts.length;
    const named = attemptOf(row);
    const file = files.get(named?.reference ?? "");
    if (named === undefined || file === undefined) continue;
    await run.tell(checkPosts(file, named.attempt, row.posts, run.context(run.startMs)));
  }
}

/** What the wallet lost is what the ledger counts as paid, and what the report shows beside that. */
async function judgeSum(run: AuditRun, wallet: ProviderBooks["wallet"]): Promise<void> {
  if (run.counts.unpriced > 0) return;
  const { currency, debited, refunded } = wallet;
  const paid = run.paid.get(currency) ?? "0";
  const explained = addDecimals(paid, run.besides.get(currency) ?? "0");
  if (compareDecimals(debited, addDecimals(explained, refunded)) === 0) return;
  const detail = `It debited ${debited} and refunded ${refunded} ${currency}; the ledger counts ${paid} as paid, and the report shows ${run.besides.get(currency) ?? "0"} beside that.`;
  await run.tell([finding("books-differ", null, detail)]);
}
