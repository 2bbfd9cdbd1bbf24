/** Workbooks as lists of recipients: what each cell says, which sheet and rows are meant, and what is refused. */
import { gzipSync } from "node:zlib";
import type { UploadRow } from "@surefill/topup-store";
import { describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { type FileWishes, receiveFile } from "../../../apps/producer/src/uploads/receive-file.js";
import {
  sheetRow,
  stylesOf,
  type WorkbookParts,
  workbookFile,
  workbookParts,
  type ZipPart,
  zipFile,
} from "../../support/workbook-file.js";

const LIMITS = { bytesMax: 8_388_608, rowsMax: 2_000_000 };

/** What was found in a file, and its rows. */
async function received(file: Buffer, wishes: FileWishes = {}, ended = new AbortController().signal) {
  const rows: UploadRow[] = [];
  async function* body() {
    for (let start = 0; start < file.length; start += 1_000) yield file.subarray(start, start + 1_000);
  }
  const store = {
    async writeChunk(_id: string, _chunk: number, chunk: readonly UploadRow[]) {
      rows.push(...chunk);
    },
  };
  const told = await receiveFile(body(), { id: "upl_1", isGzip: false, wishes, limits: LIMITS, store, ended });
  return { ...told, read: rows };
}

const HEADER = sheetRow(1, ["number", "amount"]);
const PAID = sheetRow(2, ["+2348031231000", 5]);
const ONE: WorkbookParts = { sheets: [{ rows: HEADER + PAID }] };

/** The text of one cell, as a sheet with these styles and strings shows it. */
async function shown(cell: string, parts: Omit<WorkbookParts, "sheets"> = {}): Promise<string | undefined> {
  const rows = HEADER + sheetRow(2, ["+2348031231000", cell]);
  return (await received(workbookFile({ ...parts, sheets: [{ rows }] }))).read[0]?.cells[1];
}

test("A workbook that a library wrote is read as it is shown, with the rows of its sheet", async () => {
  const text = (value: string) => ({ value, type: String });
  const file = await writeXlsxFile([
    [text("phone"), text("amount"), text("when"), text("local")],
    [
      text("0803 123 1000"),
      { value: 5, type: Number, format: "0.00" },
      { value: new Date(Date.UTC(2026, 4, 1)), type: Date, format: "dd/mm/yyyy" },
      { value: true, type: Boolean },
    ],
    [],
    [
      { value: 2348031231001, type: Number },
      { value: 1500, type: Number, format: "#,##0.00" },
    ],
  ]).toBuffer();

  const told = await received(Buffer.from(file));

  expect(told).toMatchObject({
    format: "xlsx",
    sheet: { name: "Sheet1", others: [], hiddenRows: 0, hiddenColumns: [] },
    hasHeader: true,
    columns: ["phone", "amount", "when", "local"],
    rows: 2,
    emptyRows: 1,
    lines: { total: 4, header: 1 },
  });
  expect(told.read).toEqual([
    { line: 2, cells: ["0803 123 1000", "5.00", "01/05/2026", "TRUE"] },
    { line: 4, cells: ["2348031231001", "1500.00"] },
  ]);
});

describe("a number", () => {
  test.each([
    ["General", "254712345678", "254712345678"],
    ["General", "2.54712345678E11", "254712345678"],
    ["General", "4.8499999999999996", "4.85"],
    ["General", "2.5471234567890123E+18", "2.54712E+18"],
    ["0", "1234567890123450", "1.23457E+15"],
    ["0.00", "5", "5.00"],
    ["0.00", "4.857142857", "4.86"],
    ["0000000000", "712345678", "0712345678"],
    ["#,##0.00", "1500", "1500.00"],
    ["0.00E+00", "254712000000", "2.55E+11"],
    ["0%", "0.05", "5%"],
    ['"$"#,##0.00', "1500", "$1500.00"],
    ["0,", "1500", "2 [1500]"],
    ["@", "712345678", "712345678"],
    ["d/m/yy", "45000", "15/3/23"],
    ["yyyy-mm-dd hh:mm", "45000.5", "2023-03-15 12:00"],
    ["yyyy-mm-dd", "-1", "#####"],
    ["[$-F800]dddd, mmmm dd, yyyy", "45000", "2023-03-15"],
    ["0.00;[Red]0.00", "-5", "-5.00"],
    ["#,##0;#,##0", "-1500", "-1500"],
    ["#,##0;(#,##0)", "-1500", "(1500)"],
    ["0;;", "-5", "#####"],
    [";;;", "5", "#####"],
    ["[<1000]0;[<1000000]0,;0,,", "150000", "150 [150000]"],
    ["yyyy", "46086", "2026 [2026-03-05]"],
    ["d", "46086", "5 [2026-03-05]"],
    ["[h]", "1.5", "36 [1900-01-01]"],
  ])("with the format %s that holds %s is read as %s", async (pattern, value, text) => {
    expect(await shown(`<c s="1"><v>${value}</v></c>`, { styles: stylesOf(pattern) })).toBe(text);
  });

  test("with the computer's own form of dates is read in the one that means one day only", async () => {
    const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>';
    expect(await shown('<c s="1"><v>45000</v></c>', { styles })).toBe("2023-03-15");
    expect(await shown('<c s="1"><v>43538</v></c>', { styles, is1904: true })).toBe("2023-03-15");
  });
});

describe("a cell", () => {
  const strings =
    "<si><t>one</t></si><si><r><t>t</t></r><r><t xml:space='preserve'>wo </t></r><rPh><t>x</t></rPh></si><si><t>a_x000A_b</t></si>";
  test.each([
    ['<c t="s"><v>0</v></c>', "one"],
    ['<c t="s"><v>1</v></c>', "two "],
    ['<c t="s"><v>2</v></c>', "a\nb"],
    ['<c t="inlineStr"><is><r><t>0712</t></r><r><t>345678</t></r></is></c>', "0712345678"],
    ['<c t="b"><v>0</v></c>', "FALSE"],
    ['<c t="e"><v>#N/A</v></c>', "#N/A"],
    ['<c t="str"><f>A1&amp;""</f><v>0712345678</v></c>', "0712345678"],
    ["<c><f>B1*2</f><v>10</v></c>", "10"],
    ["<c><f>B1*2</f></c>", "=B1*2"],
    ["<c><f>B1*2</f><v></v></c>", "=B1*2"],
    ['<c t="d"><v>2026-05-01</v></c>', "2026-05-01"],
  ])("%s is read as %j", async (cell, text) => {
    expect(await shown(cell, { strings })).toBe(text);
  });

  test("of a workbook with prefixes, as some programs write it, is read all the same", async () => {
    const parts = workbookParts(ONE).map(({ name, content }) => ({
      name,
      content: name.includes("worksheets") ? prefixed(String(content)) : content,
    }));
    expect((await received(zipFile(parts))).read).toEqual([{ line: 2, cells: ["+2348031231000", "5"] }]);
  });

  const prefixed = (xml: string) => xml.replace(/<(\/?)(\w)/g, "<$1x:$2").replace("xmlns=", "xmlns:x=");
});

describe("which sheet is meant", () => {
  const two = {
    sheets: [
      { name: "Notes", rows: sheetRow(1, ["about", "this"]) + sheetRow(2, ["a", "b"]) },
      { name: "March", rows: HEADER + PAID },
      { name: "Empty", rows: "" },
      { name: "Old", state: "hidden", rows: HEADER + PAID },
    ],
  };

  test("is asked where several hold something, with their names", async () => {
    await expect(received(workbookFile(two))).rejects.toThrow('Several sheets hold something: "Notes", "March".');
  });

  test.each(["March", "march", "2"])("is said by its name or by its number: %s", async (sheet) => {
    const told = await received(workbookFile(two), { sheet });
    expect(told.sheet).toMatchObject({ name: "March", others: ["Notes", "Empty", "Old"] });
    expect(told.read).toHaveLength(1);
  });

  test("is the only one that people see and in which something stands", async () => {
    const told = await received(workbookFile({ sheets: two.sheets.slice(1) }));
    expect(told.sheet).toMatchObject({ name: "March", others: ["Empty", "Old"] });
  });

  test("is refused where there is none of that name, or nothing in sight", async () => {
    await expect(received(workbookFile(two), { sheet: "April" })).rejects.toThrow('no sheet "April". It has "Notes"');
    const hidden = workbookFile({ sheets: two.sheets.slice(2) });
    await expect(received(hidden)).rejects.toThrow("No sheet of the workbook that is not hidden holds anything");
    expect((await received(hidden, { sheet: "Old" })).read).toHaveLength(1);
  });
});

describe("what is hidden", () => {
  const rows = HEADER + PAID + sheetRow(3, ["+2348031231001", 5], 'hidden="1"') + sheetRow(5, ["+2348031231002", 5]);
  const filtered = workbookFile({ sheets: [{ rows }] });
  const folded = workbookFile({
    sheets: [{ before: '<cols><col min="2" max="2" hidden="1"/></cols>', rows: HEADER + PAID }],
  });

  test("has to be confirmed, rows as well as columns", async () => {
    await expect(received(filtered)).rejects.toThrow(
      "has 1 row that is hidden or filtered out (row 3). Say whether they belong to the list: hidden=include reads them, hidden=skip leaves them out.",
    );
    await expect(received(folded)).rejects.toThrow("has hidden columns (B)");
  });

  test("is read where it is said to belong to the list", async () => {
    const told = await received(filtered, { hidden: "include" });
    expect(told.read.map(({ line }) => line)).toEqual([2, 3, 5]);
    expect(told).toMatchObject({ sheet: { hiddenRows: 1, hidden: "include" }, emptyRows: 1, lines: { total: 5 } });
    expect((await received(folded, { hidden: "include" })).sheet).toMatchObject({ hiddenColumns: ["B"] });
  });

  test("is left out where it is said not to, and accounted for", async () => {
    const told = await received(filtered, { hidden: "skip" });
    expect(told.read.map(({ line }) => line)).toEqual([2, 5]);
    expect(told).toMatchObject({ rows: 2, emptyRows: 1, lines: { total: 5, header: 1, hidden: 1 } });
    expect((await received(folded, { hidden: "skip" })).read[0]?.cells).toEqual(["+2348031231000", ""]);
  });
});

describe("merged cells", () => {
  const merged = (ref: string) => `<mergeCells><mergeCell ref="${ref}"/></mergeCells>`;

  test("are refused where recipients stand", async () => {
    const file = workbookFile({ sheets: [{ rows: HEADER + PAID, after: merged("B2:B4") }] });
    await expect(received(file)).rejects.toThrow("The cells B2:B4 are merged");
  });

  test("are taken above them, as in a title", async () => {
    const rows =
      sheetRow(1, ["Airtime for March"]) + sheetRow(3, ["number", "amount"]) + sheetRow(4, ["+2348031231000", 5]);
    const told = await received(workbookFile({ sheets: [{ rows, after: merged("A1:D1") }] }), { headerLine: 3 });
    expect(told.read).toEqual([{ line: 4, cells: ["+2348031231000", "5"] }]);
  });
});

describe("a file that is refused says what it is and what to do", () => {
  const compound = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600)]);
  const archive = (...names: string[]) => zipFile(names.map((name) => ({ name, content: "x" })));
  test.each<[string, Buffer, string]>([
    ["an old or protected workbook", compound, "old format (.xls), or one that a password protects"],
    ["a binary workbook", archive("xl/workbook.bin"), "a binary Excel workbook (.xlsb)"],
    ["OpenDocument", archive("mimetype", "content.xml"), "an OpenDocument file"],
    ["Apple Numbers", archive("Index/Document.iwa"), "a document of Apple Numbers"],
    ["Word", archive("word/document.xml"), "a document of Word"],
    ["another archive", archive("list.csv"), "a ZIP archive without a workbook"],
    ["a web page that is called .xls", Buffer.from("\n<html><table><tr><td>1"), "a web page or XML"],
    ["XML of Excel 2003", Buffer.from('<?xml version="1.0"?><Workbook/>'), "a web page or XML"],
  ])("%s", async (_what, file, says) => {
    await expect(received(file)).rejects.toMatchObject({ kind: "unreadable", detail: expect.stringContaining(says) });
    await expect(received(file)).rejects.toThrow(/save/i);
  });

  test("options of the one kind are refused of the other", async () => {
    await expect(received(workbookFile(ONE), { delimiter: ";" })).rejects.toThrow("leave out encoding and delimiter");
    await expect(received(Buffer.from("number\n1\n"), { sheet: "1" })).rejects.toThrow("leave out sheet and hidden");
  });
});

test("A workbook that is packed with gzip is unpacked first", async () => {
  expect(await received(gzipSync(workbookFile(ONE)))).toMatchObject({ format: "xlsx", rows: 1 });
});

describe("a hostile workbook is refused before it costs much", () => {
  const parts = (change: (part: ZipPart) => ZipPart | ZipPart[], of: WorkbookParts = ONE) =>
    zipFile(workbookParts(of).flatMap(change));
  const inSheet = (content: string) => parts((part) => (part.name.includes("sheet1") ? { ...part, content } : part));
  const sheet = (rows: string) => workbookFile({ sheets: [{ rows }] });
  const laughs = `<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>`;

  test.each<[string, Buffer, string]>([
    ["that unpacks to more than is taken", inSheet(`<worksheet>${" ".repeat(9_000_000)}</worksheet>`), "bytes"],
    ["of more rows than a sheet has", sheet(`${HEADER}${"<row/>".repeat(1_100_000)}`), "rows are not in order"],
    ["with entities of entities", inSheet(laughs), "declares a document type"],
    ["with an entity that nobody declared", inSheet("<worksheet>&b;</worksheet>"), "a part is not XML"],
    ["with a text without an end", sheet(HEADER + sheetRow(2, ["x".repeat(2_000_000)])), "a text or tag has more than"],
    [
      "with an attribute without an end",
      inSheet(`<worksheet a="${"x".repeat(2_000_000)}"/>`),
      "a text or tag has more",
    ],
    ["with a comment without an end", inSheet(`<worksheet><!--${"x<".repeat(1_000_000)}`), "a text or tag has more"],
    ["of elements within elements", inSheet("<a>".repeat(100_000)), "nested more than 64 deep"],
    ["with a cell in the last column", sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "Something stands in XFD1"],
    ["with a cell outside of the sheet", sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "outside of the sheet"],
    ["with thousands of sheets", workbookFile({ sheets: Array(3_000).fill({ rows: "" }) }), "more than 200 sheets"],
    ["whose rows go backwards", sheet(sheetRow(2, ["a"]) + sheetRow(1, ["b"])), "rows are not in order"],
    ["whose cells go backwards", sheet('<row r="1"><c r="B1"/><c r="A1"/></row>'), "cells are not in order"],
    [
      "with a text that is not there",
      sheet('<row r="1"><c t="s"><v>7</v></c></row>'),
      "names a text that is not there",
    ],
    ["with a number that is none", sheet('<row r="1"><c><v>5x</v></c></row>'), "holds no number"],
    ["with two parts of one name", zipFile([...workbookParts(ONE), ...workbookParts(ONE)]), "have one name"],
    [
      "with a part that is larger than it says",
      parts((part) => (part.name.includes("sheet1") ? { ...part, claims: { bytes: 10 } } : part)),
      "not of the size it says",
    ],
    [
      "with a part that was changed",
      parts((part) => (part.name.includes("sheet1") ? { ...part, claims: { crc32: 1 } } : part)),
      "checksum of a part does not fit",
    ],
    [
      "with a part that a password protects",
      parts((part) => (part.name === "_rels/.rels" ? { ...part, claims: { isEncrypted: true } } : part)),
      "protected by a password",
    ],
    ["that is cut off", workbookFile(ONE).subarray(0, -30), "list of parts cannot be read"],
    [
      "that is cut in the middle",
      Buffer.concat([workbookFile(ONE).subarray(0, 300), workbookFile(ONE)]),
      "list of parts",
    ],
    ["without the sheet that it names", parts((part) => (part.name.includes("sheet1") ? [] : part)), "it has no part"],
  ])("one %s", async (_what, file, says) => {
    await expect(received(file)).rejects.toMatchObject({
      name: "UploadFault",
      detail: expect.stringContaining(says),
    });
  });

  test("a list in the last row is a list, whatever is empty above it", async () => {
    const told = await received(sheet(HEADER + sheetRow(1_048_576, ["+2348031231000", 5])));
    expect(told).toMatchObject({ rows: 1, emptyRows: 1_048_574, lines: { total: 1_048_576 } });
  });

  test("the work ends with the sender", async () => {
    const gone = new AbortController();
    gone.abort();
    await expect(received(workbookFile(ONE), {}, gone.signal)).rejects.toMatchObject({ kind: "incomplete" });
  });
});
