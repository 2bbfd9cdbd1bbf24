/** Rows of CSV text: where each begins in the file, which quotes are refused, and that cutting is linear. */
import { describe, expect, test } from "vitest";
import { type CutRow, createRowCutter } from "../../../apps/producer/src/uploads/csv-rows.js";
import { expectLinear, leastCpuMsOf } from "../../support/cpu-time.js";

function cut(text: string, delimiter: "," | ";" = ","): CutRow[] {
  const cutter = createRowCutter(delimiter, 1);
  return [...cutter.cut(Buffer.from(text)), ...cutter.end()];
}

function linesOf(text: string): number {
  const cutter = createRowCutter(",", 1);
  cutter.cut(Buffer.from(text));
  cutter.end();
  return cutter.lines;
}

const told = (rows: readonly CutRow[]) => rows.map(({ line, cells }) => [line, ...cells]);

describe("a row ends", () => {
  test("at \\r\\n, \\n and \\r, mixed in one file, and its line is that of the file", () => {
    expect(told(cut("phone,note\r\n1,a\n2,b\r3,c\r\n\n\r\r\n4,d"))).toEqual([
      [1, "phone", "note"],
      [2, "1", "a"],
      [3, "2", "b"],
      [4, "3", "c"],
      [8, "4", "d"],
    ]);
  });

  test("only where no quote is open, however a cell writes its line ends", () => {
    expect(told(cut('a,"x\ny\r\nz\rw",b\n1,2,3\n'))).toEqual([
      [1, "a", "x\ny\r\nz\rw", "b"],
      [5, "1", "2", "3"],
    ]);
  });

  test("with the file, whose last line may have no end", () => {
    expect(["", "a", "a\n", "a\n\n", "a\r\n\r\n", "a\r\rb"].map(linesOf)).toEqual([0, 1, 1, 2, 2, 3]);
  });
});

describe("a quote", () => {
  test("within a cell that does not begin with one is a character like any other", () => {
    expect(told(cut('5" pipe,say "hi",O"Neil\n'))).toEqual([[1, '5" pipe', 'say "hi"', 'O"Neil']]);
  });

  test("that is written twice in a quoted cell is one, and spaces may follow the last", () => {
    expect(told(cut('"a ""b""", "c"\n"d"  ,e\n'))).toEqual([
      [1, 'a "b"', ' "c"'],
      [2, "d", "e"],
    ]);
  });

  test.each([
    ['phone,country,amount,name\n071,KE,1,"John\n072,KE,1,Ann\n073,KE,1,"Mary"\n074,KE,1,Eve\n', 4, '"M"'],
    ['phone,name\n071,"Big" John\n', 2, '"J"'],
    ['phone,name\r071,"A\r\n072,B\n073,"C\n', 4, '"C"'],
  ])("that closes a cell and is followed by something else is refused with its line: %j", (text, line, follower) => {
    expect(() => cut(text)).toThrow(`Line ${line}: a quote that closes a cell is followed by ${follower}.`);
  });

  test("that is never closed is refused with the line on which it opens", () => {
    expect(() => cut('phone,name\n071,"A\n072,B')).toThrow("opens a cell on line 2 is never closed");
    expect(() => cut('phone,name\n071,"A\nB","C\n072,B')).toThrow("opens a cell on line 3 is never closed");
    expect(() => cut(`phone,name\n071,"A\n${"072,B\n".repeat(12_000)}`)).toThrow("is a quote not closed?");
  });
});

describe("cutting", () => {
  test("counts the cells of a row before anything is made of them", async () => {
    const tookMs = await leastCpuMsOf(() => {
      expect(() => cut(`${"c,".repeat(31_999)}c\n1,2\n`)).toThrow("Line 1 has 32000 cells");
    });
    expect(tookMs).toBeLessThan(50);
    expect(cut(`a,b${",".repeat(20_000)}\n`)).toMatchObject([{ cells: ["a", "b"] }]);
  });

  test.each<[string, (size: number) => string]>([
    ["empty lines", (size) => `phone\n${"\n".repeat(size)}`],
    ["good rows", (size) => "0712345678,KE,5\n".repeat(size / 16)],
    ["ragged rows", (size) => "0712345678,KE,5,,,,x\n1\n".repeat(size / 23)],
    ["quoted rows", (size) => '"0712345678","K""E",5\n'.repeat(size / 22)],
    ["quotes within cells", (size) => 'a"b"c"d"e,x"y"z\n'.repeat(size / 16)],
    ["carriage returns", (size) => "071,5\r".repeat(size / 6)],
    ["a row that never ends", (size) => "x".repeat(Math.min(size, 65_000))],
  ])("takes time by the length of the text: %s", async (_what, make) => {
    await expectLinear((size) => cut(make(size)), { from: 250_000, to: 4_000_000, cpuMsMax: 2_000 });
  });

  test("takes no more time where the text trickles in byte by byte", async () => {
    const row = Buffer.from(`"${"x\n".repeat(32_000)}`);
    const tookMs = await leastCpuMsOf(() => {
      const cutter = createRowCutter(",", 1);
      for (let place = 0; place < row.length; place += 1) cutter.cut(row.subarray(place, place + 1));
    });
    expect(tookMs).toBeLessThan(1_000);
  });

  test("costs less for a million empty lines than for a million good rows", async () => {
    const pieces = (line: string) => Array.from({ length: 1_000 }, () => Buffer.from(line.repeat(1_000)));
    const cutAll = (line: string) => {
      const cutter = createRowCutter(",", 1);
      for (const piece of pieces(line)) cutter.cut(piece);
      cutter.end();
    };
    const goodMs = await leastCpuMsOf(() => cutAll("+254712345678,KE,5,Ann\n"));
    expect(await leastCpuMsOf(() => cutAll("\n"))).toBeLessThan(goodMs);
  });
});
