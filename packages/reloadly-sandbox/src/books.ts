import { formatUnits, type Units } from "./money.js";
import type { TopUpBook } from "./top-up-book.js";
import type { IdentifierRow, PostEntry } from "./transaction.js";
import type { WalletBooks } from "./wallet.js";

/** One customIdentifier in the books. Money as decimal strings with five decimals, in wallet currency. */
export interface IdentifierBooks {
  readonly customIdentifier: string;
  readonly posts: number;
  /** When the latest POST arrived, in milliseconds since 1970. */
  readonly lastPostAtMs: number;
  readonly executions: number;
  readonly duplicateRefusals: number;
  readonly rejections: number;
  /** When each POST came and what it was answered; absent unless `recordPosts` is on. */
  readonly postLog?: readonly PostEntry[];
  readonly transactionIds: readonly number[];
  readonly statuses: readonly string[];
  readonly debited: string;
  readonly refunded: string;
  /** Who was topped up; null when nothing was executed. */
  readonly recipient: string | null;
  readonly operatorId: number | null;
  readonly amount: string | null;
  readonly useLocalAmount: boolean | null;
}

/** Counts since the start. `posts = executions + duplicateRefusals + rejections` once every POST is dealt with. */
export interface BooksTotals {
  /** POSTs to both top-up endpoints that arrived whole. */
  readonly posts: number;
  readonly postsWithoutIdentifier: number;
  /** Transactions created. One POST makes two under `executed-twice`. */
  readonly executions: number;
  readonly duplicateRefusals: number;
  readonly rejections: number;
  readonly debits: number;
  readonly refunds: number;
  readonly identifiers: number;
  readonly identifiersWithSeveralExecutions: number;
  /** Transactions by their status now. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly webhooks: { readonly sent: number; readonly failed: number; readonly withheld: number };
  /** Whether `recordPosts` is on. */
  readonly recordsPosts: boolean;
}

/** What the provider did and what it cost, for checking a client against the provider instead of against itself. */
export interface Books {
  readonly wallet: WalletBooks;
  readonly totals: BooksTotals;
  /** One page of rows in order of first POST; absent when only totals were asked for. */
  readonly identifiers?: readonly IdentifierBooks[];
  /** The `after` of the next page, or null on the last. */
  readonly next?: string | null;
}

/** Which rows of the books are wanted. */
export interface BooksQuery {
  readonly rows?: boolean;
  readonly customIdentifier?: string;
  readonly after?: string;
  readonly limit?: number;
}

/** Rows of one page of the books unless the query says otherwise, and the most that it may ask for. */
export const BOOKS_PAGE_ROWS = 10_000;

/** Counts of POSTs and their fates; executions and money are counted by the book of top-ups. */
export interface PostCounts {
  posts: number;
  postsWithoutIdentifier: number;
  duplicateRefusals: number;
  rejections: number;
}

/** Writes the books, with the rows that the query asks for. */
export function writeBooks(
  book: TopUpBook,
  counts: { posts: PostCounts; webhooks: BooksTotals["webhooks"]; recordsPosts: boolean },
  query: BooksQuery,
): Books {
  const totals: BooksTotals = {
    ...counts.posts,
    executions: book.transactions.length,
    ...book.moneyCounts,
    identifiers: book.identifiers.rows.length,
    identifiersWithSeveralExecutions: book.identifiers.severalExecutions,
    byStatus: Object.fromEntries(book.statusCounts),
    webhooks: { ...counts.webhooks },
    recordsPosts: counts.recordsPosts,
  };
  const head = { wallet: book.wallet.books(), totals };
  if (query.rows === false) return head;
  if (query.customIdentifier !== undefined) {
    const row = book.identifiers.find(query.customIdentifier);
    return { ...head, identifiers: row === undefined ? [] : [writeRow(row)], next: null };
  }
  const { rows } = book.identifiers;
  const previous = query.after === undefined ? undefined : book.identifiers.find(query.after);
  if (query.after !== undefined && previous === undefined) {
    throw new Error("after must be a customIdentifier that stands in the books");
  }
  const start = previous === undefined ? 0 : previous.position + 1;
  const end = start + Math.min(query.limit ?? BOOKS_PAGE_ROWS, BOOKS_PAGE_ROWS);
  const page = rows.slice(start, end);
  const next = end < rows.length ? (page.at(-1)?.customIdentifier ?? null) : null;
  return { ...head, identifiers: page.map(writeRow), next };
}

function writeRow(row: IdentifierRow): IdentifierBooks {
  const first = row.transactions[0];
  const sum = (figure: "debited" | "refunded"): Units =>
    row.transactions.reduce((total, transaction) => total + transaction[figure], 0);
  return {
    customIdentifier: row.customIdentifier,
    posts: row.posts,
    lastPostAtMs: row.lastPostAtMs,
    executions: row.transactions.length,
    duplicateRefusals: row.duplicateRefusals,
    rejections: row.rejections,
    ...(row.postLog !== undefined && { postLog: row.postLog.map((entry) => ({ ...entry })) }),
    transactionIds: row.transactions.map(({ transactionId }) => transactionId),
    statuses: row.transactions.map(({ status }) => status),
    debited: formatUnits(sum("debited")),
    refunded: formatUnits(sum("refunded")),
    recipient: first?.recipient ?? null,
    operatorId: first?.operator.operatorId ?? null,
    amount: first?.amount ?? null,
    useLocalAmount: first?.useLocalAmount ?? null,
  };
}
