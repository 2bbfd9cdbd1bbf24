/** What is chosen for a file, held against the file: a doubt about who is paid or how much is told with its field. */
import { checkOptionsSchema, choiceProblems, type Mapping } from "@surefill/campaign";
import { describe, expect, test } from "vitest";

type Choice = { columns: string[]; rows: string[][]; mapping: Mapping; options?: Record<string, unknown> };

function problemsOf({ columns, rows, mapping, options = {} }: Choice) {
  const file = { columns, firstRows: rows, rows: rows.length };
  return choiceProblems(file, { mapping, options: checkOptionsSchema.parse(options) });
}

describe("a column of amounts", () => {
  const under = (amount: string, options?: Record<string, unknown>) =>
    problemsOf({
      columns: ["phone", amount],
      rows: [["0712345678", "500"]],
      mapping: { phone: "phone", amount },
      ...(options !== undefined && { options }),
    });

  test.each(["Amount (thousands)", "Amount (USD cents)", "Montant (milliers)"])(
    "that counts in thousands or hundredths is refused, whatever the currency: %s",
    (amount) => {
      for (const options of [undefined, { currency: "USD" }, { useLocalAmount: true }]) {
        expect(under(amount, options)).toEqual([
          { pointer: "/mapping/amount", detail: expect.stringContaining("its cells are not the amounts themselves") },
        ]);
      }
    },
  );

  test("whose unit is not known is in no currency until one is said", () => {
    expect(under("Amount (Kz)")).toEqual([
      {
        pointer: "/options/currency",
        detail: 'must say which currency it is: the column "Amount (Kz)" says "Kz", which is not known',
      },
    ]);
    expect(under("Amount (Kz)", { currency: "AOA" })).toEqual([]);
    expect(under("Amount (Kz)", { useLocalAmount: true })).toEqual([]);
    expect(under("Amount (required)")).toEqual([]);
  });
});

describe("of two columns with one name", () => {
  const columns = ["phone", "amount", "amount (2)"];
  const rows = [["0712345678", "5", "6"]];

  test("none is taken as the amount, until the other has a meaning too", () => {
    expect(problemsOf({ columns, rows, mapping: { phone: "phone", amount: "amount" } })).toEqual([
      { pointer: "/mapping/amount", detail: expect.stringContaining('several columns are called "amount"') },
    ]);
    const metadata = { old: "amount (2)" };
    expect(problemsOf({ columns, rows, mapping: { phone: "phone", amount: "amount", metadata } })).toEqual([]);
    expect(problemsOf({ columns, rows, mapping: { phone: "phone", amount: "amount (2)" } })).toEqual([]);
  });

  test("none is taken as who is paid", () => {
    const mapping = { phone: "tel", amount: "amount" };
    const twice = { columns: ["tel", "tel (2)", "amount"], rows: [["0712345678", "0712345679", "5"]], mapping };
    expect(problemsOf(twice).map(({ pointer }) => pointer)).toEqual(["/mapping/phone"]);
  });
});

describe("decimals that a comma without quotes has made a column of", () => {
  const columns = ["phone", "amount", "note"];
  const mapping = { phone: "phone", amount: "amount" };

  test.each([
    [
      "one of them begins with a 0",
      [
        ["0712345678", "5", "00"],
        ["0712345679", "2", "50"],
      ],
    ],
    [
      "a row is longer than the header",
      [
        ["0712345678", "5", "50", ""],
        ["0712345679", "2", "50", ""],
      ],
    ],
  ])("are told, where %s", (_where, rows) => {
    expect(problemsOf({ columns, rows, mapping })).toEqual([
      { pointer: "/mapping/amount", detail: expect.stringContaining('"note", holds two digits in every row') },
    ]);
  });

  test("are none where the column has a meaning, or holds anything else", () => {
    const rows = [["0712345678", "5", "00"]];
    expect(problemsOf({ columns, rows, mapping: { ...mapping, metadata: { note: "note" } } })).toEqual([]);
    expect(problemsOf({ columns, rows: [...rows, ["0712345679", "2", "x"]], mapping })).toEqual([]);
    expect(problemsOf({ columns: ["phone", "amount", "age"], rows: [["0712345678", "5", "34"]], mapping })).toEqual([]);
  });
});
