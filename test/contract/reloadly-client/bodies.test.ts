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

describe("a refused read", () => {
  test.each([
    ["error-reloadly", 400, "INVALID_TOKEN", "Full authentication is required to access this resource"],
    ["error-spring", 404, null, "No message available"],
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
