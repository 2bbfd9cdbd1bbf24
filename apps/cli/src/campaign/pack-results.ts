import { createReadStream } from "node:fs";
import { debitedUnits, formatUnits, RESULT_COLUMNS, type ResultColumn, type Units, unitsOf } from "@surefill/campaign";
import { parse } from "csv-parse";
import { ApiError } from "./api.js";

/** What the rows of a results.csv come to. */
export type PackResults = {
  rows: number;
  byState: ReadonlyMap<string, number>;
  /** What the campaign counts for rows that succeeded; decimal text. */
  debited: string;
  currencies: string[];
  repeatedTransactions: number;
  repeatedReferences: number;
};

/** A row that came upon somebody else's top-up shows that one's reference and transaction. */
const NOT_OURS = new Set(["already", "conflict"]);

/** Reads results.csv row by row. Its last columns are ours, in the order of `RESULT_COLUMNS`. */
export async function readPackResults(path: string, currency: string): Promise<PackResults> {
  const byState = new Map<string, number>();
  const currencies = new Set<string>();
  const seen = { transactions: new Set<string>(), references: new Set<string>() };
  const repeated = { transactions: 0, references: 0 };
  let units: Units = 0;
  let rows = 0;
  let isHeader = true;
  for await (const cells of createReadStream(path).pipe(parse({ bom: true })) as AsyncIterable<string[]>) {
    if (isHeader) {
      isHeader = false;
      if (cells.length <= RESULT_COLUMNS.length)
        throw new ApiError("no_pack", `${path} has not the columns of results.`);
      continue;
    }
    const ours = cells.slice(-RESULT_COLUMNS.length);
    const of = (column: ResultColumn) => ours[RESULT_COLUMNS.indexOf(column)] ?? "";
    const state = of("state");
    rows += 1;
    byState.set(state, (byState.get(state) ?? 0) + 1);
    if (state === "succeeded") {
      // By the cost where it can be read, so that one which was changed by hand is found.
      const costCurrency = of("costCurrency") || currency;
      units += debitedUnits({ cost: of("cost"), costCurrency }, { currency, reserveUnits: unitsOf(of("counted")) });
      // A row whose cost nobody told is counted at what was reserved for it.
      if (of("costCurrency") !== "") currencies.add(of("costCurrency"));
    }
    if (NOT_OURS.has(state)) continue;
    if (isRepeated(seen.transactions, of("transactionId"))) repeated.transactions += 1;
    if (isRepeated(seen.references, of("reference"))) repeated.references += 1;
  }
  return {
    rows,
    byState,
    debited: formatUnits(units),
    currencies: [...currencies],
    repeatedTransactions: repeated.transactions,
    repeatedReferences: repeated.references,
  };
}

function isRepeated(seen: Set<string>, value: string): boolean {
  if (value === "") return false;
  if (seen.has(value)) return true;
  seen.add(value);
  return false;
}
