// The token: fetched once for everybody, renewed before it expires, and never the reason for a doubtful write.
import { describe, expect, test } from "vitest";
import { CLIENT_SECRET, failureOf, openClient, topup, within } from "../../support/provider-stub-client.js";
import { DrivenClock } from "../../support/provider-stub-clock.js";

const TOKEN_ROUTE = "POST /oauth/token";
const token = (name: string, expiresIn: number | string = 3_600) => ({
  body: JSON.stringify({ access_token: name, expires_in: expiresIn, scope: "send-topups", token_type: "Bearer" }),
});
const accepted = { body: '{"transactionId": 1}' };

describe("a token", () => {
  test("is fetched once for many calls at the same time, with the audience's credentials", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", accepted);
    await Promise.all(Array.from({ length: 20 }, () => client.sendTopupAsync(topup, within())));
    expect(stub.count(TOKEN_ROUTE)).toBe(1);
    const request = stub.seen.find((seen) => seen.path === "/oauth/token");
    expect(JSON.parse(request?.body ?? "")).toEqual({
      client_id: "test-client",
      client_secret: CLIENT_SECRET,
      grant_type: "client_credentials",
      audience: "https://topups.example",
    });
  });

  test("that was prepared needs no fetch when the write follows", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", accepted);
    await client.prepare(within());
    await client.prepare(within());
    await client.sendTopupAsync(topup, within());
    expect(stub.seen.map((seen) => seen.path)).toEqual(["/oauth/token", "/topups-async"]);
  });

  test.each([
    ["an hour", 3_600, 3_600 - 120, 3_600 - 60],
    ["an hour, written as text", "3600", 3_600 - 120, 3_600 - 60],
    ["a minute", 60, 30, 54],
    ["sixty days", 5_184_000, 5_184_000 - 120, 5_184_000 - 60],
  ])(
    "of %s is renewed by prepare in good time and by a call before it expires",
    async (_what, expiresIn, preparedS, usedS) => {
      const clock = new DrivenClock();
      const { stub, client } = await openClient({ clock });
      stub.on(TOKEN_ROUTE, token("t", expiresIn));
      stub.on("POST /topups-async", accepted);
      await client.prepare(within());
      clock.advance(preparedS * 1_000 - 1);
      await client.prepare(within());
      expect(stub.count(TOKEN_ROUTE)).toBe(1);
      clock.advance(1);
      await client.prepare(within());
      expect(stub.count(TOKEN_ROUTE)).toBe(2);
      clock.advance(usedS * 1_000 - 1);
      await client.sendTopupAsync(topup, within());
      expect(stub.count(TOKEN_ROUTE)).toBe(2);
      clock.advance(1);
      await client.sendTopupAsync(topup, within());
      expect(stub.count(TOKEN_ROUTE)).toBe(3);
    },
  );

  test("that the API refuses many times at once is replaced by one fetch", async () => {
    const { stub, client } = await openClient();
    stub.on(TOKEN_ROUTE, token("stale"), token("fresh"));
    stub.on("GET /accounts/balance", (request, response) => {
      response.statusCode = request.headers.authorization === "Bearer fresh" ? 200 : 401;
      response.end('{"balance": 1, "currencyCode": "USD"}');
    });
    await Promise.all(Array.from({ length: 10 }, () => client.getBalance(within())));
    expect(stub.count(TOKEN_ROUTE)).toBe(2);
  });
});

describe("a write without a token", () => {
  const refused =
    '{"timeStamp":"2026-10-08 01:41:16","message":"Access Denied","path":"/oauth/token","errorCode":"INVALID_CREDENTIALS","infoLink":null,"details":[]}';

  test.each([
    ["wrong credentials", { status: 401, body: refused }, "RELOADLY_TOKEN_REFUSED", "INVALID_CREDENTIALS"],
    [
      "the older refusal",
      { status: 403, body: '{"error":"access_denied"}' },
      "RELOADLY_TOKEN_REFUSED",
      "access_denied",
    ],
    ["a limit", { status: 429 }, "RELOADLY_TOKEN_UNAVAILABLE", null],
    ["a broken token service", { status: 502, body: "<html>" }, "RELOADLY_TOKEN_UNAVAILABLE", null],
    ["an answer without a token", { body: "{}" }, "RELOADLY_TOKEN_UNAVAILABLE", null],
    ["a token that fits no header", token("a\nb"), "RELOADLY_TOKEN_UNAVAILABLE", null],
    ["a token without a life", token("t", 0), "RELOADLY_TOKEN_UNAVAILABLE", null],
  ])("because of %s has not been executed", async (_what, answer, code, providerCode) => {
    const { stub, client } = await openClient();
    stub.on(TOKEN_ROUTE, answer);
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({ code, providerCode, certainty: "not-executed", operation: "fetchToken" });
    expect(stub.count("POST /topups-async")).toBe(0);
  });

  test("because its caller lost patience has not been executed, and the fetch goes on for the others", async () => {
    const { stub, client } = await openClient();
    let release = () => {};
    stub.on(TOKEN_ROUTE, (_request, response) => {
      release = () => response.end(token("t").body);
    });
    stub.on("POST /topups-async", accepted);
    const patience = new AbortController();
    const impatient = failureOf(client.sendTopupAsync(topup, { signal: patience.signal }));
    const patient = client.sendTopupAsync(topup, within());
    await stub.arrived(TOKEN_ROUTE, 1);
    patience.abort();
    expect(await impatient).toMatchObject({ code: "RELOADLY_TOKEN_UNAVAILABLE", certainty: "not-executed" });
    release();
    await expect(patient).resolves.toEqual({ transactionId: 1 });
    expect(stub.count(TOKEN_ROUTE)).toBe(1);
  });

  test("because the token service hangs fails at the fetch's own deadline, and the next call asks again", async () => {
    const clock = new DrivenClock();
    const { stub, client } = await openClient({ clock });
    stub.on(TOKEN_ROUTE, () => undefined, token("t"));
    stub.on("POST /topups-async", accepted);
    const hanging = failureOf(client.sendTopupAsync(topup, within()));
    await stub.arrived(TOKEN_ROUTE, 1);
    expect(clock.deadlines.map(({ delayMs }) => delayMs)).toEqual([30_000]);
    clock.deadlines[0]?.pass();
    expect(await hanging).toMatchObject({ code: "RELOADLY_TOKEN_UNAVAILABLE", certainty: "not-executed" });
    await expect(client.sendTopupAsync(topup, within())).resolves.toEqual({ transactionId: 1 });
  });

  test("is retried by prepare, which is a read, but not after a refusal", async () => {
    const { stub, client } = await openClient({ clock: new DrivenClock() });
    stub.on(TOKEN_ROUTE, { status: 500 }, token("t"));
    await client.prepare({ ...within(), retriesMax: 1 });
    expect(stub.count(TOKEN_ROUTE)).toBe(2);
  });
});
