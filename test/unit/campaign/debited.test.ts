/** What a campaign counts as debited for a row: by the rule that its own count in Redis follows. */
import { debitedUnits, formatUnits, unitsOf } from "@surefill/campaign";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const counted = (settlement: { cost?: string; costCurrency?: string }) =>
  formatUnits(debitedUnits(settlement, { currency: "USD", reserveUnits: 500_000 }));

describe("what is counted for a row that succeeded", () => {
  test.each([
    ["4.85", "4.85"],
    ["4.85000", "4.85"],
    ["5", "5"],
    ["0", "0"],
    ["4.850000", "4.85"],
    ["4.850001", "4.85001"],
    ["0.000001", "0.00001"],
    ["4.85e0", "4.85"],
    ["485e-2", "4.85"],
    ["1e-9", "0.00001"],
    ["1.5E1", "15"],
    ["-0.5", "-0.5"],
    ["-0.000001", "0"],
  ])("is the cost %s as %s", (cost, units) => {
    expect(counted({ cost, costCurrency: "USD" })).toBe(units);
  });

  test.each([
    [{}],
    [{ costCurrency: "USD" }],
    [{ cost: "", costCurrency: "USD" }],
    [{ cost: "much", costCurrency: "USD" }],
    [{ cost: "99999999999999999", costCurrency: "USD" }],
    [{ cost: "4.85", costCurrency: "EUR" }],
  ])("is what was reserved where %j tells no cost in the account's currency", (settlement) => {
    expect(counted(settlement)).toBe("5");
  });

  test("is any amount of whole units to the unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (units) => {
        const cost = formatUnits(units);
        expect(debitedUnits({ cost }, { currency: "USD", reserveUnits: 1 })).toBe(unitsOf(cost));
      }),
    );
  });
});
