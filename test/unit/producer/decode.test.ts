/** Files cut into pieces at every place: characters, rows and packed data come out as they went in. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRowCutter } from "../../../apps/producer/src/uploads/csv-rows.js";
import { decode } from "../../../apps/producer/src/uploads/decode.js";
import { columnNames, findDelimiter } from "../../../apps/producer/src/uploads/find-form.js";
import { unpack } from "../../../apps/producer/src/uploads/unpack.js";

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function textOf(bytes: Buffer, size: number): Promise<{ text: string; encoding: string }> {
  const { text, encoding } = decode(inPieces(bytes, size), undefined);
  const pieces: Buffer[] = [];
  for await (const piece of text) pieces.push(piece);
  return { text: Buffer.concat(pieces).toString(), encoding: encoding().encoding };
}

// Longer than what is looked at in one piece, so that pieces are cut after it too.
const TEXT = `phone,name\n${"0712345678,Zoë €10 😀 日本\n".repeat(200)}`;
const LATIN = `phone,name\n${"0712345678,Zoë ß\n".repeat(400)}`;
const swapped = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("a text", () => {
  test.each<[string, Buffer, string]>([
    ["utf-8", Buffer.from(TEXT), TEXT],
    ["utf-8 with a mark", Buffer.from(`\uFEFF${TEXT}`), TEXT],
    ["utf-16le with a mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le"), TEXT],
    ["utf-16be with a mark", swapped(`\uFEFF${TEXT}`), TEXT],
    ["utf-16le", Buffer.from(LATIN, "utf16le"), LATIN],
    ["utf-16be", swapped(LATIN), LATIN],
    ["windows-1252", Buffer.from(LATIN, "latin1"), LATIN],
  ])("in %s is the same in pieces of every size", async (name, bytes, text) => {
    for (const size of [1, 2, 3, 5, 7, 4_095, 4_096, 4_097, bytes.length]) {
      const decoded = await textOf(bytes, size);
      expect(decoded.text === text, `pieces of ${size}`).toBe(true);
      expect(decoded.encoding).toBe(name.replace(/ .*/, ""));
    }
  });

  test.each([1, 2, 3, 5, 4_096])(
    "that turns from UTF-8 to another encoding is refused, in pieces of %i",
    async (size) => {
      const mixed = Buffer.concat([Buffer.from(`${"x".repeat(5_000)}é,`), Buffer.from("é\n", "latin1")]);
      await expect(textOf(mixed, size)).rejects.toThrow("goes on in another encoding");
      const brokenOff = Buffer.from(`${"x".repeat(5_000)}é😀`).subarray(0, -1);
      await expect(textOf(brokenOff, size)).rejects.toThrow("goes on in another encoding");
    },
  );

  test("that is packed comes out whole, in pieces of every size, and stops with its reader", async () => {
    const packed = gzipSync(TEXT);
    for (const size of [1, 2, 9, packed.length]) {
      const pieces: Buffer[] = [];
      for await (const piece of unpack(inPieces(packed, size), false)) pieces.push(piece);
      expect(Buffer.concat(pieces).toString() === TEXT, `pieces of ${size}`).toBe(true);
    }
    let taken = 0;
    for await (const piece of unpack(inPieces(gzipSync(Buffer.alloc(50_000_000)), 1_000), true)) {
      taken += piece.length;
      break;
    }
    expect(taken).toBeLessThanOrEqual(65_536);
  });
});

const cellText = fc.string({
  unit: fc.constantFrom("a", "é", "😀", '"', ",", ";", "\n", "\r\n", "\r", " ", "0"),
  maxLength: 8,
});
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

describe("rows", () => {
  test("are cut the same wherever the file is cut, with the line that each begins on", async () => {
    const table = fc.array(fc.array(cellText, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        async (rows, size, end) => {
          const all = [["phone", "name"], ...rows];
          const cutter = createRowCutter(",", 1);
          const cut = [];
          for await (const piece of inPieces(
            Buffer.from(all.map((row) => row.map(quoted).join(",")).join(end)),
            size,
          )) {
            cut.push(...cutter.cut(piece));
          }
          cut.push(...cutter.end());
          let line = 1;
          const expected = all.map((cells) => {
            const begins = line;
            const lineBreaks = cells.reduce((breaks, cell) => breaks + cell.split(/\r\n|\n|\r/).length - 1, 0);
            line += 1 + lineBreaks;
            return { line: begins, cells, lineBreaks };
          });
          expect(cut).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("the form of a file", () => {
  test.each([
    ["a,b\n1,2\n", ","],
    ["a;b\n1,5;2,5\n3,5;4,5\n", ";"],
    ['"a,b";c\n"1,2,3";4\n', ";"],
    ["name\tnote\nx\ta, b, c\ny\td\n", "\t"],
    ["0712345678\n0722345678\n", ","],
    ["", ","],
  ])("of %j has the delimiter %j", (text, delimiter) => {
    expect(findDelimiter(text, true)).toBe(delimiter);
  });

  test("columns get names that are unique, and none where there is nothing", () => {
    expect(columnNames([" phone ", "", "phone", "phone (2)", "a\nb", "", ""])).toEqual([
      "phone",
      "column 2",
      "phone (2)",
      "phone (2) (2)",
      "a b",
    ]);
  });
});
