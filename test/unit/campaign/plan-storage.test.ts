/** What is stored of a check, and the tables that a check keeps of a million rows. */
import {
  CHUNK_ROWS,
  type JudgedRow,
  PlanChunkError,
  PROBLEM_REPAIRS,
  type ProblemCode,
  placeOfRow,
  readPlanChunk,
  writePlanChunk,
} from "@surefill/campaign";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecipientTable, ReferenceTable } from "../../../packages/campaign/src/row-tables.js";

const CODES = Object.keys(PROBLEM_REPAIRS) as ProblemCode[];
const text = fc.string({ maxLength: 20 });
const units = fc.nat(1_000_000_000);

const planned = fc
  .record(
    {
      reference: fc.string({ minLength: 1, maxLength: 20 }),
      recipient: fc.stringMatching(/^[1-9]\d{8,14}$/),
      countryCode: fc.constantFrom("KE", "NG"),
      operatorId: fc.integer({ min: 1, max: 999_999_999 }),
      amount: fc.constantFrom("5", "0.5", "1000"),
      useLocalAmount: fc.boolean(),
      costUnits: units,
      reserveUnits: units,
      sender: fc.record({ countryCode: fc.constantFrom("GB"), number: fc.constantFrom("447400123456") }),
      metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, {
        maxKeys: 3,
        minKeys: 1,
        noNullPrototype: true,
      }),
    },
    {
      requiredKeys: ["recipient", "countryCode", "operatorId", "amount", "useLocalAmount", "costUnits", "reserveUnits"],
    },
  )
  .map((row) => ({ kind: "planned" as const, planned: row }));
const rejected = fc
  .record(
    {
      problems: fc.array(fc.record({ code: fc.constantFrom(...CODES), hint: text }), { minLength: 1, maxLength: 3 }),
      costUnits: units,
    },
    { requiredKeys: ["problems"] },
  )
  .map((row) => ({ kind: "rejected" as const, rejected: row }));

describe("a chunk of a plan", () => {
  test("is read as it was written, with the number of each row", () => {
    const rows = fc.array(fc.oneof(planned, rejected, fc.constant({ kind: "left-out" as const })), { maxLength: 40 });
    fc.assert(
      fc.property(rows, fc.nat(100), (unnumbered, chunk) => {
        const judged = unnumbered.map((entry, index): JudgedRow => {
          const row = chunk * CHUNK_ROWS + index + 1;
          if (entry.kind === "planned") return { kind: "planned", planned: { row, ...entry.planned } };
          return entry.kind === "rejected" ? { kind: "rejected", rejected: { row, ...entry.rejected } } : entry;
        });
        expect(readPlanChunk(chunk, writePlanChunk(judged))).toEqual(judged);
      }),
    );
  });

  test.each([
    ["no JSON", "["],
    ["no list", "{}"],
    ["a row of another kind", '[["254711000001","KE"]]'],
    ["a problem that nobody knows", '[[[null],["NOPE","hint"]]]'],
    ["money below 0", '[["254711000001","KE",265,"5",0,-1,5]]'],
    ["more rows than a chunk has", JSON.stringify(Array(CHUNK_ROWS + 1).fill(0))],
  ])("that holds %s is refused, and nothing of it repeated", (_what, damaged) => {
    const read = () => readPlanChunk(3, damaged);
    expect(read).toThrow(PlanChunkError);
    expect(read).toThrow("chunk 3 of the plan cannot be read");
  });

  test("holds the rows that placeOfRow says", () => {
    expect(placeOfRow(1)).toEqual({ chunk: 0, index: 0 });
    expect(placeOfRow(500)).toEqual({ chunk: 0, index: 499 });
    expect(placeOfRow(501)).toEqual({ chunk: 1, index: 0 });
  });
});

describe("the table of recipients", () => {
  test("knows each by its number alone, with its first row and all that it is sent", () => {
    const numbers = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 999_999_999_999_999n }).map(String), units), {
      maxLength: 3_000,
      size: "max",
    });
    fc.assert(
      fc.property(numbers, (payments) => {
        const table = new RecipientTable();
        const model = new Map<string, { firstLine: number; units: number }>();
        for (const [index, [number, paid]] of payments.entries()) {
          const known = model.get(number);
          if (table.find(number)?.firstLine !== known?.firstLine) throw new Error(`${number} is taken for another`);
          table.add(number, index + 1, paid);
          model.set(number, { firstLine: known?.firstLine ?? index + 1, units: (known?.units ?? 0) + paid });
        }
        for (const [number, known] of model) expect(table.find(number)).toEqual(known);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the table of references", () => {
  test("tells the first of each, and mixes none up that differ by little", () => {
    const table = new ReferenceTable(99);
    const rows = 50_000;
    const mixedUp = Array.from({ length: rows }, (_, index) => table.claim(`order-${index + 1}`, index + 1));
    expect(mixedUp.filter((row) => row !== undefined)).toEqual([]);
    for (let row = 1; row <= rows; row += 997) expect(table.claim(`order-${row}`, rows + row)).toBe(row);
  });
});
