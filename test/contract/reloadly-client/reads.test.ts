// Reading reports to their end, and retrying reads within the caller's limits.
import { describe, expect, test } from "vitest";
import { failureOf, openClient, within } from "../../support/provider-stub-client.js";
import { DrivenClock } from "../../support/provider-stub-clock.js";

const row = (transactionId: number, customIdentifier: string | null) =>
  JSON.stringify({ transactionId, status: "SUCCESSFUL", customIdentifier });
const page = (rows: string[], last: boolean) => ({ body: `{"content":[${rows.join(",")}],"last":${last}}` });
const ROUTE = "GET /topups/reports/transactions";

describe("looking a top-up up by its identifier", () => {
  test("reads every page, keeps matches in every case and no others, and sends no dates", async () => {
    const { stub, client } = await openClient();
    stub.on(ROUTE, page([row(1, "order-17"), row(2, "order-170")], false), page([row(3, "ORDER-17")], true));
    const found = await client.findTransactionsByCustomIdentifier("order-17", within());
    expect(found.map(({ transactionId }) => transactionId)).toEqual([1, 3]);
    expect(stub.seen.slice(1).map((request) => request.path.split("?")[1])).toEqual([
      "page=1&size=200&customIdentifier=order-17",
      "page=2&size=200&customIdentifier=order-17",
    ]);
  });

  test("finds nothing in an empty list, which says nothing about a request under way", async () => {
    const { stub, client } = await openClient();
    stub.on(ROUTE, page([], true));
    expect(await client.findTransactionsByCustomIdentifier("a b&c=d/é?", within())).toEqual([]);
    expect(stub.seen[1]?.path).toContain("customIdentifier=a%20b%26c%3Dd%2F%C3%A9%3F");
  });

  test("fails rather than answer from a part of the list", async () => {
    const { stub, client } = await openClient();
    stub.on(ROUTE, page([row(1, "order-17")], false));
    const error = await failureOf(client.findTransactionsByCustomIdentifier("order-17", within()));
    expect(error.code).toBe("RELOADLY_PAGES_UNFINISHED");
    expect(stub.count(ROUTE)).toBe(25);
  });

  test("fails rather than pass over a row that does not say whose it is", async () => {
    const { stub, client } = await openClient();
    stub.on(ROUTE, page([row(1, null)], true));
    const error = await failureOf(client.findTransactionsByCustomIdentifier("order-17", within()));
    expect(error.code).toBe("RELOADLY_UNREADABLE_BODY");
  });
});

describe("a row that cannot be read", () => {
  const unreadable = (customIdentifier: unknown) => JSON.stringify({ transactionId: "x", customIdentifier });

  test.each(["order-17", null, ["order-17"], undefined])(
    "and that may be the one with the identifier fails the look-up: its identifier is %j",
    async (customIdentifier) => {
      const { stub, client } = await openClient();
      stub.on(ROUTE, page([row(1, "order-17"), unreadable(customIdentifier)], true));
      const error = await failureOf(client.findTransactionsByCustomIdentifier("order-17", within()));
      expect(error.code).toBe("RELOADLY_UNREADABLE_BODY");
    },
  );

  test("and that says itself that it is another's does not", async () => {
    const { stub, client } = await openClient();
    stub.on(ROUTE, page([unreadable("ORDER-17"), row(1, "order-17")], true));
    const found = await client.findTransactionsByCustomIdentifier("order-17", within());
    expect(found.map(({ transactionId }) => transactionId)).toEqual([1]);
  });

  test("does not end the list on a page of its own", async () => {
    const { stub, client } = await openClient();
    stub.on(ROUTE, page([unreadable("other")], false), page([row(2, "order-17")], true));
    expect(await client.findTransactionsByCustomIdentifier("order-17", within())).toHaveLength(1);
  });
});

describe("a report", () => {
  test("is asked for with every filter, encoded", async () => {
    const { stub, client } = await openClient();
    stub.on(ROUTE, page([], true));
    const dates = { startDate: "2026-10-07 00:00:00", endDate: "2026-10-09 00:00:00" };
    await client.findTransactions({ page: 2, size: 500, countryCode: "NE", operatorId: 640, ...dates }, within());
    expect(stub.seen[1]?.path).toBe(
      "/topups/reports/transactions?page=2&size=500&countryCode=NE&operatorId=640" +
        "&startDate=2026-10-07%2000%3A00%3A00&endDate=2026-10-09%2000%3A00%3A00",
    );
  });

  test.each([
    ["size", { size: 501 }],
    ["page", { page: 0 }],
    ["startDate", { startDate: "2026-10-07 00:00:00" }],
    ["startDate", { startDate: "2026-10-09 00:00:00", endDate: "2026-10-07 00:00:00" }],
    ["countryCode", { countryCode: "../" }],
  ])("with a wrong %s is refused before anything is sent", async (field, filter) => {
    const { stub, client } = await openClient();
    const error = await failureOf(client.findTransactions(filter, within()));
    expect(error).toMatchObject({ code: "RELOADLY_INVALID_REQUEST" });
    expect(error.message).toContain(field);
    expect(stub.seen).toEqual([]);
  });

  test("of one transaction that is not there says so with Reloadly's status", async () => {
    const { stub, client } = await openClient();
    stub.on("GET /topups/reports/transactions/7", {
      status: 404,
      body: '{"message":"Not found","errorCode":null,"timeStamp":"2026-10-08 01:41:16"}',
    });
    expect(await failureOf(client.getTransaction(7, within()))).toMatchObject({ httpStatus: 404, providerCode: null });
  });
});

describe("a read", () => {
  const balance = { body: '{"balance": 1, "currencyCode": "USD"}' };
  const broken = [{ status: 500 }, { status: 429 }] as const;

  test("is not repeated unless its caller allows it", async () => {
    const { stub, client } = await openClient();
    stub.on("GET /accounts/balance", broken[0], balance);
    expect((await failureOf(client.getBalance(within()))).code).toBe("RELOADLY_SERVER_ERROR");
    expect(stub.count("GET /accounts/balance")).toBe(1);
  });

  test("is repeated after a lost connection, a 5xx and a 429, with a growing wait in between", async () => {
    const clock = new DrivenClock();
    const { stub, client } = await openClient({ clock });
    stub.on("GET /accounts/balance", (_request, _response, socket) => socket.destroy(), ...broken, balance);
    expect(await client.getBalance({ ...within(), retriesMax: 3 })).toMatchObject({ balance: "1" });
    expect(clock.slept).toEqual([150, 300, 600]);
  });

  test("ends with the last failure when its retries are used up", async () => {
    const { stub, client } = await openClient({ clock: new DrivenClock() });
    stub.on("GET /accounts/balance", { status: 502 });
    const error = await failureOf(client.getBalance({ ...within(), retriesMax: 2 }));
    expect(error).toMatchObject({ code: "RELOADLY_SERVER_ERROR", httpStatus: 502 });
    expect(stub.count("GET /accounts/balance")).toBe(3);
  });

  test("is not repeated after a refusal, nor when the provider asks for a long wait", async () => {
    const { stub, client } = await openClient({ clock: new DrivenClock() });
    stub.on("GET /accounts/balance", { status: 403 }, { status: 503, headers: { "retry-after": "60" } });
    await failureOf(client.getBalance({ ...within(), retriesMax: 5 }));
    await failureOf(client.getBalance({ ...within(), retriesMax: 5 }));
    expect(stub.count("GET /accounts/balance")).toBe(2);
  });
});
