// The last moment: beforeWrite runs when the bytes are about to leave, not when the call is made, and can stop them.

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import { createReloadlyClient } from "@surefill/reloadly-client";
import { describe, expect, test } from "vitest";
import { failureOf, openClient, topup, within } from "../../support/provider-stub-client.js";

const ACCEPTED = '{"transactionId": 282571}';

/** A client whose only connection is taken by a balance read that has not been answered yet. */
async function openBusyClient() {
  const { stub, client } = await openClient({ connectionsMax: 1 });
  const held: ServerResponse[] = [];
  stub.on("GET /accounts/balance", (_request, response) => void held.push(response));
  stub.on("POST /topups-async", { body: ACCEPTED });
  const read = client.getBalance(within());
  await stub.arrived("GET /accounts/balance", 1);
  const release = async () => {
    held[0]?.end('{"balance": 1, "currencyCode": "USD"}');
    await read;
  };
  return { stub, client, release };
}

describe("a write that waits for a connection", () => {
  test("asks beforeWrite when its turn comes, not when it is queued", async () => {
    const { stub, client, release } = await openBusyClient();
    let asked = 0;
    const write = client.sendTopupAsync(topup, {
      ...within(),
      beforeWrite: () => {
        asked += 1;
      },
    });
    await new Promise(setImmediate);
    expect(asked).toBe(0);
    await release();
    await expect(write).resolves.toEqual({ transactionId: 282_571 });
    expect(asked).toBe(1);
    expect(stub.count("POST /topups-async")).toBe(1);
  });

  test("is never sent if beforeWrite throws when its turn comes", async () => {
    const { stub, client, release } = await openBusyClient();
    const tooOld = new Error("the claim is too old");
    const write = failureOf(
      client.sendTopupAsync(topup, {
        ...within(),
        beforeWrite: () => {
          throw tooOld;
        },
      }),
    );
    await release();
    const error = await write;
    expect(error).toMatchObject({ code: "RELOADLY_NOT_SENT", certainty: "not-executed", httpStatus: null });
    expect(error.cause).toBe(tooOld);
    // The connection is still good, and the next request on it is the next one the stub sees.
    await client.sendTopupAsync({ ...topup, customIdentifier: "order-18" }, within());
    const sent = stub.seen.filter((request) => request.path === "/topups-async");
    expect(sent.map((request) => JSON.parse(request.body).customIdentifier)).toEqual(["order-18"]);
    expect(stub.connections).toBe(2); // One to the token service, one to the API.
  });

  test("is never sent once its caller has given it up, and that is proven", async () => {
    const { stub, client, release } = await openBusyClient();
    const patience = new AbortController();
    let asked = 0;
    const write = failureOf(
      client.sendTopupAsync(topup, {
        signal: patience.signal,
        beforeWrite: () => {
          asked += 1;
        },
      }),
    );
    await new Promise(setImmediate);
    patience.abort();
    expect(await write).toMatchObject({ code: "RELOADLY_ABORTED", certainty: "not-executed" });
    await release();
    await client.sendTopupAsync({ ...topup, customIdentifier: "order-18" }, within());
    expect(stub.count("POST /topups-async")).toBe(1);
    expect(asked).toBe(0);
  });
});

describe("a write that cannot be written", () => {
  test("has not been executed when the signal was aborted before the call", async () => {
    const { stub, client } = await openClient();
    await client.prepare(within());
    const error = await failureOf(client.sendTopupAsync(topup, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: "RELOADLY_ABORTED", certainty: "not-executed" });
    expect(stub.count("POST /topups-async")).toBe(0);
  });

  test("has not been executed when the connection is refused", async () => {
    const { stub } = await openClient();
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const address = closed.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const client = createReloadlyClient({
      environment: { apiUrl: `http://127.0.0.1:${port}`, authUrl: stub.url, audience: "https://topups.example" },
      clientId: "id",
      clientSecret: "secret",
    });
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({ code: "RELOADLY_CONNECTION_FAILED", certainty: "not-executed" });
    await client.close();
  });

  test("has not been executed when the TLS handshake fails", async () => {
    const { stub } = await openClient();
    const client = createReloadlyClient({
      environment: {
        apiUrl: stub.url.replace("http:", "https:"), // The stub speaks no TLS.
        authUrl: stub.url,
        audience: "https://topups.example",
      },
      clientId: "id",
      clientSecret: "secret",
    });
    let asked = 0;
    const write = client.sendTopupAsync(topup, {
      ...within(),
      beforeWrite: () => {
        asked += 1;
      },
    });
    expect(await failureOf(write)).toMatchObject({ code: "RELOADLY_CONNECTION_FAILED", certainty: "not-executed" });
    expect(asked).toBe(0);
    await client.close();
  });

  test("has not been executed when the client was closed", async () => {
    const { client } = await openClient();
    await client.prepare(within());
    await client.close();
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({ code: "RELOADLY_CLOSED", certainty: "not-executed" });
  });
});

describe("a request that breaks a documented rule", () => {
  test.each([
    ["amount", { ...topup, amount: "1e9" }],
    ["amount", { ...topup, amount: "0.00" }],
    ["amount", { ...topup, amount: "1.000001" }],
    ["amount", { ...topup, amount: "-1" }],
    ["operatorId", { ...topup, operatorId: 1.5 }],
    ["customIdentifier", { ...topup, customIdentifier: "" }],
    ["customIdentifier", { ...topup, customIdentifier: "x".repeat(151) }],
    ["recipientPhone.countryCode", { ...topup, recipientPhone: { countryCode: "Niger", number: "22796123456" } }],
    ["recipientPhone.number", { ...topup, recipientPhone: { countryCode: "NE", number: "call me" } }],
  ])("is refused with the name of the field %s, and nothing is sent", async (field, request) => {
    const { stub, client } = await openClient();
    const error = await failureOf(client.sendTopupAsync(request, within()));
    expect(error).toMatchObject({ code: "RELOADLY_INVALID_REQUEST", certainty: "not-executed" });
    expect(error.message).toContain(`sendTopupAsync: ${field} must`);
    expect(stub.seen).toEqual([]);
  });
});
