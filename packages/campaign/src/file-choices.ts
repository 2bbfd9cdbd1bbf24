import type { CheckOptions } from "./check-options.js";
import { fieldOfName } from "./column-names.js";
import { unitOfHeader } from "./header-unit.js";
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
    ...amountProblems(file, mapping, options),
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

function isMapped({ metadata = {}, ...fields }: Mapping, column: string): boolean {
  return Object.values(fields).includes(column) || Object.values(metadata).includes(column);
}

const CODES_SHOWN_MAX = 4;

function unitProblems({ amount, currency, useLocalAmount }: Mapping, options: CheckOptions): ChoiceProblem[] {
  const unit = amount === undefined ? undefined : unitOfHeader(amount);
  if (unit === undefined) return [];
  const said = `the column ${JSON.stringify(amount)} says ${JSON.stringify(unit.text)}`;
  const isOpen = options.currency === undefined && currency === undefined;
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
