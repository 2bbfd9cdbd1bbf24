// Every body that Reloadly is documented or seen to send is read, over HTTP, and its money to the last digit.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { failureOf, openClient, topup, within } from "../../support/provider-stub-client.js";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}.body`, import.meta.url), "utf8");

describe("the status of a top-up", () => {
  test.each([
    ["status-processing", "PROCESSING", null],
    ["status-refunded", "REFUNDED", "SERVICE_TO_OPERATOR_TEMPORARILY_UNAVAILABLE"],
    ["status-failed", "FAILED", "PROVIDER_INTERNAL_ERROR"],
    ["status-successful-envelope", "SUCCESSFUL", null],
    ["status-successful-flat", "SUCCESSFUL", null],
  ])("is read from %s", async (name, status, code) => {
    const { stub, client } = await openClient();
    stub.on("GET /topups/26523/status", { body: fixture(name) });
    const answer = await client.getTopupStatus(26_523, within());
    expect(answer).toMatchObject({ status: { kind: "known", status }, code });
    expect(answer.transaction?.transactionId ?? null).toBe(status === "SUCCESSFUL" ? 26_523 : null);
  });

  test("is the same from the envelope as from the bare transaction", async () => {
    const { stub, client } = await openClient();
    const bodies = ["status-successful-envelope", "status-successful-flat"].map((name) => ({ body: fixture(name) }));
    stub.on("GET /topups/26523/status", bodies[0] ?? {}, bodies[1] ?? {});
    const envelope = await client.getTopupStatus(26_523, within());
    expect(await client.getTopupStatus(26_523, within())).toEqual(envelope);
    expect(envelope.transaction).toMatchObject({
      requestedAmount: "3168.4",
      balanceInfo: { cost: "3105.03", currencyCode: "NGN" },
      pinDetail: { code: "773709733097662" },
    });
  });

  test.each([
    ["a status of tomorrow", '{"code":null,"message":null,"status":"QUEUED","transaction":null}', "QUEUED"],
    ["another case", '{"status":"successful","transaction":null}', "successful"],
    ["a transaction without a status", '{"transactionId":7}', ""],
    ["a status beside an odd logo", '{"transactionId":7,"status":"PARTIAL","pinDetail":"none","fee":{}}', "PARTIAL"],
  ])("is kept, not thrown, when it is %s", async (_what, body, raw) => {
    const { stub, client } = await openClient();
    stub.on("GET /topups/7/status", { body });
    const { status } = await client.getTopupStatus(7, within());
    expect(status).toEqual({ kind: "unrecognised", raw });
  });

  test("falls back to the transaction's when the envelope has none, and the envelope's wins when it has", async () => {
    const { stub, client } = await openClient();
    const inner = '{"transactionId":7,"status":"PROCESSING"}';
    stub.on(
      "GET /topups/7/status",
      { body: `{"transaction":${inner}}` },
      { body: `{"status":"FAILED","transaction":${inner}}` },
    );
    const statuses = [await client.getTopupStatus(7, within()), await client.getTopupStatus(7, within())];
    expect(statuses.map(({ status }) => status)).toEqual([
      { kind: "known", status: "PROCESSING" },
      { kind: "known", status: "FAILED" },
    ]);
  });

  test("is unreadable, with the field's name, when an identity is malformed", async () => {
    const { stub, client } = await openClient();
    stub.on("GET /topups/7/status", { body: '{"status":"SUCCESSFUL","transaction":{"transactionId":"x7"}}' });
    const error = await failureOf(client.getTopupStatus(7, within()));
    expect(error.code).toBe("RELOADLY_UNREADABLE_BODY");
    expect(error.message).toContain("transaction.transactionId");
  });
});

describe("a top-up", () => {
  test("sent asynchronously is accepted with its transaction id", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", { body: fixture("accepted") }, { body: '{"transactionId": "282572"}' });
    expect(await client.sendTopupAsync(topup, within())).toEqual({ transactionId: 282_571 });
    expect(await client.sendTopupAsync(topup, within())).toEqual({ transactionId: 282_572 });
  });

  test("sent synchronously is read from both shapes, with money exact", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups", { body: fixture("topup-sandbox-2026") }, { body: fixture("status-successful-envelope") });
    expect(await client.sendTopup(topup, within())).toMatchObject({
      transactionId: 181_341,
      status: { kind: "known", status: "SUCCESSFUL" },
      transaction: { deliveredAmount: "505.00000000000", fee: "0.000038", balanceInfo: { oldBalance: "993.81000" } },
    });
    expect(await client.sendTopup(topup, within())).toMatchObject({ transactionId: 26_523 });
  });

  test.each(["PROCESSING", "SUCCESSFUL", "FAILED", "REFUNDED"])(
    "sent synchronously and answered with %s and no transaction is that, with nothing to ask by",
    async (status) => {
      const { stub, client } = await openClient();
      stub.on("POST /topups", { body: JSON.stringify({ code: "X", message: null, status, transaction: null }) });
      expect(await client.sendTopup(topup, within())).toEqual({
        status: { kind: "known", status },
        code: "X",
        message: null,
        transactionId: null,
        transaction: null,
      });
    },
  );

  test.each([
    '{"code":null,"message":null,"status":"QUEUED","transaction":null}',
    '{"code":null,"message":null,"status":null,"transaction":null}',
    '{"status":"successful","transaction":null}',
    "{}",
    '[{"status":"FAILED","transaction":null}]',
  ])("sent synchronously is in doubt after %s", async (body) => {
    const { stub, client } = await openClient();
    stub.on("POST /topups", { body });
    const error = await failureOf(client.sendTopup(topup, within()));
    expect(error).toMatchObject({ code: "RELOADLY_UNREADABLE_BODY", certainty: "ambiguous" });
  });

  test("is neither paid nor failed where envelope and transaction give different final words", async () => {
    const { stub, client } = await openClient();
    const inner = '{"transactionId":7,"status":"SUCCESSFUL"}';
    stub.on("GET /topups/7/status", { body: `{"status":"FAILED","transaction":${inner}}` });
    const { status } = await client.getTopupStatus(7, within());
    expect(status).toEqual({ kind: "unrecognised", raw: "FAILED around SUCCESSFUL" });
  });

  test("of a PIN operator keeps what its recipient needs, as it was written", async () => {
    const { stub, client } = await openClient();
    const pin = { serial: 558111, info: "DIAL *611", value: "Valid 30 days", code: "12E4", validity: null };
    const body = { transactionId: 7, status: "SUCCESSFUL", pinDetail: pin };
    stub.on(
      "GET /topups/7/status",
      { body: JSON.stringify(body) },
      { body: '{"transactionId":7,"pinDetail":{"value":5.50}}' },
    );
    expect((await client.getTopupStatus(7, within())).transaction?.pinDetail).toEqual({
      serial: "558111",
      info: "DIAL *611",
      info1: null,
      info2: null,
      info3: null,
      value: "Valid 30 days",
      code: "12E4",
      ivr: null,
      validity: null,
    });
    expect((await client.getTopupStatus(7, within())).transaction?.pinDetail?.value).toBe("5.50");
  });

  test.each([{ countryCode: "CA" }, { number: "1231231231" }, { countryCode: "CA", number: "no number" }, {}])(
    "takes the sender as it is: %j",
    async (senderPhone) => {
      const { stub, client } = await openClient();
      stub.on("POST /topups-async", { body: fixture("accepted") });
      await client.sendTopupAsync({ ...topup, senderPhone }, within());
      expect(JSON.parse(stub.seen.at(-1)?.body ?? "")).toMatchObject({ senderPhone });
    },
  );

  test("goes over the wire in Reloadly's words", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", { body: fixture("accepted") });
    const { operatorId, ...phoneRequest } = JSON.parse(fixture("request-phone"));
    await client.sendTopupAsync({ ...phoneRequest, operatorId: Number(operatorId) }, within());
    const { operatorId: nautaId, ...nautaRequest } = JSON.parse(fixture("request-nauta"));
    await client.sendTopupAsync({ ...nautaRequest, operatorId: Number(nautaId) }, within());
    const [, phone, nauta] = stub.seen;
    expect(JSON.parse(phone?.body ?? "")).toEqual({ ...phoneRequest, operatorId: 341 });
    expect(JSON.parse(nauta?.body ?? "")).toEqual({ ...nautaRequest, operatorId: 685, useLocalAmount: false });
    expect(phone?.headers).toMatchObject({
      accept: "application/com.reloadly.topups-v1+json",
      "content-type": "application/json",
      authorization: "Bearer token-of-the-test-client",
    });
  });
});

describe("the other bodies", () => {
  test("operators are read whether their amounts are a range or fixed, and empty maps a list, a map or null", async () => {
    const { stub, client } = await openClient();
    const page = `{"content":[${fixture("operator-range")}],"totalPages":2,"totalElements":2,"number":0,"last":false}`;
    stub.on("GET /operators", { body: page });
    stub.on("GET /operators/341", { body: fixture("operator-fixed") });
    stub.on("GET /operators/countries/NG", { body: `[${fixture("operator-fixed")}]` });
    stub.on("GET /operators/auto-detect/phone/%2B22796123456/countries/NE", { body: fixture("operator-range") });
    stub.on("GET /operators/mnp-lookup/phone/22796123456/countries/NE", { body: fixture("operator-range") });
    const listed = await client.listOperators({ page: 1, size: 1, includeBundles: true }, within());
    expect(listed).toMatchObject({ isLast: false, totalElements: 2 });
    expect(stub.seen.at(-1)?.path).toBe("/operators?page=1&size=1&includeBundles=true");
    const range = await client.detectOperator({ phone: "+22796123456", countryCode: "NE" }, within());
    expect(listed.content).toEqual([range]);
    expect(range).toMatchObject({
      operatorId: 640,
      minAmount: "0.18",
      localMaxAmount: "50000.00",
      fx: { rate: "505.00000000000" },
      suggestedAmountsMap: { "1": "505.00", "5": "2525.00" },
      fees: { local: "0.000038" },
      localFixedAmountsDescriptions: {},
    });
    expect(await client.lookUpOperator({ phone: "22796123456", countryCode: "NE" }, within())).toEqual(range);
    const fixed = await client.getOperator(341, within());
    expect(fixed).toMatchObject({ fixedAmounts: ["0.17", "0.33"], minAmount: null, suggestedAmountsMap: {} });
    expect(await client.listOperatorsByCountry("NG", within())).toEqual([fixed]);
  });

  test("balance, countries, fx rate, commissions and promotions are read", async () => {
    const { stub, client } = await openClient();
    const commission = fixture("commission");
    const promotion = fixture("promotion");
    stub.on("GET /accounts/balance", { body: fixture("balance") });
    stub.on("GET /countries", { body: `[${fixture("country")}]` });
    stub.on("GET /countries/NE", { body: fixture("country") });
    stub.on("POST /operators/fx-rate", { body: fixture("fx-rate") });
    stub.on("GET /operators/commissions", { body: `{"content":[${commission}],"last":true}` });
    stub.on("GET /operators/174/commissions", { body: commission });
    stub.on("GET /promotions", { body: `[${promotion}]` });
    stub.on("GET /promotions/5665", { body: promotion });
    stub.on("GET /promotions/operators/174", { body: `[${promotion}]` });
    stub.on("GET /promotions/country-codes/HT", { body: `{"content":[${promotion}]}` });

    expect(await client.getBalance(within())).toMatchObject({ balance: "993.61215", currencyCode: "USD" });
    const country = await client.getCountry("NE", within());
    expect(country).toMatchObject({ currencyCode: "XOF", callingCodes: ["+227"] });
    expect(await client.listCountries(within())).toEqual([country]);
    expect(await client.getFxRate({ operatorId: 174, amount: "5" }, within())).toMatchObject({ fxRate: "335.6" });
    expect(JSON.parse(stub.seen.at(-1)?.body ?? "")).toEqual({ operatorId: 174, amount: "5" });
    const discount = await client.getCommission(174, within());
    expect(discount).toMatchObject({ internationalPercentage: "15.00" });
    expect(await client.listCommissions({}, within())).toMatchObject({ content: [discount], isLast: true });
    const offer = await client.getPromotion(5_665, within());
    expect(await client.listPromotions({}, within())).toMatchObject({ content: [offer], isLast: true });
    expect(await client.listPromotionsByOperator(174, within())).toEqual([offer]);
    expect(await client.listPromotionsByCountry("HT", within())).toEqual([offer]);
  });
});

/** An operator of India as Reloadly's SDK has it, cut to two of its circles. */
const circles = {
  id: 200,
  operatorId: 200,
  name: "Airtel India",
  denominationType: "FIXED",
  supportsLocalAmounts: 0,
  supportsGeographicalRechargePlans: 1,
  data: "false",
  fixedAmounts: [],
  suggestedAmountsMap: { "0.40": 500.0 },
  fixedAmountsPlanNames: { "0.14": "Talktime", "0.28": null },
  additionalPlans: [{ anything: 1 }],
  geographicalRechargePlans: [
    {
      locationCode: "AP",
      locationName: "Andhra Pradesh",
      fixedAmounts: [0.14, "x", 0.28],
      localAmounts: [10.0, 20.0],
      fixedAmountsPlanNames: [],
      fixedAmountsDescriptions: { "0.14": "Get Talktime of INR 7.47" },
      localFixedAmountsDescriptions: { "10.00": "Get Talktime of INR 7.47" },
    },
    "no plan",
    { locationCode: "DL", locationName: "Delhi", fixedAmounts: [0.14], localAmounts: [10.0] },
  ],
  promotions: [{ id: 9, promotionId: 9, operatorId: 200, title: "Double data" }, { title: "nobody's" }],
};

describe("an operator", () => {
  test("that sells by circle has its circles, its promotions, and flags written as numbers or texts", async () => {
    const { stub, client } = await openClient();
    stub.on("GET /operators/200", { body: JSON.stringify(circles) });
    const operator = await client.getOperator(200, within());
    expect(operator).toMatchObject({
      supportsLocalAmounts: false,
      supportsGeographicalRechargePlans: true,
      data: false,
      fixedAmounts: [],
      suggestedAmountsMap: { "0.40": "500" },
      fixedAmountsPlanNames: { "0.14": "Talktime" },
      additionalPlans: [{ anything: "1" }],
      promotions: [{ promotionId: 9, title: "Double data" }],
    });
    expect(operator.promotions).toHaveLength(1);
    expect(operator.geographicalRechargePlans).toEqual([
      {
        locationCode: "AP",
        locationName: "Andhra Pradesh",
        fixedAmounts: ["0.14", "0.28"],
        localAmounts: ["10", "20"],
        fixedAmountsPlanNames: {},
        fixedAmountsDescriptions: { "0.14": "Get Talktime of INR 7.47" },
        localFixedAmountsPlanNames: {},
        localFixedAmountsDescriptions: { "10.00": "Get Talktime of INR 7.47" },
      },
      expect.objectContaining({ locationCode: "DL", fixedAmounts: ["0.14"] }),
    ]);
  });

  test("is looked up and converted by the newer paths, and asked for by kind", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /mnp-lookup/operators", { body: JSON.stringify(circles) });
    stub.on("POST /operators/200/fx-rate", { body: fixture("fx-rate") });
    stub.on("GET /operators", { body: `{"content":[],"last":true}` });
    const found = await client.lookUpOperatorByPost({ phone: "919812345678", countryCode: "IN" }, within());
    expect([found.operatorId, JSON.parse(stub.seen.at(-1)?.body ?? "")]).toEqual([
      200,
      { phone: "919812345678", countryCode: "IN" },
    ]);
    await client.getFxRateOfOperator({ operatorId: 200, amount: "5" }, within());
    expect(JSON.parse(stub.seen.at(-1)?.body ?? "")).toEqual({ amount: "5" });
    await client.listOperators({ comboOnly: true, bundlesOnly: false, dataOnly: true, pinOnly: true }, within());
    expect(stub.seen.at(-1)?.path).toBe("/operators?comboOnly=true&bundlesOnly=false&dataOnly=true&pinOnly=true");
    const wrong = await failureOf(client.lookUpOperatorByPost({ phone: "12 34", countryCode: "IN" }, within()));
    expect(wrong.code).toBe("RELOADLY_INVALID_REQUEST");
  });
});

describe("one bad row costs that row, not the page:", () => {
  const bad = '{"name":7}';

  test("operators, promotions, commissions and countries", async () => {
    const { stub, client } = await openClient();
    const [operator, promotion, country] = [fixture("operator-range"), fixture("promotion"), fixture("country")];
    stub.on("GET /operators", { body: `{"content":[${bad},${operator},null],"last":true,"totalElements":3}` });
    stub.on("GET /operators/countries/NE", { body: `[${operator},${bad}]` });
    stub.on("GET /promotions", { body: `[${promotion},${bad}]` });
    stub.on("GET /promotions/operators/174", { body: `{"content":[${bad},${promotion}]}` });
    stub.on("GET /operators/commissions", { body: `{"content":[${bad},${fixture("commission")}],"last":true}` });
    stub.on("GET /countries", { body: `[${bad},${country}]` });
    const page = await client.listOperators({}, within());
    expect(page.content.map(({ operatorId }) => operatorId)).toEqual([640]);
    expect(page.unreadable.map(({ index }) => index)).toEqual([0, 2]);
    expect(page.totalElements).toBe(3);
    expect(await client.listOperatorsByCountry("NE", within())).toHaveLength(1);
    expect(await client.listPromotions({}, within())).toMatchObject({ content: [{}], unreadable: [{ index: 1 }] });
    expect(await client.listPromotionsByOperator(174, within())).toHaveLength(1);
    expect((await client.listCommissions({}, within())).content).toHaveLength(1);
    expect(await client.listCountries(within())).toHaveLength(1);
  });

  test("a report, which says which row is missing and what it can of it", async () => {
    const { stub, client } = await openClient();
    const rows =
      '{"transactionId":"x","customIdentifier":"order-1"},{"transactionId":8,"customIdentifier":7.5,"operatorId":"?"}';
    stub.on("GET /topups/reports/transactions", { body: `{"content":[${rows},{"transactionId":9}],"last":false}` });
    expect(await client.findTransactions({}, within())).toMatchObject({
      content: [{ transactionId: 9 }],
      unreadable: [
        {
          index: 0,
          transactionId: null,
          customIdentifier: "order-1",
          reason: expect.stringContaining("transactionId"),
        },
        { index: 1, transactionId: 8, reason: expect.stringContaining("operatorId") },
      ],
      isLast: false,
    });
  });

  test("but a list of which no row can be read is none", async () => {
    const { stub, client } = await openClient();
    stub.on("GET /countries", { body: `[${bad},${bad}]` });
    expect((await failureOf(client.listCountries(within()))).code).toBe("RELOADLY_UNREADABLE_BODY");
  });
});

describe("one thing", () => {
  test("is read from a list of one and from content, and a list of one from that one alone", async () => {
    const { stub, client } = await openClient();
    const [operator, promotion, country] = [fixture("operator-range"), fixture("promotion"), fixture("country")];
    stub.on("GET /countries/NE", { body: country }, { body: `[${country}]` });
    stub.on(
      "GET /promotions/5665",
      { body: promotion },
      { body: `{"content":${promotion}}` },
      { body: `{"content":[${promotion}]}` },
    );
    stub.on("GET /operators/countries/NE", { body: operator });
    const plain = await client.getCountry("NE", within());
    expect(await client.getCountry("NE", within())).toEqual(plain);
    const offer = await client.getPromotion(5_665, within());
    expect(await client.getPromotion(5_665, within())).toEqual(offer);
    expect(await client.getPromotion(5_665, within())).toEqual(offer);
    expect(await client.listOperatorsByCountry("NE", within())).toMatchObject([{ operatorId: 640 }]);
  });

  test("is not read from two, and a detected operator least of all", async () => {
    const { stub, client } = await openClient();
    const operator = fixture("operator-range");
    stub.on(
      "GET /operators/auto-detect/phone/22796123456/countries/NE",
      { body: `[${operator},${operator}]` },
      { body: "[]" },
    );
    for (const _ of ["two", "none"]) {
      const error = await failureOf(client.detectOperator({ phone: "22796123456", countryCode: "NE" }, within()));
      expect(error).toMatchObject({ code: "RELOADLY_UNREADABLE_BODY" });
    }
  });

  test("of a commission or promotion is named by either of its ids", async () => {
    const { stub, client } = await openClient();
    stub.on("GET /operators/174/commissions", { body: '{"operator":{"id":174,"name":"Natcom"},"percentage":1}' });
    stub.on("GET /promotions/7", { body: '{"id":7,"operatorId":174}' });
    expect(await client.getCommission(174, within())).toMatchObject({ operator: { operatorId: 174 } });
    expect(await client.getPromotion(7, within())).toMatchObject({ promotionId: 7 });
  });
});

describe("a refused read", () => {
  test.each([
    ["error-reloadly", 400, "INVALID_TOKEN", "Full authentication is required to access this resource"],
    ["error-spring", 404, "NOT_FOUND", "No message available"],
    ["error-oauth", 403, "access_denied", "Unauthorized"],
  ])("is read from %s", async (name, status, providerCode, providerMessage) => {
    const { stub, client } = await openClient();
    stub.on("GET /accounts/balance", { status, body: fixture(name) });
    const error = await failureOf(client.getBalance(within()));
    expect(error).toMatchObject({ code: "RELOADLY_REFUSED", httpStatus: status, providerCode, providerMessage });
  });
});

test("a report row is read with ids and amounts written as text, and says which page it stood on", async () => {
  const { stub, client } = await openClient();
  stub.on("GET /topups/reports/transactions", { body: fixture("transactions-page") });
  expect(await client.findTransactions({}, within())).toMatchObject({
    content: [{ transactionId: 181_341, operatorId: 640, recipientPhone: "22796123456", discount: "0.00" }],
    isLast: true,
    totalPages: 1,
    totalElements: 1,
    index: 0,
  });
});
