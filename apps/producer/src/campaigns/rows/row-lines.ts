import { placeOfRow } from "@surefill/campaign";
import type { PlannedFile, RowDeps } from "./planned-file.js";

/** The lines of the file that rows begin on, by row; both count from 1. A row whose chunk is gone has none. */
export async function linesOfRows(
  { uploads }: Pick<RowDeps, "uploads">,
  { upload }: Pick<PlannedFile, "upload">,
  rows: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const first = upload.firstRows[0]?.line;
  const { withinCells, hidden = 0 } = upload.lines ?? {};
  // Without empty lines, skipped ones and line breaks within cells a row's line follows from its number.
  if (first !== undefined && upload.emptyRows === 0 && withinCells === 0 && hidden === 0) {
    return new Map(rows.map((row) => [row, first + row - 1]));
  }
  const lines = new Map<number, number>();
  for (const chunk of new Set(rows.map((row) => placeOfRow(row).chunk))) {
    const cells = (await uploads.readChunk(upload.id, chunk)) ?? [];
    for (const row of rows) {
      const place = placeOfRow(row);
      const line = place.chunk === chunk ? cells[place.index]?.line : undefined;
      if (line !== undefined) lines.set(row, line);
    }
  }
  return lines;
}
