/** What a start tells of prices that are not those of the plan any more: which, for whom, and what it would come to. */
import {
  type CatalogueOperator,
  createPricer,
  formatUnits,
  isWithinMargin,
  type PlanCost,
  priceDriftOf,
  priceDriftText,
  type Units,
  unitsOf,
} from "@surefill/campaign";
import fc from "fast-check";
import { expect, test } from "vitest";

const OPERATOR: CatalogueOperator = {
  operatorId: 341,
  name: "MTN Nigeria",
  countryCode: "NG",
  isActive: true,
  takesEmail: false,
  accountCurrency: "USD",
  localCurrency: "NGN",
  supportsLocalAmounts: true,
  denominations: "RANGE",
  minAmount: "0.04",
  maxAmount: "140",
  localMinAmount: "50",
  localMaxAmount: "200000",
  fixedAmounts: [],
  localFixedAmounts: [],
  fxRate: "1428.5",
  internationalDiscount: "3",
  localDiscount: "0",
  fees: { international: "0", internationalPercentage: "0", local: "0", localPercentage: "0" },
};
type Row = { units: Units; isLocal: boolean };

/** The plan of some rows at the prices of an operator, as a check adds it up. */
function planOf(operator: CatalogueOperator, rows: readonly Row[]) {
  const pricer = createPricer(operator, 0);
  const prices = rows.map(({ units, isLocal }) => pricer(units, isLocal));
  const sum = (of: "face" | "discount" | "fee" | "cost" | "reserve") =>
    formatUnits(prices.reduce((total, price) => total + (price?.[of] ?? 0), 0));
  const cost: PlanCost = {
    rows: rows.length,
    face: sum("face"),
    discount: sum("discount"),
    fee: sum("fee"),
    cost: sum("cost"),
    reserve: sum("reserve"),
  };
  const local = rows.filter(({ isLocal }) => isLocal);
  const amount = formatUnits(local.reduce((total, { units }) => total + units, 0));
  const { operatorId, name, countryCode, localCurrency: currency, fxRate } = operator;
  const ofLocal = { rows: local.length, amount, currency, fxRate: fxRate ?? "" };
  const byOperator = [{ operatorId, name, countryCode, ...cost, ...(local.length > 0 && { local: ofLocal }) }];
  return { total: cost, byOperator, prices: [operator] };
}

test("the same prices are no change, in whatever order they come, and whoever else is there", () => {
  const other = { ...OPERATOR, operatorId: 1, name: "Other", internationalDiscount: "50" };

  expect(priceDriftOf(planOf(OPERATOR, [{ units: 500_000, isLocal: false }]), [other, OPERATOR])).toBeUndefined();
});

test("every change is told with what it was before", () => {
  const now = { ...OPERATOR, internationalDiscount: "2", isActive: false, fees: { ...OPERATOR.fees, local: "1" } };

  const drift = priceDriftOf(planOf(OPERATOR, [{ units: 500_000, isLocal: false }]), [now]);

  expect(drift?.operators[0]?.changes).toEqual([
    { field: "isActive", before: true, after: false },
    { field: "internationalDiscount", before: "3", after: "2" },
    { field: "fees.local", before: "0", after: "1" },
  ]);
  expect(drift?.total).toEqual({ before: "4.85", after: "4.9" });
});

test.each([1, 10, 11, 60])("what the plan would cost is told, however many operators have changed: %i", (count) => {
  const name = "A network with a very long name ".repeat(4);
  const change = (operatorId: number) => ({
    operatorId,
    name: `${name}${operatorId}`,
    countryCode: "NG",
    rows: 1,
    cost: { before: "1", after: "2" },
    changes: [],
  });
  const operators = Array.from({ length: count }, (_, index) => change(index + 1));
  const text = priceDriftText({ total: { before: "60", after: "61.5" }, operators });

  expect(text).toContain(`${name}1`);
  expect(text).toMatch(/ have changed since the check\. The plan would cost 61\.5 instead of 60\.$/);
  expect(text.includes("more")).toBe(count > 10);
  expect(text.length).toBeLessThan(2_000);
});

test("a change that costs nothing is told as one", () => {
  const drift = priceDriftOf(planOf(OPERATOR, [{ units: 500_000, isLocal: false }]), [{ ...OPERATOR, fxRate: "1430" }]);

  expect(drift === undefined ? "" : priceDriftText(drift)).toBe(
    "The prices of MTN Nigeria have changed since the check. The plan would still cost 4.85.",
  );
});

test("an operator that has gone leaves no total", () => {
  const drift = priceDriftOf(planOf(OPERATOR, [{ units: 500_000, isLocal: false }]), []);

  expect(drift).toMatchObject({
    total: { before: "4.85", after: null },
    operators: [
      { cost: { before: "4.85", after: null }, changes: [{ field: "operator", before: "MTN Nigeria", after: null }] },
    ],
  });
});

test("what the plan would cost now is right to a few hundred-thousandths for each row, for any rows and prices", () => {
  const percent = fc.integer({ min: 0, max: 200 }).map((tenths) => String(tenths / 10));
  const flat = fc.integer({ min: 0, max: 100 }).map((cents) => String(cents / 100));
  const prices = fc
    .record({
      fxRate: fc.integer({ min: 1, max: 5_000 }).map(String),
      internationalDiscount: percent,
      localDiscount: percent,
      fees: fc.record({ international: flat, internationalPercentage: percent, local: flat, localPercentage: percent }),
    })
    .map((change) => ({ ...OPERATOR, ...change }));
  const rows = fc.array(fc.record({ units: fc.integer({ min: 1, max: 50_000_000 }), isLocal: fc.boolean() }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(prices, prices, rows, (before, now, some) => {
      const drift = priceDriftOf(planOf(before, some), [now]);
      if (drift === undefined) return;
      const told = unitsOf(drift.total.after ?? "0");
      const right = unitsOf(planOf(now, some).total.cost);
      // The sum of local amounts is exact; the account's is what the local faces leave, each rounded by itself.
      const factor = 1 + Number(now.fees.internationalPercentage) / 100;
      expect(Math.abs(told - right)).toBeLessThanOrEqual(some.length * (1 + factor));
    }),
  );
});

test.each<[string, Partial<CatalogueOperator>, boolean]>([
  ["a rate that makes local amounts cheaper", { fxRate: "1500", localMinAmount: "53", localMaxAmount: "210000" }, true],
  ["a rate that makes them 1.9 percent dearer", { fxRate: "1401.5" }, true],
  ["a rate that makes them 2.1 percent dearer", { fxRate: "1399" }, false],
  ["a fee of a cent for each row", { fees: { ...OPERATOR.fees, local: "14.3" } }, false],
  ["a rate that is not told any more", { fxRate: null }, false],
  ["an operator that is switched off", { isActive: false }, false],
  ["another least amount in the account's currency", { minAmount: "0.05" }, false],
  ["amounts that are fixed from now on", { denominations: "FIXED", fixedAmounts: ["1"] }, false],
])("a scheduled start keeps to what its margin of 2 percent allows: %s", (_what, change, isKept) => {
  const rows = Array.from({ length: 10 }, () => ({ units: unitsOf("200"), isLocal: true }));
  const drift = priceDriftOf(planOf(OPERATOR, rows), [{ ...OPERATOR, ...change }]);
  if (drift === undefined) throw new Error("nothing has changed");
  expect(isWithinMargin(drift, 2)).toBe(isKept);
});

test("a scheduled start keeps to no plan of which an operator has gone", () => {
  const drift = priceDriftOf(planOf(OPERATOR, [{ units: 500_000, isLocal: false }]), []);
  if (drift === undefined) throw new Error("nothing has changed");
  expect(isWithinMargin(drift, 50)).toBe(false);
});
