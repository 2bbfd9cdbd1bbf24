/** What an amount is read as under each decimal mark that a file can have, and where nobody has said which it has. */
import { checkOptionsSchema, createRowReader, formatUnits } from "@surefill/campaign";
import { describe, expect, test } from "vitest";

/** The amount that a cell is read as, or the problems that it has. */
function read(cell: string, decimalMark?: "." | ","): string {
  const options = checkOptionsSchema.parse({ ...(decimalMark && { decimalMark }) });
  const reader = createRowReader({
    columns: ["phone", "amount"],
    mapping: { phone: "phone", amount: "amount" },
    options,
    run: "r",
  });
  const { amountUnits, problems } = reader(1, ["+254711000001", cell]);
  return amountUnits === undefined ? problems.map(({ code }) => code).join(" ") : formatUnits(amountUnits);
}

describe("an amount", () => {
  test.each([
    // cell, nobody has said, a point, a comma
    ["1.500", "AMOUNT_AMBIGUOUS", "1.5", "AMOUNT_COMMA"],
    ["10.000", "AMOUNT_AMBIGUOUS", "10", "AMOUNT_COMMA"],
    ["999.999", "AMOUNT_AMBIGUOUS", "999.999", "AMOUNT_COMMA"],
    ["1.500.000", "AMOUNT_INVALID", "AMOUNT_INVALID", "AMOUNT_COMMA"],
    [" 1.500 ", "AMOUNT_AMBIGUOUS", "1.5", "AMOUNT_COMMA"],
    ["١.٥٠٠", "AMOUNT_AMBIGUOUS", "1.5", "AMOUNT_COMMA"],
    ["0.500", "0.5", "0.5", "AMOUNT_COMMA"],
    ["5.50", "5.5", "5.5", "AMOUNT_COMMA"],
    ["12.3456", "12.3456", "12.3456", "AMOUNT_COMMA"],
    ["1500.250", "1500.25", "1500.25", "AMOUNT_COMMA"],
    ["1,500", "AMOUNT_COMMA", "AMOUNT_COMMA", "1.5"],
    ["5,50", "AMOUNT_COMMA", "AMOUNT_COMMA", "5.5"],
    ["1500", "1500", "1500", "1500"],
  ])("%j is money only where it can be read in one way", (cell, unsaid, point, comma) => {
    expect([read(cell), read(cell, "."), read(cell, ",")]).toEqual([unsaid, point, comma]);
  });

  test("that can be read in two ways hears both, and what to write", () => {
    const options = checkOptionsSchema.parse({});
    const reader = createRowReader({
      columns: ["phone", "amount"],
      mapping: { phone: "phone", amount: "amount" },
      options,
      run: "r",
    });
    const hintOf = (cell: string) => reader(1, ["+254711000001", cell]).problems[0]?.hint;

    expect(hintOf("1.500")).toBe(
      'may be 1500 or 1.5: write it so, or set decimalMark to "." if its point parts decimals',
    );
    expect(hintOf("10.000")).toMatch(/^may be 10000 or 10: /);
    expect(hintOf("1.500.000")).toBe("holds points that part thousands; write the number without them");
  });
});
