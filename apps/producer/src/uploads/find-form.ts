import { DELIMITERS, type Delimiter } from "@surefill/topup-store";

/** Lines of the beginning that are looked at to find the delimiter. */
const LINES_LOOKED_AT = 50;

/** `sep=;` on the first line tells Excel the delimiter. It is no row. */
const SEPARATOR_LINE = /^sep=(,|;|\t|\|)(?:\r\n|\n|\r)/i;

/** The delimiter that a first line `sep=…` names, and the length of that line. */
export function separatorLine(text: string): { delimiter: Delimiter; length: number } | undefined {
  const match = SEPARATOR_LINE.exec(text);
  const delimiter = DELIMITERS.find((known) => known === match?.[1]);
  return match === null || delimiter === undefined ? undefined : { delimiter, length: match[0].length };
}

/**
 * The delimiter of a file, from its beginning: the one that parts most lines into the same number of cells, and into
 * more than one. A file of one column has none; it is read with commas, which is told.
 */
export function findDelimiter(text: string, isWhole: boolean): Delimiter {
  const ranked = DELIMITERS.map((delimiter) => ({ delimiter, ...regularity(text, isWhole, delimiter) })).filter(
    ({ cells }) => cells > 1,
  );
  ranked.sort((left, right) => right.share - left.share || right.cells - left.cells);
  return ranked[0]?.delimiter ?? ",";
}

/** Into how many cells most lines fall, and how large a share of the lines those are. */
function regularity(text: string, isWhole: boolean, delimiter: Delimiter): { cells: number; share: number } {
  const counts = cellCounts(text, isWhole, delimiter);
  const byCells = new Map<number, number>();
  for (const cells of counts) byCells.set(cells, (byCells.get(cells) ?? 0) + 1);
  let best = { cells: 1, lines: 0 };
  for (const [cells, lines] of byCells) if (lines > best.lines) best = { cells, lines };
  return { cells: best.cells, share: counts.length === 0 ? 0 : best.lines / counts.length };
}

/** How many cells each line has; a delimiter or line end within a quoted cell is none. The last line may be cut off. */
function cellCounts(text: string, isWhole: boolean, delimiter: Delimiter): number[] {
  const counts: number[] = [];
  let cells = 1;
  let isQuoted = false;
  let before = "\n";
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place] ?? "";
    if (isQuoted) isQuoted = character !== '"';
    else if (character === '"') isQuoted = before === delimiter || before === "\n" || before === '"';
    else if (character === delimiter) cells += 1;
    else if (character === "\n" || character === "\r") {
      if (before !== "\n") counts.push(cells);
      if (counts.length === LINES_LOOKED_AT) return counts;
      cells = 1;
      before = "\n";
      continue;
    }
    before = character;
  }
  if (before !== "\n" && (isWhole || counts.length === 0)) counts.push(cells);
  return counts;
}

const NAME_CHARACTERS_MAX = 200;

/**
 * Unique names for the columns. Columns at the end without a name are left away, as spreadsheets add such; one
 * without a name in between is called by its place, and of two with one name the second gets a number.
 */
export function columnNames(header: readonly string[]): string[] {
  const names = header.map((cell) =>
    cell
      .replace(/[\s\u00A0\uFEFF]+/g, " ")
      .trim()
      .slice(0, NAME_CHARACTERS_MAX),
  );
  const last = names.findLastIndex((name) => name !== "");
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return names.slice(0, last + 1).map((name, index) => {
    const wanted = name === "" ? `column ${index + 1}` : name;
    let unique = wanted;
    for (let count = counts.get(wanted) ?? 2; taken.has(unique); count += 1) {
      unique = `${wanted} (${count})`;
      counts.set(wanted, count + 1);
    }
    taken.add(unique);
    return unique;
  });
}

/** Names for columns that the file does not name. */
export function placeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `column ${index + 1}`);
}
