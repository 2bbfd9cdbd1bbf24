import type { CatalogueOperator } from "./catalogue.js";
import type { Assumption, ProblemCode, Repair } from "./problems.js";

/** What a set of planned rows costs, in the account's currency. Decimal text: `cost` is face - discount + fee. */
export type PlanCost = {
  rows: number;
  face: string;
  discount: string;
  fee: string;
  cost: string;
  /** The most that the provider may debit for them. */
  reserve: string;
};

/** The rows of one operator. */
export type OperatorCost = PlanCost & {
  operatorId: number;
  name: string;
  countryCode: string;
  /** Rows in the operator's own currency, and what they ask for in it. Absent when there are none. */
  local?: { rows: number; amount: string; currency: string; fxRate: string };
};

/** The rows that one repair would cure. */
export type ProblemGroup = {
  repair: Repair;
  /** What to do, for a person. */
  action: string;
  /** Each row counts once, under its first problem. */
  rows: number;
  codes: ReadonlyArray<{ code: ProblemCode; rows: number }>;
  /** What those rows would have cost, of which so many could be priced. */
  cost: string;
  rowsPriced: number;
  /** The first few: where they stand, what is wrong. `value` is the cell at fault, masked where it may be a number. */
  samples: ReadonlyArray<{ row: number; line: number; code: ProblemCode; hint: string; value?: string }>;
};

/** The lines of a file: `total` is the sum of the others. `withinCells`: line breaks in quoted cells of rows. */
export type FileLines = {
  total: number;
  separator: number;
  titles: number;
  header: number;
  rows: number;
  empty: number;
  withinCells: number;
  /** Hidden rows of a sheet that were skipped. Absent where there are none. */
  hidden?: number | undefined;
};

/** The result of a check: what a person agrees to. */
export type PlanSummary = {
  /** SHA-256 (hex) over everything that decides what is sent and what it costs; starting needs it. */
  planHash: string;
  /** What references are derived from. */
  run: string;
  currency: string;
  /** `total` is every row of the file: planned, rejected, and left out because the campaign does not concern them. */
  rows: { total: number; planned: number; rejected: number; leftOut: number };
  /** The lines of the file, each counted once; absent in plans of files whose lines were not counted. */
  lines?: FileLines;
  total: PlanCost;
  byCountry: ReadonlyArray<PlanCost & { countryCode: string }>;
  byOperator: readonly OperatorCost[];
  problems: readonly ProblemGroup[];
  /** What was assumed for rows that are sent, and for how many. */
  assumptions: ReadonlyArray<{ assumption: Assumption; rows: number }>;
  /** The operators that the plan was priced with, as they were. */
  prices: readonly CatalogueOperator[];
};
