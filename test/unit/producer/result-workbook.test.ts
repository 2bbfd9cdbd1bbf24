/** Workbooks that we write: read by another program, by ourselves, and in memory that does not grow with them. */
import type { UploadRow } from "@surefill/topup-store";
import readXlsxFile from "read-excel-file/node";
import { describe, expect, test } from "vitest";
import { type Table, tableAttachment } from "../../../apps/producer/src/campaigns/rows/table-attachment.js";
import type { HttpResult } from "../../../apps/producer/src/http/result.js";
import { receiveFile } from "../../../apps/producer/src/uploads/receive-file.js";

const FORM = { format: "xlsx", csv: { delimiter: ",", hasMark: false }, decimalMark: "." } as const;

function table(changes: Partial<Table>): HttpResult {
  const linesOf = async () => [];
  const numbers = new Set<number>();
  return tableAttachment({
    name: "t",
    title: "Results",
    header: ["number"],
    rowsMax: 1,
    chunks: 1,
    linesOf,
    form: FORM,
    numbers,
    ...changes,
  });
}

/** The bytes that a reader gets who takes them all. */
async function bytesOf(result: HttpResult): Promise<Buffer> {
  const pieces: Buffer[] = [];
  if (!("stream" in result)) throw new Error("is no stream");
  await result.stream({
    signal: new AbortController().signal,
    async write(piece) {
      pieces.push(Buffer.from(piece));
    },
  });
  return Buffer.concat(pieces);
}

/** The rows of a workbook, as an upload of it reads them. */
async function uploaded(file: Buffer): Promise<UploadRow[]> {
  const rows: UploadRow[] = [];
  async function* body() {
    yield file;
  }
  await receiveFile(body(), {
    id: "upl_1",
    isGzip: false,
    wishes: { headerLine: 1 },
    limits: { bytesMax: 1e8, rowsMax: 1e6 },
    store: {
      async writeChunk(_id, _chunk, chunk) {
        rows.push(...chunk);
      },
    },
    ended: new AbortController().signal,
  });
  return rows;
}

const NASTY = [
  "+2348031234567",
  "0712345678",
  "+233 24 123 4567",
  "=cmd|' /C calc'!A0",
  "@SUM(A1)",
  "-2+3",
  'a<b>&"c"',
  "line\nbreak",
  "_x0041_",
  "bell\u0007",
  "  spaces  ",
  "h\u00e9l\u00e8ne \u{1F600}",
];

test("Texts come back as they were, none of them a number or a formula", async () => {
  const file = await bytesOf(table({ header: NASTY.map((_, index) => `c${index}`), linesOf: async () => [NASTY] }));

  expect((await uploaded(file))[0]?.cells).toEqual(NASTY);
  const rows = (await readXlsxFile(file, { trim: false }))[0]?.data;
  expect(rows?.[1]?.slice(0, 8)).toEqual(NASTY.slice(0, 8));
});

test("Amounts are numbers that can be added up, shown with the decimals that they had", async () => {
  const amounts = ["5", "5.00", "0.00001", "1500.250", "", "5,00", "08", "123456789012", "1e5"];
  const header = ["amount", "note"];
  const linesOf = async () => amounts.map((amount) => [amount, amount]);
  const file = await bytesOf(table({ header, linesOf, numbers: new Set([0]) }));

  const read = new Map((await uploaded(file)).map(({ line, cells }) => [line - 2, cells]));
  for (const [index, amount] of amounts.entries()) {
    if (amount !== "") expect(read.get(index)).toEqual([amount, amount]);
  }
  const rows = (await readXlsxFile(file))[0]?.data;
  expect(rows?.slice(1).map((row) => row[0])).toEqual([
    5,
    5,
    0.00001,
    1500.25,
    null,
    "5,00",
    "08",
    "123456789012",
    "1e5",
  ]);
  expect(rows?.[2]?.[1]).toBe("5.00");
});

describe("a table that is too long for a sheet", () => {
  test("is refused before it begins, with what to do", () => {
    expect(() => table({ rowsMax: 1_048_576 })).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          errors: [expect.objectContaining({ detail: expect.stringContaining("ask for csv") })],
        }),
      }),
    );
    expect(table({ rowsMax: 1_048_575 }).status).toBe(200);
  });
});

test("A reader that stops taking ends the reading, and what it threw is thrown on", async () => {
  let chunksRead = 0;
  const line = Array.from({ length: 50 }, (_, index) => `cell ${index} ${Math.sqrt(index)}`);
  const linesOf = async () => {
    chunksRead += 1;
    return Array.from({ length: 500 }, (_, index) => line.map((cell) => `${cell}${index * chunksRead * 7_919}`));
  };
  const result = table({ chunks: 1_000_000, linesOf });
  if (!("stream" in result)) throw new Error("is no stream");
  let pieces = 0;
  const gone = new Error("the reader has gone");
  const stopped = result.stream({
    signal: new AbortController().signal,
    async write() {
      pieces += 1;
      if (pieces === 20) throw gone;
    },
  });

  await expect(stopped).rejects.toBe(gone);
  expect(chunksRead).toBeLessThan(200);
});

test("A row that cannot be read cuts the file, and says why", async () => {
  const broken = new Error("a chunk is gone");
  const linesOf = async (chunk: number) => {
    if (chunk === 2) throw broken;
    return [["1"]];
  };
  await expect(bytesOf(table({ chunks: 5, linesOf }))).rejects.toBe(broken);
});
