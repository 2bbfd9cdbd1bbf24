import { posix } from "node:path";
import { UploadFault } from "../upload-fault.js";
import { builtInPattern, type NumberFormat, numberFormatOf } from "./shown-number.js";
import { hearXml } from "./xml-reader.js";
import { damaged, type ZipArchive } from "./zip-archive.js";

/** A sheet of a workbook. `part` is where its cells are. */
export type Sheet = { name: string; isHidden: boolean; part: string };

/** What a workbook says of itself, without its cells. */
export type Workbook = {
  sheets: readonly Sheet[];
  sharedStringsPart?: string;
  /** The number format of each cell style, by its number. */
  formats: readonly NumberFormat[];
  /** Whether dates count from 1904. */
  is1904: boolean;
};

const SHEETS_MAX = 200;
/** Excel has 64,000. */
const STYLES_MAX = 65_536;

/** Reads what a workbook says of its sheets and styles. Throws an `UploadFault` where it is none. */
export async function readWorkbook(zip: ZipArchive): Promise<Workbook> {
  const root = [...(await readRelationships(zip, "_rels/.rels", "")).values()];
  const part = root.find(({ type }) => type === "officeDocument")?.part ?? "xl/workbook.xml";
  const folder = posix.dirname(part);
  const related = await readRelationships(zip, `${folder}/_rels/${posix.basename(part)}.rels`, folder);
  const { sheets, is1904 } = await readSheets(zip, part, related);
  const partOf = (type: string) => [...related.values()].find((one) => one.type === type)?.part;
  const [sharedStringsPart, stylesPart] = [partOf("sharedStrings"), partOf("styles")];
  const formats = stylesPart === undefined ? [] : await readFormats(zip, stylesPart);
  return { sheets, is1904, formats, ...(sharedStringsPart !== undefined && { sharedStringsPart }) };
}

/** `type` is the last word of the type's address, which differs between the variants of the format. */
type Relationship = { type: string; part: string };

async function readRelationships(zip: ZipArchive, name: string, folder: string): Promise<Map<string, Relationship>> {
  const found = new Map<string, Relationship>();
  if (!zip.names.has(name.toLowerCase())) return found;
  await hearXml(zip.read(name), {
    open(element, { Id = "", Type = "", Target = "", TargetMode }) {
      if (element !== "Relationship" || TargetMode === "External") return;
      const part = Target.startsWith("/") ? posix.normalize(Target).slice(1) : posix.join(folder, Target);
      found.set(Id, { type: posix.basename(Type), part });
    },
    close() {},
    text() {},
  });
  return found;
}

async function readSheets(
  zip: ZipArchive,
  part: string,
  related: ReadonlyMap<string, Relationship>,
): Promise<Pick<Workbook, "sheets" | "is1904">> {
  const sheets: Sheet[] = [];
  let count = 0;
  let is1904 = false;
  await hearXml(zip.read(part), {
    open(element, attributes) {
      if (element === "workbookPr") is1904 = isTrue(attributes["date1904"]);
      if (element !== "sheet") return;
      count += 1;
      if (count > SHEETS_MAX) {
        const detail = `The workbook has more than ${SHEETS_MAX} sheets. Save the one with the list as a workbook of its own.`;
        throw new UploadFault("unreadable", detail);
      }
      const id = Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1] ?? "";
      const relationship = related.get(id);
      // Charts and macros are sheets, too, and have no cells.
      if (relationship?.type !== "worksheet") return;
      const { name = "", state = "visible" } = attributes;
      sheets.push({ name, isHidden: state !== "visible", part: relationship.part });
    },
    close() {},
    text() {},
  });
  if (sheets.length === 0) throw damaged("it names no sheets");
  return { sheets, is1904 };
}

async function readFormats(zip: ZipArchive, part: string): Promise<NumberFormat[]> {
  const patterns = new Map<number, string>();
  const known = new Map<number, NumberFormat>();
  const formats: NumberFormat[] = [];
  let isCellFormats = false;
  await hearXml(zip.read(part), {
    open(element, attributes) {
      if (element === "cellXfs") isCellFormats = true;
      const id = Number(attributes["numFmtId"] ?? 0);
      if (element === "numFmt") patterns.set(id, attributes["formatCode"] ?? "General");
      if (element !== "xf" || !isCellFormats) return;
      const format = known.get(id) ?? numberFormatOf(patterns.get(id) ?? builtInPattern(id));
      known.set(id, format);
      formats.push(format);
      if (formats.length > STYLES_MAX) throw damaged(`it has more than ${STYLES_MAX} cell styles`);
    },
    close(element) {
      if (element === "cellXfs") isCellFormats = false;
    },
    text() {},
  });
  return formats;
}

/** What the format writes for a flag. */
export function isTrue(value: string | undefined): boolean {
  return value === "1" || value === "true" || value === "on";
}
