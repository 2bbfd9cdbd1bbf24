import { type Answer, ok } from "../answer.js";
import { parseReportDate } from "../clock.js";
import type { Settings } from "../options.js";
import { invalidInput, refusal, refuse } from "../refusal.js";
import type { Call } from "../router.js";
import type { TopUpBook } from "../top-up-book.js";
import type { Transaction } from "../transaction.js";
import { statusBody, transactionBody } from "../transaction-body.js";
import { type PageRequest, readPage, springPage } from "./page.js";

const REPORT_SIZE = { default: 200, max: 500 };

/** `GET /topups/{transactionId}/status`. */
export function statusEndpoint(book: TopUpBook, settings: Settings): (call: Call) => Answer {
  return ({ request, values, nowMs }) => {
    const transaction = findTransaction(book, values[0]);
    if (transaction === undefined) return refuse(refusal("TRANSACTION_NOT_FOUND"), { path: request.path, nowMs });
    return ok(statusBody(transaction, settings));
  };
}

/** `GET /topups/reports/transactions/{transactionId}`: always flat, and a 404 without an error code. */
export function reportRowEndpoint(book: TopUpBook, settings: Settings): (call: Call) => Answer {
  return ({ request, values, nowMs }) => {
    const transaction = findTransaction(book, values[0]);
    if (transaction === undefined || transaction.visibleAtMs > nowMs) {
      const reason = { httpStatus: 404, errorCode: null, message: "Transaction not found for given id" };
      return refuse(reason, { path: request.path, nowMs });
    }
    return ok(transactionBody(transaction, settings.currency));
  };
}

/** `GET /topups/reports/transactions`: a Spring page, oldest first, filtered by what the query names. */
export function reportEndpoint(book: TopUpBook, settings: Settings): (call: Call) => Answer {
  return ({ request, nowMs }) => {
    const query = new URLSearchParams(request.query);
    const page = readPage(query, REPORT_SIZE);
    const dates = readDates(query);
    const problem = typeof page === "string" ? page : dates === undefined ? WRONG_DATE : undefined;
    if (problem !== undefined || typeof page === "string" || dates === undefined) {
      return refuse(invalidInput(problem ?? WRONG_DATE), { path: request.path, nowMs });
    }
    const wanted = filterOf(query, dates, nowMs);
    const found = selectPage(candidates(book, query, dates), wanted, page);
    const rows = found.rows.map((transaction) => transactionBody(transaction, settings.currency));
    return ok(springPage(rows, page, found.total));
  };
}

const WRONG_DATE = "Invalid startDate or endDate provided, must be yyyy-MM-dd HH:mm:ss";

interface Dates {
  readonly startMs: number;
  readonly endMs: number;
}

function readDates(query: URLSearchParams): Dates | undefined {
  const start = query.get("startDate");
  const end = query.get("endDate");
  const startMs = start === null ? Number.NEGATIVE_INFINITY : parseReportDate(start);
  const endMs = end === null ? Number.POSITIVE_INFINITY : parseReportDate(end);
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
}

/** The few rows of one identifier, or all rows from the first that is not too old. */
function candidates(book: TopUpBook, query: URLSearchParams, dates: Dates): Iterable<Transaction> {
  const identifier = query.get("customIdentifier");
  if (identifier !== null) return book.identifiers.search(identifier).flatMap(({ transactions }) => transactions);
  return from(book.transactions, firstAtOrAfter(book.transactions, dates.startMs));
}

function* from(transactions: readonly Transaction[], start: number): Iterable<Transaction> {
  for (let index = start; index < transactions.length; index += 1) {
    const transaction = transactions[index];
    if (transaction !== undefined) yield transaction;
  }
}

/** Transactions stand in order of commit, so a date is found by halving. */
function firstAtOrAfter(transactions: readonly Transaction[], timeMs: number): number {
  let low = 0;
  let high = transactions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((transactions[middle]?.committedAtMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function filterOf(query: URLSearchParams, dates: Dates, nowMs: number): (transaction: Transaction) => boolean {
  const country = query.get("countryCode")?.toUpperCase();
  const operatorId = query.get("operatorId");
  const operatorName = query.get("operatorName")?.toLowerCase();
  return (transaction) => {
    const { operator, committedAtMs, visibleAtMs } = transaction;
    if (visibleAtMs > nowMs || committedAtMs < dates.startMs || committedAtMs > dates.endMs) return false;
    if (country !== undefined && operator.country.isoName !== country) return false;
    if (operatorId !== null && String(operator.operatorId) !== operatorId) return false;
    return operatorName === undefined || operator.name.toLowerCase().includes(operatorName);
  };
}

function selectPage(
  transactions: Iterable<Transaction>,
  isWanted: (transaction: Transaction) => boolean,
  page: PageRequest,
): { rows: Transaction[]; total: number } {
  const rows: Transaction[] = [];
  const start = page.index * page.size;
  let total = 0;
  for (const transaction of transactions) {
    if (!isWanted(transaction)) continue;
    if (total >= start && rows.length < page.size) rows.push(transaction);
    total += 1;
  }
  return { rows, total };
}

function findTransaction(book: TopUpBook, id: string | undefined): Transaction | undefined {
  return id !== undefined && /^\d{1,15}$/.test(id) ? book.find(Number(id)) : undefined;
}
