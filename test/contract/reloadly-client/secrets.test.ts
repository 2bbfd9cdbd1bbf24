// Nothing that the client throws or reports shows a secret, a token or a phone number, however deep one looks.
import { inspect } from "node:util";
import type { RequestInfo } from "@surefill/reloadly-client";
import { describe, expect, test } from "vitest";
import type { StubAnswer } from "../../support/provider-stub.js";
import { CLIENT_SECRET, failureOf, openClient, TOKEN, topup, within } from "../../support/provider-stub-client.js";

const SECRETS = [CLIENT_SECRET, TOKEN, "22796123456", "peter@nauta.com.cu"];

/** Everything that a careless log line could print of a value, causes and hidden fields included. */
function everythingOf(value: unknown): string {
  return inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, maxStringLength: null });
}

function expectNoSecrets(value: unknown): void {
  const text = everythingOf(value);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
}

const echo = `Recipient +22796123456 (peter@nauta.com.cu) is not valid, token ${TOKEN.slice(0, 5)}`;
const failures: [string, StubAnswer][] = [
  [
    "a refusal that quotes the number",
    { status: 400, body: JSON.stringify({ message: echo, errorCode: "INVALID_RECIPIENT_PHONE" }) },
  ],
  ["a refusal whose code is the number", { status: 400, body: '{"message":"x","errorCode":"22796123456"}' }],
  [
    "a body that is no HTTP and echoes the request",
    (request, _response, socket) => socket.end(JSON.stringify(request)),
  ],
  ["an HTML page that echoes the request", (request, response) => response.writeHead(500).end(JSON.stringify(request))],
  ["a success that echoes the request", (request, response) => response.end(JSON.stringify(request))],
  ["JSON with the number as a key", { body: '{"22796123456": 1, "22796123456": 2}' }],
  ["a reset connection", (_request, _response, socket) => socket.resetAndDestroy()],
];

describe("an error after", () => {
  test.each(failures)("%s shows no secret", async (_what, answer) => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", answer);
    stub.on("POST /topups", answer);
    expectNoSecrets(await failureOf(client.sendTopupAsync(topup, within())));
    expectNoSecrets(await failureOf(client.sendTopup(topup, within())));
  });

  test("a token answer that is no HTTP shows no secret", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /oauth/token", (request, _response, socket) => socket.end(`${TOKEN} ${request.body}`));
    const error = await failureOf(client.prepare(within()));
    expect(error.cause).toBeInstanceOf(Error);
    expectNoSecrets(error);
  });

  test("a request with a malformed number does not quote it", async () => {
    const { client } = await openClient();
    const recipientPhone = { countryCode: "NE", number: "22796123456 or so" };
    const error = await failureOf(client.sendTopupAsync({ ...topup, recipientPhone }, within()));
    expect(error.code).toBe("RELOADLY_INVALID_REQUEST");
    expectNoSecrets(error);
  });
});

test("the provider's text is kept, masked, beside the message and not in it", async () => {
  const { stub, client } = await openClient();
  stub.on("POST /topups-async", {
    status: 400,
    body: JSON.stringify({ message: echo, errorCode: "INVALID_RECIPIENT_PHONE" }),
  });
  const error = await failureOf(client.sendTopupAsync(topup, within()));
  expect(error.providerMessage).toContain("Recipient *** (***) is not valid");
  expect(error.message).toBe("sendTopupAsync: HTTP 400 INVALID_RECIPIENT_PHONE");
});

test("the client itself shows no secret after a call", async () => {
  const { client } = await openClient();
  await client.prepare(within());
  expectNoSecrets(client);
});

test("every request is reported once, without secrets, and a report that throws changes nothing", async () => {
  const reports: RequestInfo[] = [];
  const onRequest = (info: RequestInfo) => {
    reports.push(info);
    throw new Error("the metrics are down");
  };
  const { stub, client } = await openClient({ onRequest });
  stub.on(
    "POST /topups-async",
    { body: '{"transactionId": 1}' },
    { status: 400, body: '{"message":"x","errorCode":"INVALID_AMOUNT"}' },
    (_request, _response, socket) => socket.destroy(),
  );
  await expect(client.sendTopupAsync(topup, within())).resolves.toEqual({ transactionId: 1 });
  await failureOf(client.sendTopupAsync(topup, within()));
  await failureOf(client.sendTopupAsync(topup, within()));
  const summary = reports.map(({ operation, method, status, errorCode }) => [operation, method, status, errorCode]);
  expect(summary).toEqual([
    ["fetchToken", "POST", 200, undefined],
    ["sendTopupAsync", "POST", 200, undefined],
    ["sendTopupAsync", "POST", 400, "INVALID_AMOUNT"],
    ["sendTopupAsync", "POST", undefined, "RELOADLY_CONNECTION_LOST"],
  ]);
  expect(reports.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  expectNoSecrets(reports);
});
