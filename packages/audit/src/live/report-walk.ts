import { type ProviderTransaction, providerTransactionOf } from "@surefill/provider";
import type { ReloadlyClient, TransactionPage, UnreadableRow } from "@surefill/reloadly-client";
import type { DeadlineSignals } from "@surefill/runtime";

/** The parts of the client that an audit uses. Nothing here can send money. */
export type AuditClient = Pick<
  ReloadlyClient,
  "findTransactions" | "findTransactionsByCustomIdentifier" | "getTransaction" | "getTopupStatus"
>;

/** How the provider is read: until when, and what is done between two requests. */
export type ReadingManner = { deadlines: DeadlineSignals; pause: () => Promise<void> };

export const READ_DEADLINE_MS = 30_000;
export const READ_RETRIES_MAX = 2;

const PAGE_ROWS = 500;
/** Five hundred million transactions. A report that seems longer is one that never ends. */
const PAGES_MAX = 1_000_000;
/** Reloadly reads the dates of a request as the wall clock of another zone; nobody promises which. */
const ZONE_MS = 36 * 3_600_000;

/** A page of the report: its transactions, and what is known of the rows that cannot be read. */
export type ReportPage = { rows: ProviderTransaction[]; unreadable: readonly UnreadableRow[] };

/**
 * The provider's report, a page at a time. With `fromMs` only what the provider took from then on, the newest page
 * first: the report can be long and is in order of time. Without it everything, the oldest first. A row that cannot be read may be of any time.
 */
export async function* walkReport(
  client: Pick<AuditClient, "findTransactions">,
  window: { fromMs?: number; nowMs: number },
  manner: ReadingManner,
): AsyncGenerator<ReportPage> {
  const { fromMs } = window;
  const dates = fromMs === undefined ? {} : datesOf(fromMs - ZONE_MS, window.nowMs + ZONE_MS);
  const read = (page: number): Promise<TransactionPage> => {
    const signal = manner.deadlines.within(READ_DEADLINE_MS);
    return client.findTransactions({ page, size: PAGE_ROWS, ...dates }, { signal, retriesMax: READ_RETRIES_MAX });
  };
  const first = await read(1);
  const { totalPages } = first;
  if (fromMs === undefined || totalPages === null || totalPages <= 1) {
    yield* forward(first, read, fromMs ?? 0, manner);
    return;
  }
  for (let page = Math.min(totalPages, PAGES_MAX); page >= 1; page -= 1) {
    await manner.pause();
    const { content, unreadable } = page === 1 ? first : await read(page);
    const rows = content.map(providerTransactionOf);
    yield { rows: rows.filter(isFrom(fromMs)), unreadable };
    if (rows.length > 0 && !rows.some(isFrom(fromMs))) return;
  }
}

async function* forward(
  first: TransactionPage,
  read: (page: number) => Promise<TransactionPage>,
  fromMs: number,
  manner: ReadingManner,
): AsyncGenerator<ReportPage> {
  let page = first;
  for (let number = 2; number <= PAGES_MAX; number += 1) {
    const { content, unreadable, isLast } = page;
    yield { rows: content.map(providerTransactionOf).filter(isFrom(fromMs)), unreadable };
    if (isLast || content.length + unreadable.length === 0) return;
    await manner.pause();
    page = await read(number);
  }
  throw new RangeError(`the provider's report goes on after ${PAGES_MAX} pages`);
}

/** A transaction whose time nobody tells could be a late one. */
function isFrom(fromMs: number): (transaction: ProviderTransaction) => boolean {
  return ({ atMs }) => atMs === null || atMs >= fromMs;
}

function datesOf(startMs: number, endMs: number): { startDate: string; endDate: string } {
  const text = (atMs: number) => new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
  return { startDate: text(Math.max(0, startMs)), endDate: text(endMs) };
}
