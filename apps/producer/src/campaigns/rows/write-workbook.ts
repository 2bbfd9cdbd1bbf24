/** The only file that knows yazl. */
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import type { Outlet } from "../../http/result.js";
import { partsAroundSheet, rowXml, SHEET_END, SHEET_PART, SHEET_ROWS_MAX, SHEET_START } from "./workbook-parts.js";

/** A sheet whose rows come some at a time. `numbers`: places of columns in which decimals are numbers, from 0. */
export type SheetToWrite = {
  name: string;
  header: readonly string[];
  rows: AsyncIterable<readonly (readonly string[])[]>;
  numbers: ReadonlySet<number>;
};

/** Most of what the highest level saves, in a third of its time. */
const COMPRESSION_LEVEL = 1;

/**
 * Writes a workbook of one sheet while its rows come, in memory that does not grow with them. Throws what `rows` throws,
 * and a `RangeError` where there are more than a sheet has.
 */
export async function writeWorkbook(out: Outlet, sheet: SheetToWrite): Promise<void> {
  const zip = new ZipFile();
  for (const [name, xml] of partsAroundSheet(sheet.name)) zip.addBuffer(Buffer.from(xml), name);
  const source = Readable.from(sheetXml(sheet), { objectMode: false, highWaterMark: 65_536 });
  const packed = zip.outputStream as Readable;
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    packed.destroy();
  };
  zip.on("error", fail);
  source.once("error", fail);
  zip.addReadStream(source, SHEET_PART, { compressionLevel: COMPRESSION_LEVEL });
  zip.end();
  try {
    for await (const piece of packed) await out.write(piece as Buffer);
  } catch (error) {
    failure ??= error;
  } finally {
    source.destroy();
  }
  if (failure !== undefined) throw failure;
}

async function* sheetXml({ header, rows, numbers }: SheetToWrite): AsyncGenerator<string> {
  yield SHEET_START + rowXml(1, header, new Set());
  let row = 1;
  for await (const some of rows) {
    let xml = "";
    for (const cells of some) {
      row += 1;
      if (row > SHEET_ROWS_MAX) throw new RangeError(`a sheet has ${SHEET_ROWS_MAX} rows at most`);
      xml += rowXml(row, cells, numbers);
    }
    if (xml !== "") yield xml;
  }
  yield SHEET_END;
}
