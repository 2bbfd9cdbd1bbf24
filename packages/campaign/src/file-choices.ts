import type { CheckOptions } from "./check-options.js";
import { fieldOfName } from "./column-names.js";
import { unitDoubt, unitOfHeader } from "./header-unit.js";
import type { Mapping } from "./mapping.js";
import { isRunningColumn } from "./suggest-mapping.js";

/** What is known of a file before its rows are judged. */
export type FileFacts = {
  columns: readonly string[];
  /** Its first rows, for what its columns hold. */
  firstRows: ReadonlyArray<readonly string[]>;
  rows: number;
  lineBreakCells?:
    | {
        count: number;
        samples: ReadonlyArray<{ line: number; lines: number; column: string }>;
      }
    | undefined;
};

/** What is wrong with what was chosen, for the file. `pointer` is into the body of a campaign. */
export type ChoiceProblem = { pointer: string; detail: string };

/**
 * Holds mapping and options against the file and against one another: whatever says twice, and differently, how much is
 * sent or in which currency, is a fault; and so is what the file leaves open.
 */
export function choiceProblems(
  file: FileFacts,
  { mapping, options }: { mapping: Mapping; options: CheckOptions },
): ChoiceProblem[] {
  return [
    ...sameNameProblems(file, mapping),
    ...amountProblems(file, mapping, options),
    ...splitDecimalProblems(file, mapping),
    ...unitProblems(mapping, options),
    ...expectedProblems(file, options),
    ...lineBreakProblems(file, options),
  ];
}

function amountProblems(file: FileFacts, mapping: Mapping, options: CheckOptions): ChoiceProblem[] {
  const { columns, firstRows } = file;
  const problems: ChoiceProblem[] = [];
  const add = (pointer: string, detail: string) => problems.push({ pointer, detail });
  const column = mapping.amount;
  if (column !== undefined && isRunningColumn(column, columns.indexOf(column), firstRows)) {
    add("/mapping/amount", `the column ${JSON.stringify(column)} numbers the rows: its cells are no amounts`);
  }
  if (options.amount === undefined) return problems;
  if (column !== undefined) {
    add("/options/amount", `is the same for every row, but the column ${JSON.stringify(column)} is mapped as amount`);
  } else {
    const unread = columns.find((name) => fieldOfName(name) === "amount" && !isMapped(mapping, name));
    if (unread !== undefined) {
      const named = JSON.stringify(unread);
      add(
        "/options/amount",
        `is the same for every row, but the column ${named} says how much: map it, as metadata at least`,
      );
    }
  }
  if (options.defaultAmount !== undefined) add("/options/defaultAmount", "has no meaning beside options.amount");
  if (options.currency === undefined && !options.useLocalAmount && mapping.currency === undefined) {
    add("/options/currency", "must say in which currency options.amount is");
  }
  return problems;
}

/** Fields of which the wrong one of two columns pays the wrong person, or the wrong amount. */
const DECISIVE = ["phone", "email", "country", "operator", "amount", "currency", "useLocalAmount"] as const;

/** Of two columns with one name the first keeps it: a mapping that says the name may mean the other. */
function sameNameProblems({ columns }: FileFacts, mapping: Mapping): ChoiceProblem[] {
  return DECISIVE.flatMap((field) => {
    const column = mapping[field];
    const other = `${column} (2)`;
    if (column === undefined || !columns.includes(other) || isMapped(mapping, other)) return [];
    const detail =
      `several columns are called ${JSON.stringify(column)}: give each a name of its own in the file, or map ` +
      `${JSON.stringify(other)} too, as metadata at least`;
    return [{ pointer: `/mapping/${field}`, detail }];
  });
}

/**
 * `5,50` without quotes in a file with commas is two cells, 5 and 50. It shows where the cell behind the amount always
 * has two digits, and begins with a 0 somewhere or makes a row longer than the header.
 */
function splitDecimalProblems({ columns, firstRows }: FileFacts, mapping: Mapping): ChoiceProblem[] {
  const place = mapping.amount === undefined ? -1 : columns.indexOf(mapping.amount);
  const behind = columns[place + 1];
  if (place < 0 || behind === undefined || isMapped(mapping, behind)) return [];
  const pairs = firstRows
    .map((cells) => ({ whole: cells[place] ?? "", rest: cells[place + 1] ?? "", cells }))
    .filter(({ whole }) => whole.trim() !== "");
  const areSplit =
    pairs.length > 0 && pairs.every(({ whole, rest }) => /^\s*\d+$/.test(whole) && /^\d\d\s*$/.test(rest));
  const shows = pairs.some(({ rest, cells }) => rest.startsWith("0") || cells.length > columns.length);
  if (!areSplit || !shows) return [];
  const detail =
    `the column behind it, ${JSON.stringify(behind)}, holds two digits in every row: are they decimals behind a comma ` +
    "without quotes? Write amounts with a point or in quotes, or map that column too, as metadata at least";
  return [{ pointer: "/mapping/amount", detail }];
}

function isMapped({ metadata = {}, ...fields }: Mapping, column: string): boolean {
  return Object.values(fields).includes(column) || Object.values(metadata).includes(column);
}

const CODES_SHOWN_MAX = 4;

function unitProblems({ amount, currency, useLocalAmount }: Mapping, options: CheckOptions): ChoiceProblem[] {
  if (amount === undefined) return [];
  const isOpen = options.currency === undefined && currency === undefined;
  const doubt = unitDoubt(amount);
  const doubted = doubt && `the column ${JSON.stringify(amount)} says ${JSON.stringify(doubt.text)}`;
  if (doubt?.kind === "scale") {
    const detail = `${doubted}, so that its cells are not the amounts themselves: write whole amounts, and name the column so`;
    return [{ pointer: "/mapping/amount", detail }];
  }
  if (doubt !== undefined && isOpen && !options.useLocalAmount && useLocalAmount === undefined) {
    return [{ pointer: "/options/currency", detail: `must say which currency it is: ${doubted}, which is not known` }];
  }
  const unit = unitOfHeader(amount);
  if (unit === undefined) return [];
  const said = `the column ${JSON.stringify(amount)} says ${JSON.stringify(unit.text)}`;
  if (unit.currencies.length === 0) {
    if (options.useLocalAmount || useLocalAmount !== undefined || !isOpen) return [];
    return [{ pointer: "/options/useLocalAmount", detail: `${said}: set it to true, or say the currency` }];
  }
  if (options.currency !== undefined && !unit.currencies.includes(options.currency)) {
    return [{ pointer: "/options/currency", detail: `is ${options.currency}, but ${said}` }];
  }
  if (unit.currencies.length === 1 || !isOpen) return [];
  const codes = unit.currencies.slice(0, CODES_SHOWN_MAX).join(", ");
  return [{ pointer: "/options/currency", detail: `must say which currency it is: ${said}, which may be ${codes}` }];
}

function expectedProblems({ rows }: FileFacts, { expectedRows }: CheckOptions): ChoiceProblem[] {
  if (expectedRows === undefined || expectedRows === rows) return [];
  return [{ pointer: "/options/expectedRows", detail: `is ${expectedRows}, but the file has ${rows} rows` }];
}

function lineBreakProblems({ lineBreakCells }: FileFacts, { lineBreaksInCells }: CheckOptions): ChoiceProblem[] {
  if (lineBreakCells === undefined || lineBreaksInCells === "accept") return [];
  const { count, samples } = lineBreakCells;
  const [first] = samples;
  const where = first && `line ${first.line}, column ${JSON.stringify(first.column)}, over ${first.lines} lines`;
  const detail =
    `${count} quoted ${count === 1 ? "cell holds" : "cells hold"} line breaks and what rows hold (first: ${where}). Is a ` +
    'quote missing? Correct the file, or set this to "accept" where the cells are right';
  return [{ pointer: "/options/lineBreaksInCells", detail }];
}
