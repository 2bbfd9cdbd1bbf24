/** What depends on more than one row, and what a person is told of the whole. */
import { createHash } from "node:crypto";
import {
  type CatalogueOperator,
  type CheckOptions,
  checkOptionsSchema,
  createCatalogue,
  createJudge,
  createRowReader,
  defaultRunOf,
  defaultRunText,
  hashPlanChunk,
  hashPlanEnd,
  hashPlanStart,
  type KnownOfRow,
  PlanTally,
  type RowVerdict,
  unitsOf,
  unknownColumns,
  writePlanChunk,
} from "@surefill/campaign";
import { describe, expect, test } from "vitest";
import { NASTY_OPERATORS } from "../../support/nasty-rows.js";

const COLUMNS = ["phone", "amount", "ref"];
const MAPPING = { phone: "phone", amount: "amount", reference: "ref" };

type Case = {
  rows: readonly (readonly string[])[];
  options?: Partial<CheckOptions>;
  perRecipientMax?: string;
  topupMaxUnits?: number;
  known?: (row: number) => KnownOfRow;
  operators?: readonly CatalogueOperator[];
};

function judged({
  rows,
  options,
  perRecipientMax,
  topupMaxUnits,
  known = () => ({}),
  operators = NASTY_OPERATORS,
}: Case): RowVerdict[] {
  const chosen = checkOptionsSchema.parse({ defaultCountry: "KE", ...options });
  const reader = createRowReader({ columns: COLUMNS, mapping: MAPPING, options: chosen, run: "r" });
  const judge = createJudge({
    catalogue: createCatalogue(operators),
    accountCurrency: "USD",
    options: chosen,
    limits: { perRecipientMax, priceMarginPercent: 2 },
    topupMaxUnits,
    seed: 1,
  });
  return rows.map((cells, index) => judge.judge(reader(index + 1, cells), { detected: 265, ...known(index + 1) }));
}

const words = (verdicts: readonly RowVerdict[]) =>
  verdicts.map(({ judged: row }) =>
    row.kind === "planned" ? "planned" : row.rejected.problems.map(({ code, hint }) => `${code}: ${hint}`).join("; "),
  );

const A = "+254711000001";
const B = "+254711000002";

describe("a recipient", () => {
  test("is paid once, by the first row that can be sent", () => {
    const rows = [
      [A, "0"],
      [A, "5"],
      ["0711000001", "6"],
      [B, "5"],
    ];
    expect(words(judged({ rows }))).toEqual([
      "AMOUNT_NOT_ABOVE_ZERO: must be above 0",
      "planned",
      "RECIPIENT_DUPLICATE: line 2 pays the same recipient",
      "planned",
    ]);
    expect(words(judged({ rows, options: { duplicates: "allow" } })).slice(1)).toEqual([
      "planned",
      "planned",
      "planned",
    ]);
  });

  test("gets no more than the limit over all rows, by what they cost", () => {
    const rows = [
      [A, "5"],
      [A, "5"],
      [A, "1"],
      [B, "20"],
    ];
    const limited = judged({ rows, options: { duplicates: "allow" }, perRecipientMax: "9.6" });
    expect(words(limited)).toEqual([
      "planned",
      "planned",
      "RECIPIENT_OVER_LIMIT: the recipient would get 10.56, the limit is 9.6",
      "RECIPIENT_OVER_LIMIT: the recipient would get 19.2, the limit is 9.6",
    ]);
  });

  test("gets no single top-up that is worth more than the installation's limit", () => {
    const rows = [
      [A, "5"],
      [B, "5.00001"],
    ];
    expect(words(judged({ rows, topupMaxUnits: 500_000 }))).toEqual([
      "planned",
      "AMOUNT_OVER_LIMIT: is worth 5.00001, the limit for one top-up is 5",
    ]);
  });

  test("who was paid a while ago is not paid again by accident", () => {
    const known = () => ({ paidRecently: { daysAgo: 4, reference: "spring.7" } });
    const rows = [[A, "5"]];
    expect(words(judged({ rows, known }))).toEqual([
      "RECIPIENT_PAID_RECENTLY: the recipient was paid 4 days ago by spring.7",
    ]);
    expect(words(judged({ rows, known, options: { recentlyPaid: { days: 30, action: "allow" } } }))).toEqual([
      "planned",
    ]);
  });
});

describe("a reference", () => {
  test("that the ledger has is not sent again, and it is told whether it was this very top-up", () => {
    const rows = [
      [A, "5", "x"],
      [B, "5", "y"],
    ];
    const known = (row: number): KnownOfRow => ({ referenceUsed: row === 1 ? "same" : "other" });
    expect(words(judged({ rows, known }))).toEqual([
      "REFERENCE_USED: this very top-up exists already under the same reference",
      "REFERENCE_OF_ANOTHER: a top-up of other content has this reference",
    ]);
  });

  test("is claimed by the first row that names it, also by one that is not sent", () => {
    const rows = [
      [A, "0", "Same"],
      [B, "5", "sAME"],
    ];
    expect(words(judged({ rows }))[1]).toBe("REFERENCE_DUPLICATE: line 1 has the same reference");
  });
});

describe("a number without a plus", () => {
  const rows = [["254711000001", "5"]];
  test("and without a country is not guessed at", () => {
    const bare = judged({ rows, options: { defaultCountry: undefined } });
    expect(words(bare)).toEqual(["COUNTRY_MISSING: the number has no + and the row no country"]);
  });

  test("is complete where the caller says that all are, which is told", () => {
    const [verdict] = judged({ rows, options: { defaultCountry: undefined, plainNumbers: "international" } });
    expect(verdict?.judged.kind).toBe("planned");
    expect(verdict?.assumptions).toContain("plain-number-read-as-international");
  });
});

describe("a summary", () => {
  const rows = [
    [A, "5"],
    [B, "5.5", "own"],
    ["", "5"],
    ["2.5E+11", "10"],
    ["2.6E+11", "x"],
    ["+254202222222", "5"],
  ];

  function summed() {
    const tally = new PlanTally();
    for (const [index, verdict] of judged({ rows }).entries()) tally.add(verdict, index + 2);
    return tally.summary({ planHash: "h", run: "r", currency: "USD" });
  }

  test("adds up to the last digit, by country and by operator", () => {
    const { total, byCountry, byOperator, rows: counts } = summed();
    expect(counts).toMatchObject({ total: 6, planned: 2, rejected: 4 });
    expect(total).toEqual({ rows: 2, face: "10.5", discount: "0.42", fee: "0", cost: "10.08", reserve: "10.5" });
    expect(byCountry).toEqual([{ countryCode: "KE", ...total }]);
    expect(byOperator).toEqual([{ operatorId: 265, name: "Safaricom Kenya", countryCode: "KE", ...total }]);
  });

  test("groups problems by their repair, with samples that show no number", () => {
    const { problems } = summed();
    expect(problems.map(({ repair, rows: count }) => [repair, count])).toEqual([
      ["fix-number", 2],
      ["export-as-text", 2],
    ]);
    expect(problems[0]?.codes).toEqual([
      { code: "PHONE_MISSING", rows: 1 },
      { code: "PHONE_NOT_MOBILE", rows: 1 },
    ]);
    expect(problems[0]?.samples[1]).toMatchObject({ row: 6, line: 7, value: "+••••••••••22" });
    expect(JSON.stringify(problems)).not.toMatch(/\d{7}/);
  });

  test("says what was assumed, and for how many rows", () => {
    const { assumptions } = summed();
    expect(Object.fromEntries(assumptions.map(({ assumption, rows: count }) => [assumption, count]))).toEqual({
      "operator-detected": 2,
      "default-account-currency": 2,
      "reference-derived": 1,
    });
  });

  test("says in which currency amounts that name none were read, and what they come to in it", () => {
    const tally = new PlanTally();
    const local = judged({
      rows: [
        [A, "50"],
        [B, "70"],
      ],
      options: { useLocalAmount: true },
    });
    for (const [index, verdict] of local.entries()) tally.add(verdict, index + 2);
    const { assumptions, byOperator } = tally.summary({ planHash: "h", run: "r", currency: "USD" });

    expect(assumptions).toContainEqual({ assumption: "default-local-currency", rows: 2 });
    expect(byOperator[0]?.local).toEqual({ rows: 2, amount: "120", currency: "KES", fxRate: "120.15" });
  });
});

describe("a plan's hash", () => {
  test("can be made again from options that were stored, whether or not they say the decimal mark", () => {
    const stored = { ...checkOptionsSchema.parse({ run: "june" }) };
    // The point was a default once: campaigns of that time say it.
    for (const options of [stored, { ...stored, decimalMark: "." }]) {
      expect(checkOptionsSchema.parse(options)).toEqual(options);
    }
  });

  const total = { rows: 1, face: "5", discount: "0", fee: "0", cost: "5", reserve: "5" };
  const prices = NASTY_OPERATORS.slice(0, 2);
  const basis = { uploadSha256: "aa", mapping: MAPPING, options: checkOptionsSchema.parse({}), run: "r" };
  const chunk = (amount: string) => writePlanChunk(judged({ rows: [[A, amount]] }).map((verdict) => verdict.judged));
  function hashOf(
    change: { basis?: object; amount?: string; prices?: readonly CatalogueOperator[]; cost?: string } = {},
  ) {
    const hash = createHash("sha256");
    hashPlanStart(hash, { ...basis, ...change.basis });
    hashPlanChunk(hash, chunk(change.amount ?? "5"));
    hashPlanEnd(hash, {
      currency: "USD",
      prices: change.prices ?? prices,
      total: { ...total, cost: change.cost ?? "5" },
    });
    return hash.digest("hex");
  }

  test("is the same for the same plan, in whatever order its parts were named", () => {
    const { phone, amount, reference } = MAPPING;
    expect(hashOf({ basis: { mapping: { reference, amount, phone } }, prices: prices.toReversed() })).toBe(hashOf());
  });

  test("is another one when anything is that decides what is sent or what it costs", () => {
    const [first, ...others] = prices;
    if (first === undefined) throw new Error("the fixture has operators");
    const hashes = [
      hashOf(),
      hashOf({ basis: { uploadSha256: "ab" } }),
      hashOf({ basis: { mapping: { ...MAPPING, amount: "ref" } } }),
      hashOf({ basis: { options: checkOptionsSchema.parse({ duplicates: "allow" }) } }),
      hashOf({ basis: { run: "s" } }),
      hashOf({ amount: "5.5" }),
      hashOf({ prices: [{ ...first, fxRate: "120.16" }, ...others] }),
      hashOf({ cost: "5.00001" }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe("a run", () => {
  const runOf = (sha256: string, mapping: { phone: string; amount?: string }) =>
    defaultRunOf(createHash("sha256").update(defaultRunText(sha256, mapping)).digest("hex"));

  test("is the same for the same file, whatever else is mapped, so that nobody is paid twice by it", () => {
    expect(runOf("aa", MAPPING)).toBe(runOf("aa", { phone: "phone", amount: "amount" }));
    expect(runOf("aa", MAPPING)).toMatch(/^f[0-9a-f]{16}$/);
  });

  test("is another one for another file, and for another column of amounts", () => {
    const runs = [runOf("aa", MAPPING), runOf("ab", MAPPING), runOf("aa", { phone: "phone", amount: "bonus" })];
    expect(new Set([...runs, runOf("aa", { phone: "phone" })]).size).toBe(4);
  });
});

test("a mapping to a column that the file does not have is told by its field", () => {
  const mapping = { phone: "phone", amount: "amuont", metadata: { wave: "wave" } };
  expect(unknownColumns(mapping, COLUMNS)).toEqual([
    { field: "amount", column: "amuont" },
    { field: "metadata.wave", column: "wave" },
  ]);
  expect(() => createRowReader({ columns: COLUMNS, mapping, options: checkOptionsSchema.parse({}), run: "r" })).toThrow(
    RangeError,
  );
  expect(unitsOf("5")).toBe(500_000);
});
