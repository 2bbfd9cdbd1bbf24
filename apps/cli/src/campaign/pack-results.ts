import { createReadStream } from "node:fs";
import { debitedUnits, formatUnits, type ResultColumn, resultColumnsIn, type Units, unitsOf } from "@surefill/campaign";
import { DELIMITERS } from "@surefill/topup-store";
import { type Parser, parse } from "csv-parse";
import { ApiError } from "./api.js";

/** What the rows of a results.csv come to. */
export type PackResults = {
  rows: number;
  byState: ReadonlyMap<string, number>;
  /** What the campaign counts for its rows; decimal text. */
  debited: string;
  /** The part of it that was debited beyond what the states of rows account for: paid twice, or paid after all. */
  extra: string;
  currencies: string[];
  repeatedTransactions: number;
  repeatedReferences: number;
};

/** A row that came upon somebody else's top-up shows that one's reference and transaction. */
const NOT_OURS = new Set(["already", "conflict"]);

/** Reads results.csv row by row, as this version or an earlier one wrote it: its last columns are ours. */
export async function readPackResults(path: string, currency: string): Promise<PackResults> {
  const { delimiter, columns } = await formOf(path);
  const byState = new Map<string, number>();
  const currencies = new Set<string>();
  const seen = { transactions: new Set<string>(), references: new Set<string>() };
  const repeated = { transactions: 0, references: 0 };
  let units: Units = 0;
  let extraUnits: Units = 0;
  let rows = 0;
  let isHeader = true;
  for await (const cells of cellsOf(path, parse({ bom: true, delimiter }))) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const ours = cells.slice(-columns.length);
    const of = (column: ResultColumn) => ours[columns.indexOf(column)] ?? "";
    const state = of("state");
    rows += 1;
    byState.set(state, (byState.get(state) ?? 0) + 1);
    if (state === "succeeded") {
      // By the cost where it can be read, so that one which was changed by hand is found.
      const costCurrency = of("costCurrency") || currency;
      units += debitedUnits(
        { cost: withPoint(of("cost")), costCurrency },
        { currency, reserveUnits: unitsOf(withPoint(of("counted"))) },
      );
      // A row whose cost nobody told is counted at what was reserved for it.
      if (of("costCurrency") !== "") currencies.add(of("costCurrency"));
    }
    if (NOT_OURS.has(state)) continue;
    if (of("extraCost") !== "") extraUnits += unitsOf(withPoint(of("extraCost")));
    for (const id of [of("transactionId"), ...of("extraTransactionIds").split(" ")]) {
      if (isRepeated(seen.transactions, id)) repeated.transactions += 1;
    }
    if (isRepeated(seen.references, of("reference"))) repeated.references += 1;
  }
  return {
    rows,
    byState,
    debited: formatUnits(units + extraUnits),
    extra: formatUnits(extraUnits),
    currencies: [...currencies],
    repeatedTransactions: repeated.transactions,
    repeatedReferences: repeated.references,
  };
}

/** What parts the cells of a file, told by its header, and which of our columns it has. */
async function formOf(path: string): Promise<{ delimiter: string; columns: readonly ResultColumn[] }> {
  for (const delimiter of DELIMITERS) {
    const columns = resultColumnsIn(await headerOf(path, delimiter));
    if (columns !== undefined) return { delimiter, columns };
  }
  throw new ApiError("no_pack", `${path} has not the columns of results.`);
}

/** The first row; none where the file cannot be read with this delimiter. */
async function headerOf(path: string, delimiter: string): Promise<string[]> {
  try {
    for await (const cells of cellsOf(path, parse({ bom: true, delimiter, to: 1, relax_quotes: true }))) return cells;
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw error;
  }
  return [];
}

/** The rows of a file; a failure to read it ends them. */
async function* cellsOf(path: string, parser: Parser): AsyncGenerator<string[]> {
  const file = createReadStream(path);
  file.once("error", (error) => parser.destroy(error));
  try {
    for await (const cells of file.pipe(parser)) yield cells as string[];
  } finally {
    file.destroy();
  }
}

/** Our amounts have no marks that part thousands: a comma is that of decimals. */
function withPoint(amount: string): string {
  return amount.replace(",", ".");
}

function isRepeated(seen: Set<string>, value: string): boolean {
  if (value === "") return false;
  if (seen.has(value)) return true;
  seen.add(value);
  return false;
}
