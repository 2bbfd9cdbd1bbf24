/** Workbooks as bytes, part by part, so that a test can say exactly what stands in one, or what is wrong with it. */
import { crc32, deflateRawSync } from "node:zlib";

/** A part of an archive. What is left out is right. */
export type ZipPart = {
  name: string;
  content: string | Buffer;
  /** What the archive says of the part, where that is not so. */
  claims?: { bytes?: number; crc32?: number; isEncrypted?: true };
};

/** A ZIP archive of these parts. */
export function zipFile(parts: readonly ZipPart[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claims = {} } of parts) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(claims.isEncrypted ? 1 : 0, 6);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(claims.crc32 ?? crc32(plain), 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(claims.bytes ?? plain.length, 22);
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(offset, 42);
    files.push(head, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += head.length + Buffer.byteLength(name) + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listed, end]);
}

/** A sheet: what stands in its `sheetData`, and around it. */
export type SheetPart = { name?: string; state?: string; rows: string; before?: string; after?: string };

export type WorkbookParts = {
  sheets: readonly SheetPart[];
  strings?: string;
  styles?: string;
  is1904?: boolean;
  more?: readonly ZipPart[];
};

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

/** The parts of a workbook. */
export function workbookParts({ sheets, strings, styles, is1904, more = [] }: WorkbookParts): ZipPart[] {
  const named = sheets.map(({ name, state = "visible" }, index) => {
    const told = name ?? `Sheet${index + 1}`;
    return `<sheet name="${told}" sheetId="${index + 1}" state="${state}" r:id="rId${index + 1}"/>`;
  });
  const related = sheets.map((_, index) => {
    return `<Relationship Id="rId${index + 1}" Type="${REL}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`;
  });
  return [
    {
      name: "_rels/.rels",
      content: `<Relationships ${PACKAGE}><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: "xl/workbook.xml",
      content: `<workbook ${MAIN} xmlns:r="${REL}"><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets>${named.join("")}</sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships ${PACKAGE}>${related.join("")}<Relationship Id="rIdS" Type="${REL}/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rIdT" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
    },
    { name: "xl/sharedStrings.xml", content: `<sst ${MAIN}>${strings ?? ""}</sst>` },
    { name: "xl/styles.xml", content: `<styleSheet ${MAIN}>${styles ?? ""}</styleSheet>` },
    ...sheets.map(({ rows, before = "", after = "" }, index) => ({
      name: `xl/worksheets/sheet${index + 1}.xml`,
      content: `<worksheet ${MAIN}>${before}<sheetData>${rows}</sheetData>${after}</worksheet>`,
    })),
    ...more,
  ];
}

/** A workbook as bytes. */
export function workbookFile(parts: WorkbookParts): Buffer {
  return zipFile(workbookParts(parts));
}

/** A row of texts and numbers, from column A on; `cells` that are XML already stand as they are. */
export function sheetRow(line: number, cells: ReadonlyArray<string | number>, attributes = ""): string {
  const told = cells.map((cell, index) => {
    const place = `${String.fromCharCode(65 + index)}${line}`;
    if (typeof cell === "number") return `<c r="${place}"><v>${cell}</v></c>`;
    if (cell.startsWith("<c")) return cell.replace("<c", `<c r="${place}"`);
    return `<c r="${place}" t="inlineStr"><is><t>${cell}</t></is></c>`;
  });
  return `<row r="${line}" ${attributes}>${told.join("")}</row>`;
}

/** Styles of which the first is General and the others have these patterns, in their order. */
export function stylesOf(...patterns: string[]): string {
  const escaped = patterns.map((pattern) =>
    pattern.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;"),
  );
  const formats = escaped.map((pattern, index) => `<numFmt numFmtId="${164 + index}" formatCode="${pattern}"/>`);
  const cells = patterns.map((_, index) => `<xf numFmtId="${164 + index}" applyNumberFormat="1"/>`);
  return `<numFmts>${formats.join("")}</numFmts><cellXfs><xf numFmtId="0"/>${cells.join("")}</cellXfs>`;
}
