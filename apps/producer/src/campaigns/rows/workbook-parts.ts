/** The parts of a workbook of one sheet, as XML. */
import { isFormulaLike } from "@surefill/campaign";

/** The last row of a sheet. */
export const SHEET_ROWS_MAX = 1_048_576;
/** Excel keeps no more of a cell. */
const CELL_CHARACTERS_MAX = 32_767;

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Cell styles by their numbers. From `number` on there is one for each count of decimals. */
const STYLES = { text: 1, guarded: 2, number: 3 } as const;
const DECIMALS_MAX = 5;
const PATTERNS = Array.from({ length: DECIMALS_MAX + 1 }, (_, count) => (count === 0 ? "0" : `0.${"0".repeat(count)}`));

function stylesPart(): string {
  const formats = PATTERNS.map((pattern, index) => `<numFmt numFmtId="${164 + index}" formatCode="${pattern}"/>`);
  const numbers = PATTERNS.map((_, index) => `<xf numFmtId="${164 + index}" xfId="0" applyNumberFormat="1"/>`);
  return (
    `<styleSheet ${MAIN}><numFmts count="${formats.length}">${formats.join("")}</numFmts>` +
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>' +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
    `<cellXfs count="${numbers.length + 3}"><xf xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/>` +
    `<xf numFmtId="49" xfId="0" applyNumberFormat="1" quotePrefix="1"/>${numbers.join("")}</cellXfs></styleSheet>`
  );
}

/** Where the sheet stands in the archive. */
export const SHEET_PART = "xl/worksheets/sheet1.xml";

/** All parts but the sheet, by their names. */
export function partsAroundSheet(sheetName: string): ReadonlyArray<readonly [name: string, xml: string]> {
  const override = (part: string, kind: string) => `<Override PartName="/${part}" ContentType="${TYPE}.${kind}+xml"/>`;
  const related = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  const parts = [
    [
      "[Content_Types].xml",
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
        `<Default Extension="xml" ContentType="application/xml"/>${override("xl/workbook.xml", "sheet.main")}` +
        `${override(SHEET_PART, "worksheet")}${override("xl/styles.xml", "styles")}</Types>`,
    ],
    [
      "_rels/.rels",
      `<Relationships xmlns="${PACKAGE}/relationships">${related("rId1", "officeDocument", "xl/workbook.xml")}</Relationships>`,
    ],
    [
      "xl/workbook.xml",
      `<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets><sheet name="${sheetName}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      `<Relationships xmlns="${PACKAGE}/relationships">${related("rId1", "worksheet", "worksheets/sheet1.xml")}` +
        `${related("rId2", "styles", "styles.xml")}</Relationships>`,
    ],
    ["xl/styles.xml", stylesPart()],
  ] as const;
  return parts.map(([name, xml]) => [name, DECLARATION + xml] as const);
}

/** What a sheet begins with: its first row stays in sight. */
export const SHEET_START =
  `${DECLARATION}<worksheet ${MAIN}><sheetViews><sheetView workbookViewId="0">` +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>';
export const SHEET_END = "</sheetData></worksheet>";

/** A decimal that a number of a spreadsheet holds exactly, written as spreadsheets write it. */
const EXACT_DECIMAL = /^-?(?:0|[1-9]\d{0,8})(?:\.(\d{1,5}))?$/;

/**
 * A row of a sheet. Cells are texts, which a spreadsheet never runs and in which phone numbers keep their + and zeros;
 * only in the columns of `numbers` are decimals numbers, shown with the decimals that they have.
 */
export function rowXml(row: number, cells: readonly string[], numbers: ReadonlySet<number>): string {
  const told = cells.map((cell, column) => {
    if (cell === "") return "";
    const place = `${letters(column)}${row}`;
    const decimal = numbers.has(column) ? EXACT_DECIMAL.exec(cell) : null;
    if (decimal !== null) {
      return `<c r="${place}" s="${STYLES.number + (decimal[1]?.length ?? 0)}"><v>${cell}</v></c>`;
    }
    const style = isFormulaLike(cell) ? STYLES.guarded : STYLES.text;
    return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${textXml(cell)}</t></is></c>`;
  });
  return `<row r="${row}">${told.join("")}</row>`;
}

const known: string[] = [];

/** The letters of a column, counted from 0. */
function letters(column: number): string {
  let text = known[column];
  if (text === undefined) {
    text = "";
    for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
      text = String.fromCharCode(65 + ((rest - 1) % 26)) + text;
    }
    known[column] = text;
  }
  return text;
}

const SPECIAL = /[&<>"\uFFFE\uFFFF]|(?![\t\n])\p{Cc}|\p{Surrogate}|_(?=x[0-9A-Fa-f]{4}_)/gu;
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text in XML. What XML cannot hold is written as spreadsheets write it: `_x0007_`. */
function textXml(text: string): string {
  const kept = text.length > CELL_CHARACTERS_MAX ? text.slice(0, CELL_CHARACTERS_MAX) : text;
  return kept.replace(SPECIAL, (found) => {
    const entity = ENTITIES[found];
    if (entity !== undefined) return entity;
    const code = found.charCodeAt(0);
    return code >= 0xd800 && code <= 0xdfff ? "\uFFFD" : `_x${code.toString(16).toUpperCase().padStart(4, "0")}_`;
  });
}
