import { fieldOfName } from "./column-names.js";

/** Rows of the beginning that are looked at to find the header. */
export const ROWS_LOOKED_AT = 50;
/** So many rows may stand above a header. */
const TITLES_MAX = 10;
/** Of so many characters of a cell the first say what it is. */
const CELL_CHARACTERS_READ = 200;

/** What the first rows of a file are. */
export type FoundHeader =
  /** Row number `at`, from 0, names the columns; those before it are titles. */
  | { kind: "header"; at: number }
  /** No row names the columns: the first one is a recipient. */
  | { kind: "none" }
  /** It cannot be told; `because` says why, and `at` is the row that may be the header. */
  | { kind: "doubtful"; at: number; because: string };

/**
 * Tells which of a file's first rows names the columns. A row that holds a number where the rows below hold phone
 * numbers is a recipient, who would go unpaid as a header; a row above the names of columns that holds no number is a
 * title. What is neither for sure is doubtful, and has to be asked about.
 */
export function findHeader(rows: ReadonlyArray<readonly string[]>): FoundHeader {
  const cut = rows.slice(0, ROWS_LOOKED_AT).map((row) => row.map((cell) => cell.slice(0, CELL_CHARACTERS_READ).trim()));
  const found = findFirstHeader(cut);
  if (found.kind !== "header" || !isContinued(cut, found.at)) return found;
  return {
    kind: "doubtful",
    at: found.at + 1,
    because: "its titles are merged, and the row below may name the columns",
  };
}

/** Whether the header has titles over several columns, which the row below it names: a title says too little then. */
function isContinued(rows: ReadonlyArray<readonly string[]>, at: number): boolean {
  const [header = [], next = []] = [rows[at], rows[at + 1]];
  const isName = (cell: string) => cell !== "" && digitCount(cell) === 0;
  return (
    next.some((cell, place) => isName(cell) && (header[place] ?? "") === "") &&
    next.some((cell) => fieldOfName(cell) !== undefined) &&
    filledOf(next).every(isName)
  );
}

function findFirstHeader(cut: ReadonlyArray<readonly string[]>): FoundHeader {
  const named = cut.findIndex((row, place) => place <= TITLES_MAX && namesColumns(row, cut.slice(place + 1)));
  const phones = phoneColumns(cut.slice(Math.max(1, named + 1)));
  if (named > 0) {
    const above = cut.slice(0, named);
    if (above.some((row) => isRecipient(row, phones) || row.some(isPhoneLike))) {
      return { kind: "doubtful", at: named, because: "a row above the one that names the columns holds a number" };
    }
    const areTitles = above.every((row) => row.every((cell) => fieldOfName(cell) === undefined));
    if (areTitles) return { kind: "header", at: named };
    return { kind: "doubtful", at: named, because: "more than one row may name the columns" };
  }
  const titles = cut.findIndex((row) => !isTitle(row, cut));
  const at = titles > 0 && titles <= TITLES_MAX ? titles : 0;
  const found = judge(cut[at] ?? [], phones, cut.slice(at + 1));
  if (at === 0 || found === "doubtful") return asFound(found, at);
  // A lone cell above rows without a header may be a title, or a recipient of whom only one thing is known.
  if (found === "none") return { kind: "doubtful", at: 0, because: "the first row may be a title or a recipient" };
  return { kind: "doubtful", at, because: "the first row looks like a title" };
}

function asFound(found: "header" | "none" | "doubtful", at: number): FoundHeader {
  if (found === "header") return { kind: "header", at };
  if (found === "none") return { kind: "none" };
  return { kind: "doubtful", at, because: "the first row may name the columns or be a recipient" };
}

/** A lone cell without a number, where most rows have more cells. */
function isTitle(row: readonly string[], rows: ReadonlyArray<readonly string[]>): boolean {
  if (filledOf(row).length !== 1 || row.some(isPhoneLike)) return false;
  const wide = rows.filter((other) => filledOf(other).length > 1).length;
  return wide * 2 > rows.length;
}

function judge(
  row: readonly string[],
  phones: readonly number[],
  below: ReadonlyArray<readonly string[]>,
): "header" | "none" | "doubtful" {
  const filled = filledOf(row);
  if (isRecipient(row, phones)) return namesPhone(row) ? "doubtful" : "none";
  if (namesPhone(row)) return "header";
  if (phones.length === 0 && filled.some(isPhoneLike)) return "none";
  if (filled.every((cell) => NUMBER_LIKE.test(cell))) return "none";
  if (filled.some(isPhoneLike) || sharesNumbers(row, below)) return "doubtful";
  const names = filled.filter((cell) => fieldOfName(cell) !== undefined).length;
  if (phones.length === 0) return "header";
  return names > 0 || phones.every((place) => isName(row[place] ?? "")) ? "header" : "doubtful";
}

function filledOf(row: readonly string[]): string[] {
  return row.filter((cell) => cell !== "");
}

function namesPhone(row: readonly string[]): boolean {
  return row.some((cell) => fieldOfName(cell) === "phone");
}

/** Whether a row names the column of phone numbers and holds nothing that a recipient's row would. */
function namesColumns(row: readonly string[], below: ReadonlyArray<readonly string[]>): boolean {
  return namesPhone(row) && !row.some(isPhoneLike) && !sharesNumbers(row, below);
}

/** Whether a row has a number where others have their phone numbers. */
function isRecipient(row: readonly string[], phones: readonly number[]): boolean {
  return phones.some((place) => digitCount(row[place] ?? "") >= 6);
}

/** Whether a row has a plain number in a column of plain numbers. */
function sharesNumbers(row: readonly string[], below: ReadonlyArray<readonly string[]>): boolean {
  return row.some((cell, place) => {
    if (!NUMBER_LIKE.test(cell) || digitCount(cell) === 0) return false;
    const others = below.map((other) => other[place] ?? "").filter((other) => other !== "");
    return others.length > 0 && others.every((other) => NUMBER_LIKE.test(other));
  });
}

/** The columns in which at least half of the cells that hold something look like phone numbers. */
function phoneColumns(rows: ReadonlyArray<readonly string[]>): number[] {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return Array.from({ length: width }, (_, place) => place).filter((place) => {
    const cells = rows.map((row) => row[place] ?? "").filter((cell) => cell !== "");
    return cells.length > 0 && cells.filter(holdsPhone).length * 2 >= cells.length;
  });
}

const NO_NAMES = new Set(["na", "none", "null", "nil", "unknown", "missing", "inconnu", "desconocido", "desconhecido"]);

/** Whether a cell over phone numbers can be the name of their column. */
function isName(cell: string): boolean {
  const letters = cell.toLowerCase().replace(/[^\p{L}]/gu, "");
  return letters.length >= 2 && !NO_NAMES.has(letters);
}

const PHONE_LIKE = /^['=+"(]*(?=(?:[^\p{Nd}]*\p{Nd}){7})[\p{Nd}\s().+\-/"]{7,30}$/u;
const DATE_LIKE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/;
const SCIENTIFIC = /^\d[.,]\d+E\+\d+$/i;
const NUMBER_LIKE = /^[\p{Nd}\s.,+-]+$/u;

/** Whether a cell is a phone number, in any form that is in use. */
function isPhoneLike(cell: string): boolean {
  return (PHONE_LIKE.test(cell) && !DATE_LIKE.test(cell)) || SCIENTIFIC.test(cell);
}

/** A phone number, with or without a note. */
function holdsPhone(cell: string): boolean {
  return digitCount(cell) >= 7 || SCIENTIFIC.test(cell);
}

function digitCount(cell: string): number {
  return (cell.match(/\p{Nd}/gu) ?? []).length;
}
