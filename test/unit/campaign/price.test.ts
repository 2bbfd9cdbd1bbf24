/** Prices to the last digit, held against fractions of whole numbers; and amounts that a tolerance moves. */
import {
  type CatalogueOperator,
  catalogueOperatorOf,
  catalogueOperatorSchema,
  createPricer,
  formatUnits,
  unitsOf,
} from "@surefill/campaign";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOffer } from "../../../packages/campaign/src/offer.js";
import { NASTY_OPERATORS } from "../../support/nasty-rows.js";

const [range, fixed] = NASTY_OPERATORS;
if (range === undefined || fixed === undefined) throw new Error("the fixture has operators");

/** A decimal as a fraction. */
function fraction(text: string): [bigint, bigint] {
  const [whole = "", decimals = ""] = text.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

const percents = fc.constantFrom("0", "3", "7.5", "12.34");
const flats = fc.constantFrom("0", "0.1", "0.00001", "1.25");
const rates = fc.constantFrom("1", "120.15", "505.43", "0.31", "1428.5");

/** The debit's formula in whole numbers: numerator and denominator of the cost in units. */
function exactCost(
  units: number,
  { percent, flat, discount, rate }: { percent: string; flat: string; discount: string; rate: string },
): [bigint, bigint] {
  const [feeTop, feeBottom] = fraction(percent);
  const [discountTop, discountBottom] = feeTop === 0n ? fraction(discount) : [0n, 1n];
  const [flatTop, flatBottom] = fraction(flat);
  const [rateTop, rateBottom] = fraction(rate);
  const hundred = 100n;
  const share: [bigint, bigint] = [
    hundred * feeBottom * discountBottom + feeTop * discountBottom - discountTop * feeBottom,
    hundred * feeBottom * discountBottom,
  ];
  const top = BigInt(units) * share[0] * flatBottom + flatTop * 100_000n * share[1];
  return [top * rateBottom, share[1] * flatBottom * rateTop];
}

const halfUp = ([top, bottom]: [bigint, bigint]) => Number((top * 2n + bottom) / (bottom * 2n));

describe("a price", () => {
  const operators = fc.record({ percent: percents, flat: flats, discount: percents, rate: rates });
  const priced = (terms: { percent: string; flat: string; discount: string; rate: string }): CatalogueOperator => ({
    ...range,
    fxRate: terms.rate,
    internationalDiscount: terms.discount,
    localDiscount: terms.discount,
    fees: {
      international: terms.flat,
      internationalPercentage: terms.percent,
      local: terms.flat,
      localPercentage: terms.percent,
    },
  });

  test("is the provider's formula, rounded half up once, in the account's currency and in the local one", () => {
    fc.assert(
      fc.property(operators, fc.integer({ min: 1, max: 10_000_000_000 }), fc.boolean(), (terms, units, isLocal) => {
        const price = createPricer(priced(terms), 2)(units, isLocal);
        const expected = halfUp(exactCost(units, isLocal ? terms : { ...terms, rate: "1" }));
        expect(price?.cost).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["120.15", "7.5", "0.00001", 1_955, 18],
    ["120.15", "7.5", "1.25", 1_915, 1_058],
    ["0.31", "7.5", "0.1", 33, 32_373],
    ["1428.5", "7.5", "0.1", 16_610, 20],
  ])(
    "that falls half-way between two units is rounded up: rate %s, fee %s %% and %s",
    (rate, percent, flat, units, cost) => {
      const terms = { percent, flat, discount: "0", rate };
      expect(halfUp(exactCost(units, terms))).toBe(cost);
      expect(createPricer(priced(terms), 2)(units, true)?.cost).toBe(cost);
    },
  );

  test("adds up: face less discount plus fee is the cost, and the reserve covers face and fee without discount", () => {
    fc.assert(
      fc.property(operators, fc.integer({ min: 1, max: 10_000_000_000 }), fc.boolean(), (terms, units, isLocal) => {
        const price = createPricer(priced(terms), 2)(units, isLocal);
        if (price === undefined) throw new Error("every rate is known");
        expect(price.face - price.discount + price.fee).toBe(price.cost);
        expect(price.reserve).toBeGreaterThanOrEqual(price.cost);
        const [top, bottom] = exactCost(units, { ...terms, discount: "0", rate: isLocal ? terms.rate : "1" });
        const margin = isLocal ? 102n : 100n;
        expect(BigInt(price.reserve) * bottom * 100n).toBeGreaterThanOrEqual(top * margin);
      }),
      { numRuns: 500 },
    );
  });

  test("of an amount asked for again is the same", () => {
    const pricer = createPricer(range, 2);
    expect(pricer(500_000, true)).toEqual(pricer(500_000, true));
    expect(pricer(500_000, true)).not.toEqual(pricer(500_000, false));
  });

  test("of a local amount is not known without a rate", () => {
    expect(createPricer({ ...range, fxRate: null }, 2)(100_000, true)).toBeUndefined();
    expect(createPricer({ ...range, fxRate: "0" }, 2)(100_000, true)).toBeUndefined();
    expect(createPricer({ ...range, fxRate: null }, 2)(100_000, false)?.cost).toBe(96_000);
  });
});

describe("an amount", () => {
  test("is sent as it is or as the least more that is sold, never less and never beyond its tolerance", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(range, fixed),
        fc.integer({ min: 1, max: 20_000_000 }),
        fc.integer({ min: 0, max: 2_000_000 }),
        (operator, units, toleranceUnits) => {
          const fit = createOffer(operator)({ units, isLocal: false, toleranceUnits });
          if (!fit.ok) return;
          expect(fit.units).toBeGreaterThanOrEqual(units);
          expect(fit.units).toBeLessThanOrEqual(units + toleranceUnits);
          if (operator === fixed) expect(fixed.fixedAmounts.map(unitsOf)).toContain(fit.units);
          expect(fit.assumption).toBe(fit.units === units ? undefined : "amount-moved");
        },
      ),
      { numRuns: 500 },
    );
  });

  test("is moved by just its tolerance, and by no more", () => {
    const offer = createOffer(fixed);
    const wanted = { units: unitsOf("8"), isLocal: false };
    expect(offer({ ...wanted, toleranceUnits: unitsOf("2") })).toMatchObject({ ok: true, units: unitsOf("10") });
    expect(offer({ ...wanted, toleranceUnits: unitsOf("1.99999") }).ok).toBe(false);
  });

  test("that is not sold is answered with those next to it", () => {
    const offer = createOffer(fixed);
    const hint = (units: number) => {
      const fit = offer({ units, isLocal: false, toleranceUnits: 0 });
      return fit.ok ? "sold" : fit.problem.hint;
    };
    expect(hint(unitsOf("7"))).toBe("the operator sells 5 or 10 USD next to it");
    expect(hint(unitsOf("1"))).toBe("the operator sells 5 USD next to it");
    expect(hint(unitsOf("50"))).toBe("the operator sells 20 USD next to it");
    expect(hint(unitsOf("10"))).toBe("sold");
  });

  test("in a currency that the operator does not take is converted only within a tolerance, in whole cents", () => {
    const rangeOnly = { ...range, supportsLocalAmounts: false, localMinAmount: null, localMaxAmount: null };
    const offer = createOffer(rangeOnly);
    expect(offer({ units: unitsOf("100"), isLocal: true, toleranceUnits: 0 }).ok).toBe(false);
    // 0.84 dollars deliver 100.926 shillings.
    expect(offer({ units: unitsOf("100"), isLocal: true, toleranceUnits: unitsOf("1") })).toEqual({
      ok: true,
      units: unitsOf("0.84"),
      isLocal: false,
      assumption: "local-amount-converted",
    });
    expect(offer({ units: unitsOf("100"), isLocal: true, toleranceUnits: unitsOf("0.9") }).ok).toBe(false);
  });
});

describe("bounds in two currencies", () => {
  const wanted = (amount: string) => ({ units: unitsOf(amount), isLocal: false, toleranceUnits: 0 });

  test("that disagree are both tried, the wider one with a word that the provider decides", () => {
    // 10 shillings are 0.08323 dollars, 10,000 are 83.22929; published are 0.09 and 83.23.
    const offer = createOffer(range);
    for (const sure of ["0.09", "5", "83.22"])
      expect(offer(wanted(sure))).toEqual({ ok: true, isLocal: false, units: unitsOf(sure) });
    for (const doubtful of ["0.08323", "0.085", "83.22930", "83.23"]) {
      expect(offer(wanted(doubtful)), doubtful).toMatchObject({
        ok: true,
        units: unitsOf(doubtful),
        doubt: "bounds-disagree",
      });
    }
    for (const outside of ["0.08321", "83.23001"]) expect(offer(wanted(outside)).ok, outside).toBe(false);
  });

  test("are taken from whichever currency has them, and never narrowed by what a rate makes of them", () => {
    const ghana = {
      ...range,
      fxRate: "1",
      localMinAmount: "83.33",
      minAmount: "70.72",
      localMaxAmount: null,
      maxAmount: null,
    };
    expect(createOffer(ghana)(wanted("70.72"))).toMatchObject({ ok: true, doubt: "bounds-disagree" });
    expect(createOffer(ghana)(wanted("83.33"))).toEqual({ ok: true, isLocal: false, units: unitsOf("83.33") });
    expect(createOffer({ ...ghana, minAmount: null, fxRate: null })(wanted("0.00001")).ok).toBe(true);
    expect(createOffer({ ...ghana, supportsLocalAmounts: false })(wanted("70.72")).ok).toBe(true);
  });

  test("raise an amount to the least that is sure, where its tolerance reaches that far", () => {
    const offer = createOffer(range);
    const offered = (tolerance: string) =>
      offer({ units: unitsOf("0.08"), isLocal: false, toleranceUnits: unitsOf(tolerance) });
    expect(offered("0.01")).toEqual({ ok: true, units: unitsOf("0.09"), isLocal: false, assumption: "amount-moved" });
    expect(offered("0.005")).toMatchObject({ ok: true, assumption: "amount-moved", doubt: "bounds-disagree" });
    expect(offered("0.00001").ok).toBe(false);
  });

  test("of the operator's own currency hold for amounts in it", () => {
    const offered = (amount: string) =>
      createOffer(range)({ units: unitsOf(amount), isLocal: true, toleranceUnits: 0 });
    expect([offered("10"), offered("10000")].map(({ ok }) => ok)).toEqual([true, true]);
    expect([offered("9.99999"), offered("10000.00001")].map(({ ok }) => ok)).toEqual([false, false]);
  });
});

describe("an operator that sells by circle", () => {
  const plans = [
    {
      locationCode: "AP",
      locationName: "Andhra Pradesh",
      fixedAmounts: ["0.14", "0.28"],
      localAmounts: ["10", "20.0"],
    },
    { locationCode: "DL", locationName: null, fixedAmounts: ["0.280", "0.4", "x"], localAmounts: ["20", "30"] },
    { locationCode: "XX", locationName: "Nothing there", fixedAmounts: [], localAmounts: [] },
  ];
  const provider = {
    operatorId: 200,
    name: "Airtel India",
    supportsLocalAmounts: true,
    denominationType: "FIXED",
    senderCurrencyCode: "USD",
    destinationCurrencyCode: "INR",
    internationalDiscount: "3",
    localDiscount: null,
    minAmount: null,
    maxAmount: null,
    localMinAmount: null,
    localMaxAmount: null,
    country: { isoName: "IN" },
    fx: { rate: "71.4" },
    fixedAmounts: [],
    localFixedAmounts: [],
    geographicalRechargePlans: plans,
    fees: null,
    status: null,
  };
  const read = (changes: object = {}) => {
    const operator = catalogueOperatorOf({ ...provider, ...changes });
    if (operator === undefined) throw new Error("the operator can be sold from");
    return operator;
  };

  test("sells what any circle sells, and says where it does not hold everywhere", () => {
    const operator = read();
    expect(operator).toMatchObject({
      fixedAmounts: ["0.14", "0.28", "0.4"],
      localFixedAmounts: ["10", "20.0", "30"],
      circles: [{ name: "Andhra Pradesh" }, { name: "DL" }],
    });
    const offered = (amount: string, isLocal = false) =>
      createOffer(operator)({ units: unitsOf(amount), isLocal, toleranceUnits: 0 });
    expect(offered("0.28")).toEqual({ ok: true, units: unitsOf("0.28"), isLocal: false });
    expect(offered("0.4")).toMatchObject({ ok: true, doubt: "amount-of-some-circles" });
    expect(offered("20", true)).toEqual({ ok: true, units: unitsOf("20"), isLocal: true });
    expect(offered("10", true)).toMatchObject({ ok: true, doubt: "amount-of-some-circles" });
    expect(offered("0.3")).toMatchObject({ problem: { hint: "the operator sells 0.28 or 0.4 USD next to it" } });
    expect(createPricer(operator, 2)(unitsOf("0.4"), false)?.cost).toBe(unitsOf("0.388"));
  });

  test("sells in every circle what it sells without naming one, and stays what it is when it is kept", () => {
    const operator = read({ fixedAmounts: ["1"] });
    const offered = createOffer(operator)({ units: unitsOf("1"), isLocal: false, toleranceUnits: 0 });
    expect(offered).toEqual({ ok: true, units: unitsOf("1"), isLocal: false });
    expect(catalogueOperatorSchema.parse(JSON.parse(JSON.stringify(operator)))).toEqual(operator);
  });

  test("and one that does not have no circles", () => {
    expect(read({ geographicalRechargePlans: [], fixedAmounts: ["1"] })).not.toHaveProperty("circles");
  });
});

describe("units", () => {
  test("and their text are the same money", () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (units) => unitsOf(formatUnits(units)) === units));
    expect([formatUnits(1), formatUnits(-1), formatUnits(0), formatUnits(1_250_000)]).toEqual([
      "0.00001",
      "-0.00001",
      "0",
      "12.5",
    ]);
    for (const wrong of ["", "1e5", "1.000001", "1,5", " 1", "--1", ".", "90071992547.40992"])
      expect(() => unitsOf(wrong), wrong).toThrow(RangeError);
  });
});
