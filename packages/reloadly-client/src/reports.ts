import type { Caller, ReadOptions } from "./caller.js";
import { ReloadlyError } from "./errors.js";
import { type Page, pageSchema, type UnreadableRow } from "./page.js";
import { queryString } from "./query.js";
import { invalidRequest, requireCountryCode, requireId, requirePage } from "./request-checks.js";
import { type Transaction, transactionSchema } from "./transaction.js";

/** Which transactions to list, and which page of them. */
export interface TransactionFilter {
  /** Counts from 1. Default 1. */
  page?: number;
  /** Rows per page, at most 500. Default 200. */
  size?: number;
  countryCode?: string;
  operatorId?: number;
  operatorName?: string;
  /** Reloadly compares it exactly but ignores case. */
  customIdentifier?: string;
  /**
   * "yyyy-MM-dd HH:mm:ss", given together with `endDate`. Beware: Reloadly reads both as US Eastern wall-clock time
   * while its answers are in UTC, so ask for a wider window and clip the rows.
   */
  startDate?: string;
  endDate?: string;
}

export type TransactionPage = Page<Transaction>;

/** Reading what Reloadly has recorded. */
export interface Reports {
  /**
   * `GET /topups/reports/transactions`: one page, oldest first. A row that cannot be read stands in `unreadable`: it
   * may be a paid top-up.
   */
  findTransactions(filter: TransactionFilter, options: ReadOptions): Promise<TransactionPage>;
  /**
   * Every transaction with this identifier, whatever its case, since Reloadly's search ignores it. More than one means that more than one top-up was
   * executed. An empty list proves nothing while the request may still be under way. Throws
   * RELOADLY_PAGES_UNFINISHED rather than answer from a part of the list, and
   * RELOADLY_UNREADABLE_BODY when a row that may be meant cannot be read.
   */
  findTransactionsByCustomIdentifier(customIdentifier: string, options: ReadOptions): Promise<Transaction[]>;
  /** `GET /topups/reports/transactions/{transactionId}`. */
  getTransaction(transactionId: number, options: ReadOptions): Promise<Transaction>;
}

const PATH = "/topups/reports/transactions";
const PAGE_SIZE_MAX = 500;
const PAGE_BYTES_MAX = 8 * 1_024 * 1_024;
const LOOKUP_PAGE_SIZE = 200;
const LOOKUP_PAGES_MAX = 25;
const DATE = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

const transactionPageSchema = pageSchema(transactionSchema);

export function createReports(caller: Caller): Reports {
  const fetchPage = (operation: string, filter: TransactionFilter, options: ReadOptions) => {
    checkFilter(operation, filter);
    const path = PATH + queryString({ ...filter });
    const call = {
      operation,
      method: "GET" as const,
      path,
      schema: transactionPageSchema,
      bodyBytesMax: PAGE_BYTES_MAX,
    };
    return caller.read(call, options);
  };

  return {
    async findTransactions(filter, options) {
      return fetchPage("findTransactions", filter, options);
    },
    async findTransactionsByCustomIdentifier(customIdentifier, options) {
      const operation = "findTransactionsByCustomIdentifier";
      if (customIdentifier === "") throw invalidRequest(operation, "customIdentifier", "must not be empty");
      const found: Transaction[] = [];
      for (let page = 1; page <= LOOKUP_PAGES_MAX; page += 1) {
        const filter = { page, size: LOOKUP_PAGE_SIZE, customIdentifier };
        const { content, unreadable, isLast } = await fetchPage(operation, filter, options);
        for (const row of unreadable) requireOther(operation, row, customIdentifier);
        for (const row of content) if (isMatch(operation, row, customIdentifier)) found.push(row);
        if (isLast || content.length + unreadable.length === 0) return found;
      }
      throw new ReloadlyError({
        code: "RELOADLY_PAGES_UNFINISHED",
        operation,
        certainty: "not-executed",
        reason: `the list goes on after ${LOOKUP_PAGES_MAX} pages`,
      });
    },
    async getTransaction(transactionId, options) {
      const operation = "getTransaction";
      requireId(operation, "transactionId", transactionId);
      const path = `${PATH}/${transactionId}`;
      return caller.read({ operation, method: "GET", path, schema: transactionSchema }, options);
    },
  };
}

/** A row that does not say whose it is could be the one: to pass over it would turn "paid" into "not found". */
function isMatch(operation: string, row: Transaction, customIdentifier: string): boolean {
  if (row.customIdentifier !== null) return row.customIdentifier.toLowerCase() === customIdentifier.toLowerCase();
  throw new ReloadlyError({
    code: "RELOADLY_UNREADABLE_BODY",
    operation,
    certainty: "not-executed",
    reason: `transaction ${row.transactionId} was found by its customIdentifier but does not carry one`,
    httpStatus: 200,
  });
}

/** A row that cannot be read is passed over only if it says itself that it is another's. */
function requireOther(operation: string, row: UnreadableRow, customIdentifier: string): void {
  if (row.customIdentifier !== null && row.customIdentifier !== customIdentifier) return;
  throw new ReloadlyError({
    code: "RELOADLY_UNREADABLE_BODY",
    operation,
    certainty: "not-executed",
    reason: `HTTP 200, but row ${row.index} may be the one, and its ${row.reason}`,
    httpStatus: 200,
  });
}

function checkFilter(operation: string, filter: TransactionFilter): void {
  const { countryCode, operatorId, startDate, endDate } = filter;
  requirePage(operation, filter, PAGE_SIZE_MAX);
  if (countryCode !== undefined) requireCountryCode(operation, "countryCode", countryCode);
  if (operatorId !== undefined) requireId(operation, "operatorId", operatorId);
  if (startDate === undefined && endDate === undefined) return;
  if (startDate === undefined || endDate === undefined) {
    throw invalidRequest(operation, "startDate", "and endDate must be given together");
  }
  if (!DATE.test(startDate) || !DATE.test(endDate) || startDate > endDate) {
    throw invalidRequest(operation, "startDate", 'and endDate must read "yyyy-MM-dd HH:mm:ss", the earlier one first');
  }
}
