// The read-only endpoints: every operator of the catalogue can be found in every way, and can be bought.
import { expect, test } from "vitest";
import { z } from "zod";
import { openWorld } from "./world.js";

const amounts = z.array(z.number());
const operatorSchema = z.object({
  id: z.number(),
  operatorId: z.number(),
  name: z.string(),
  supportsLocalAmounts: z.boolean(),
  denominationType: z.enum(["FIXED", "RANGE"]),
  minAmount: z.number().nullable(),
  maxAmount: z.number().nullable(),
  localMinAmount: z.number().nullable(),
  fixedAmounts: amounts,
  localFixedAmounts: amounts,
  geographicalRechargePlans: z.array(z.object({ locationName: z.string(), fixedAmounts: amounts })),
  country: z.object({ isoName: z.string(), name: z.string() }),
  fx: z.object({ rate: z.number(), currencyCode: z.string() }),
  internationalDiscount: z.number(),
  fees: z.object({ international: z.number() }),
  suggestedAmounts: amounts,
  status: z.literal("ACTIVE"),
});
const operatorsSchema = z.array(operatorSchema);

const NUMBERS: Readonly<Record<string, string>> = {
  AF: "701234567",
  CU: "51234567",
  EG: "1012345678",
  GB: "7912345678",
  GH: "241234567",
  GR: "6907039456",
  HT: "36377111",
  IN: "9812345678",
  CI: "0708091011",
  GA: "74123456",
  KE: "712345678",
  KH: "12345678",
  LK: "771234567",
  ML: "76123456",
  NE: "96123456",
  NG: "8031234567",
  PE: "951234567",
  PH: "9171234567",
  TR: "5312345678",
  UG: "772123456",
};

test("the catalogue spans ten countries and both denomination types, with bounds where they belong", async () => {
  const world = await openWorld();
  const page = (await world.get("/operators?suggestedAmounts=true")).body;
  expect(page).toMatchObject({ size: 200, number: 0, first: true });
  const operators = operatorsSchema.parse(page.content);
  expect(new Set(operators.map(({ country }) => country.isoName)).size).toBeGreaterThanOrEqual(10);
  for (const operator of operators) {
    const isRange = operator.denominationType === "RANGE";
    expect(operator.minAmount === null, operator.name).toBe(!isRange);
    const listed = [...operator.fixedAmounts, ...operator.geographicalRechargePlans.flatMap((one) => one.fixedAmounts)];
    expect(listed.length === 0, operator.name).toBe(isRange);
    expect(operator.localMinAmount !== null, operator.name).toBe(isRange && operator.supportsLocalAmounts);
  }
});

test("one order in the middle of each operator's amounts is taken", async () => {
  const world = await openWorld({ initialBalance: "100000", phoneRechargeWindowMs: 0 });
  const operators = operatorsSchema.parse((await world.get("/operators")).body.content);
  for (const { operatorId, name, minAmount, maxAmount, fixedAmounts, country, ...rest } of operators) {
    const [circle] = rest.geographicalRechargePlans;
    const amount = fixedAmounts[0] ?? circle?.fixedAmounts[0] ?? (((minAmount ?? 0) + (maxAmount ?? 0)) / 2).toFixed(2);
    const recipientPhone = { countryCode: country.isoName, number: NUMBERS[country.isoName] };
    const reply = await world.send({
      operatorId,
      amount,
      useLocalAmount: false,
      recipientPhone,
      recipientEmail: "a@nauta.com.cu",
    });
    expect(reply.body.transactionId, `${name}: ${reply.text}`).toBeDefined();
  }
});

test("kinds can be left out or asked for alone, and pages can be small", async () => {
  const world = await openWorld();
  const names = async (query: string) => {
    const { content } = (await world.get(`/operators?${query}`)).body;
    return operatorsSchema.parse(content).map(({ name }) => name);
  };
  expect(await names("pinOnly=true")).toEqual(["EE PIN England", "Cosmote PIN Greece"]);
  expect(await names("includePin=false")).not.toContain("Cosmote PIN Greece");
  expect(await names("pinOnly=1")).toEqual(await names("pinOnly=true"));
  expect(await names("includePin=0")).toEqual(await names("includePin=false"));
  expect(await names("comboOnly=true")).toEqual(["Glo Nigeria Special Bundle"]);
  expect(await names("includeCombo=false")).not.toContain("Glo Nigeria Special Bundle");
  expect(await names("includeBundles=false")).not.toContain("MTN Nigeria Bundles");
  const kinds = ["Data", "Bundles", "Combo", "Pin", "Range"].map((kind) => `include${kind}=false`).join("&");
  expect(await names(kinds)).toEqual(["Airtel India", "Nauta Cuba"]);
  const [first] = await names("size=1&page=1");
  const [second] = await names("size=1&page=2");
  expect(first).not.toBe(second);
  expect((await world.get("/operators?size=5000")).body.size).toBe(1000);
});

test.each([
  [200, { name: "Airtel India", denominationType: "FIXED", fixedAmounts: [], supportsGeographicalRechargePlans: true }],
  [346, { name: "MTN Nigeria Bundles", bundle: true, suggestedAmountsMap: { "0.40": 571.4 } }],
  [346, { fixedAmountsPlanNames: { "0.40": "Plan 1" }, localFixedAmountsPlanNames: { "571.40": "Plan 1" } }],
  [1213, { comboProduct: true, bundle: false, denominationType: "FIXED", fixedAmounts: [5, 10, 15, 20] }],
  [684, { promotions: [{ id: 11665, promotionId: 11665, title2: "Double balance" }] }],
])("operator %i is what is recorded of it: %j", async (id, recorded) => {
  const world = await openWorld();
  expect((await world.get(`/operators/${id}`)).body).toMatchObject(recorded);
});

test("an operator that sells by circle has 23 of them, and takes what any of them sells and nothing else", async () => {
  const world = await openWorld({ phoneRechargeWindowMs: 0 });
  const { geographicalRechargePlans: plans } = operatorSchema.parse((await world.get("/operators/200")).body);
  expect(plans).toHaveLength(23);
  expect(plans[0]).toMatchObject({ locationName: "Andhra Pradesh" });
  const send = (amount: number) =>
    world.send({
      operatorId: 200,
      amount,
      useLocalAmount: false,
      recipientPhone: { countryCode: "IN", number: "9812345678" },
    });
  for (const amount of [0.14, 2.09, 4.19]) expect((await send(amount)).httpStatus, String(amount)).toBe(200);
  expect((await send(0.15)).body.errorCode).toBe("INVALID_AMOUNT_FOR_OPERATOR");
});

test.each(["AF", "TR", "GB"])("%s has an operator with a range and one with fixed amounts", async (country) => {
  const world = await openWorld();
  const found = operatorsSchema.parse(JSON.parse((await world.get(`/operators/countries/${country}`)).text));
  expect(new Set(found.map(({ denominationType }) => denominationType))).toEqual(new Set(["RANGE", "FIXED"]));
});

test("an operator is found by id and by country, and an unknown id is a 404 without a code", async () => {
  const world = await openWorld();
  expect(operatorSchema.parse((await world.get("/operators/640")).body)).toMatchObject({
    name: "Airtel Niger",
    localMinAmount: 100,
  });
  const kenya = operatorsSchema.parse(JSON.parse((await world.get("/operators/countries/ke")).text));
  expect(kenya.map(({ operatorId }) => operatorId)).toEqual([265, 266]);
  expect(await world.get("/operators/9")).toMatchObject({ httpStatus: 404, body: { errorCode: null } });
});

test.each([
  ["%2B22796123456", "NE", 640],
  ["70123456", "NE", 641],
  ["08031234567", "NG", 341],
  ["36377111", "HT", 173],
  ["32377111", "HT", 174],
  ["735123456", "KE", 266],
  ["712345678", "KE", 265],
])("the number %s in %s is detected as operator %i", async (number, country, operatorId) => {
  const world = await openWorld();
  const found = await world.get(`/operators/auto-detect/phone/${number}/countries/${country}`);
  expect(found.body.operatorId).toBe(operatorId);
  expect((await world.get(`/operators/mnp-lookup/phone/${number}/countries/${country}`)).body.operatorId).toBe(
    operatorId,
  );
});

test.each([
  ["2123456", "NE", 404, "COULD_NOT_AUTO_DETECT_OPERATOR"],
  ["12345678", "XX", 409, "COUNTRY_NOT_SUPPORTED"],
  ["9812345678", "IN", 500, null],
])("the number %s in %s is not detected: %i %s", async (number, country, httpStatus, errorCode) => {
  const world = await openWorld();
  const reply = await world.get(`/operators/auto-detect/phone/${number}/countries/${country}`);
  expect(reply).toMatchObject({ httpStatus, body: { errorCode } });
});

test("countries are listed and found in either case", async () => {
  const world = await openWorld();
  const countries = z.array(z.object({ isoName: z.string() })).parse(JSON.parse((await world.get("/countries")).text));
  expect(countries.map(({ isoName }) => isoName).sort()).toEqual(Object.keys(NUMBERS).sort());
  expect((await world.get("/countries/ne")).body).toMatchObject({
    isoName: "NE",
    currencyCode: "XOF",
    callingCodes: ["+227"],
  });
  expect(await world.get("/countries/XX")).toMatchObject({
    httpStatus: 404,
    body: { errorCode: "COUNTRY_NOT_SUPPORTED" },
  });
});

test("fx-rate gives the converted amount on both of its paths", async () => {
  const world = await openWorld();
  const converted = { id: 174, fxRate: 335.6, currencyCode: "HTG" };
  expect(
    (await world.call("POST", "/operators/fx-rate", { body: { operatorId: 174, amount: "5" } })).body,
  ).toMatchObject(converted);
  expect((await world.call("POST", "/operators/174/fx-rate", { body: { amount: 5 } })).body).toMatchObject(converted);
  const wrong = await world.call("POST", "/operators/174/fx-rate", { body: { amount: "x" } });
  expect(wrong.body.errorCode).toBe("INVALID_INPUT_PROVIDED");
});

test("commissions, promotions and number lookup answer by every path", async () => {
  const world = await openWorld();
  const commission = { operator: { id: 640, operatorId: 640 }, internationalPercentage: 8, localPercentage: 0 };
  expect((await world.get("/operators/640/commissions")).body).toMatchObject(commission);
  expect((await world.get("/operators/commissions")).body.totalElements).toBeGreaterThan(20);
  expect((await world.get("/promotions")).body.totalElements).toBe(2);
  expect((await world.get("/promotions/11665")).body.operatorId).toBe(684);
  for (const path of ["operators/684", "country-codes/CU", "countries/CU"]) {
    expect(JSON.parse((await world.get(`/promotions/${path}`)).text), path).toMatchObject([{ promotionId: 11665 }]);
  }
  expect((await world.get("/promotions/1")).httpStatus).toBe(404);
  const lookup = { phone: "96123456", countryCode: "NE" };
  expect((await world.call("POST", "/mnp-lookup/operators", { body: lookup })).body.operatorId).toBe(640);
  const failed = await world.call("POST", "/mnp-lookup/operators", { body: { ...lookup, phone: "1" } });
  expect(failed).toMatchObject({ httpStatus: 404, body: { message: "mnp lookup for given number failed" } });
});

test("a price that changes while the sandbox runs is asked and paid from then on, and only then", async () => {
  const world = await openWorld();
  const cost = () => z.object({ debited: z.string() }).parse(world.row("before")).debited;
  await world.send({ useLocalAmount: false, amount: 10, customIdentifier: "before" });

  const put = await world.call("PUT", "/_sandbox/operators/640/price", {
    body: { internationalDiscount: "3.5", fxRate: 500 },
  });
  await world.send({
    useLocalAmount: false,
    amount: 10,
    customIdentifier: "after",
    recipientPhone: { countryCode: "NE", number: "+22796122000" },
  });

  expect(put.httpStatus).toBe(200);
  const shown = operatorSchema.parse((await world.get("/operators/640")).body);
  expect([shown.internationalDiscount, shown.fx.rate]).toEqual([3.5, 500]);
  expect([cost(), world.row("after")?.debited]).toEqual(["9.20000", "9.65000"]);
});

test("a price that is no price, or of no operator, is refused with its reason", async () => {
  const world = await openWorld();
  const put = (id: string, body: unknown) => world.call("PUT", `/_sandbox/operators/${id}/price`, { body });

  expect((await put("640", { fxRate: 0 })).body).toMatchObject({ error: expect.stringContaining("fxRate") });
  expect((await put("640", { discount: 1 })).httpStatus).toBe(400);
  expect((await put("999999", { fxRate: 2 })).body).toEqual({ error: "there is no operator 999999" });
  expect(() => world.sandbox.setPrice(640, { internationalDiscount: "101" })).toThrow("at most 100");
});
