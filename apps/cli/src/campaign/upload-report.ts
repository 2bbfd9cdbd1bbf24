import type { LinesAnswer, UploadAnswer } from "./answers.js";
import { grouped, rowsText } from "./text-table.js";

/** What was found in a file. */
export function describeUpload(upload: UploadAnswer): string {
  const { rows, columns, hasHeader, headerLine, sameFile } = upload;
  const named = headerLine === null ? "" : `, named by line ${headerLine}`;
  const header = hasHeader ? named : ", no header: columns are numbered";
  const lines = [
    `${rowsText(rows)}, ${columns.length} columns (${columns.join(", ")})${header}`,
    ...(upload.lines === null ? [] : [describeLines(upload.lines)]),
    ...describeTitles(upload),
    ...describeLineBreaks(upload),
    `${describeForm(upload)}, SHA-256 ${upload.sha256.slice(0, 16)}…`,
  ];
  const campaigns = sameFile.flatMap((same) => same.campaigns);
  if (campaigns.length > 0) {
    lines.push(
      `This very file was used before, by ${campaigns.join(", ")}.`,
      "  Rows without a reference get the same one again, so that nobody is paid twice; for a new round name it with --run.",
    );
  }
  return lines.join("\n");
}

/** How the file is written; of a workbook, which part of it was read. */
function describeForm({ sheet, encoding, encodingFrom, delimiter }: UploadAnswer): string {
  if (sheet === undefined || sheet === null) {
    const guessed = encodingFrom === "fallback" ? " (a guess: it is no UTF-8)" : "";
    return `encoding ${encoding}${guessed}, delimiter ${delimiter}`;
  }
  const { name, others, hiddenRows, hiddenColumns, hidden } = sheet;
  const names = others.map((other) => JSON.stringify(other)).join(", ");
  const rest = others.length === 0 ? "" : ` (not read: ${names})`;
  const done = hidden === "skip" ? "left out" : "read";
  const rows = hiddenRows === 0 ? "" : `, hidden rows ${done}: ${grouped(hiddenRows)}`;
  const columns = hiddenColumns.length === 0 ? "" : `, hidden columns ${done}: ${hiddenColumns.join(", ")}`;
  return `workbook, sheet ${JSON.stringify(name)}${rest}${rows}${columns}`;
}

/** Every line of a file, as a sum. */
export function describeLines({ total, rows, ...others }: LinesAnswer): string {
  const parts: [number, string][] = [
    [others.separator, "separator"],
    [others.titles, others.titles === 1 ? "title" : "titles"],
    [others.header, "header"],
    [rows, rows === 1 ? "row" : "rows"],
    [others.withinCells, "within quoted cells"],
    [others.hidden ?? 0, "hidden, skipped"],
    [others.empty, "empty"],
  ];
  const told = parts.flatMap(([count, what]) => (count === 0 ? [] : [`${grouped(count)} ${what}`]));
  return `Lines in the file: ${grouped(total)} = ${told.join(" + ")}.`;
}

function describeTitles({ titleLines, headerLine }: UploadAnswer): string[] {
  return titleLines.map(({ line, text }) => {
    return `Line ${line} looks like a title and is left out: ${JSON.stringify(text)}. The header is taken from line ${headerLine}.`;
  });
}

function describeLineBreaks({ lineBreakCells }: UploadAnswer): string[] {
  if (lineBreakCells === null) return [];
  const { count, lineBreaks, samples } = lineBreakCells;
  return [
    `WARNING: ${grouped(count)} quoted ${count === 1 ? "cell holds" : "cells hold"} line breaks and what rows hold: up to ${grouped(lineBreaks)} recipients may be lost in them.`,
    ...samples.map(({ line, lines, column, text }) => `  line ${line}, column ${column}, over ${lines} lines: ${text}`),
    "  Correct the file where a quote is missing; where the cells are right, add --accept-line-breaks.",
  ];
}

/** What the columns seem to mean, as the flags that say so; what is only possible is told apart. */
export function describeSuggestion({ suggestedMapping }: UploadAnswer): string {
  const { mapping, reasons, missing } = suggestedMapping;
  const flags = Object.entries(mapping ?? {}).flatMap(([field, column]) => {
    if (typeof column === "string") return [flag(field, column)];
    return Object.entries(column).map(([key, of]) => flag(`metadata.${key}`, of));
  });
  const possible = reasons.filter(({ confidence }) => confidence === "possible");
  return [
    ...(flags.length === 0 ? [] : ["The columns seem to mean this; where it is right, add:", `  ${flags.join(" ")}`]),
    ...(possible.length === 0 ? [] : ["Only possible, and for you to say:"]),
    ...possible.map(({ field, column, because }) => `  ${flag(field, column)}    ${because}`),
    ...(missing.includes("amount") ? ["No column surely says how much: map one, or say --amount and --currency."] : []),
    ...(missing.includes("phone")
      ? ["No column surely holds the phone numbers: map one with --map phone=<column>."]
      : []),
  ].join("\n");
}

function flag(field: string, column: string): string {
  const quoted = /^[A-Za-z0-9_.-]+$/.test(column) ? column : `'${column.replaceAll("'", "'\\''")}'`;
  return `--map ${field}=${quoted}`;
}
