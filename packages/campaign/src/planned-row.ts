import type { Phone } from "@surefill/topup";
import type { Units } from "./money.js";
import type { RejectedRow } from "./problems.js";

/** A row that is sent, as the check decided it. */
export type PlannedRow = {
  /** Counts the file's data rows from 1. */
  row: number;
  /** Only where the file names one; else `<run>.<row>`. Lower-case. */
  reference?: string;
  /** E.164 digits without "+", or the e-mail address of a Nauta account. */
  recipient: string;
  /** ISO 3166-1 alpha-2. */
  countryCode: string;
  operatorId: number;
  /** Plain decimal text, in the account's currency, or in the operator's when `useLocalAmount`. */
  amount: string;
  useLocalAmount: boolean;
  /** What the provider is expected to debit. */
  costUnits: Units;
  /** The most that it may debit: held back from the budget until the top-up ends. */
  reserveUnits: Units;
  sender?: Phone;
  metadata?: Readonly<Record<string, string>>;
};

/** What became of one row in a check. `left-out`: the campaign does not concern it (a retry of some rows only). */
export type JudgedRow =
  | { kind: "planned"; planned: PlannedRow }
  | { kind: "rejected"; rejected: RejectedRow }
  | { kind: "left-out" };

/** How many rows stand in one chunk, in uploads and in plans alike. */
export const CHUNK_ROWS = 500;

/** Where a row stands: rows count from 1, chunks and places in them from 0. */
export function placeOfRow(row: number): { chunk: number; index: number } {
  const position = row - 1;
  const index = position % CHUNK_ROWS;
  return { chunk: (position - index) / CHUNK_ROWS, index };
}

/** The reference of a row that names none. */
export function referenceOfRow(run: string, planned: Pick<PlannedRow, "row" | "reference">): string {
  return planned.reference ?? `${run}.${planned.row}`;
}
