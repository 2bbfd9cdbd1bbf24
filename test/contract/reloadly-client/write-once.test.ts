// Counts the POSTs that arrive at a real server while everything goes wrong around them.
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { StubAnswer } from "../../support/provider-stub.js";
import { failureOf, openClient, topup, within } from "../../support/provider-stub-client.js";

const accepted = { body: '{"transactionId": 282571}' };
const error401: StubAnswer = {
  status: 401,
  body: '{"timeStamp":"2026-10-08 01:41:16","message":"Full authentication is required","path":"/x","errorCode":"TOKEN_EXPIRED","infoLink":null,"details":[]}',
};

const disasters: [string, StubAnswer, string][] = [
  ["resets the connection", (_request, _response, socket) => socket.resetAndDestroy(), "RELOADLY_CONNECTION_LOST"],
  ["closes the connection", (_request, _response, socket) => socket.destroy(), "RELOADLY_CONNECTION_LOST"],
  ["hangs up in mid-answer", hangUpInMidAnswer, "RELOADLY_CONNECTION_LOST"],
  ["speaks no HTTP", (_request, _response, socket) => socket.end("garbage\r\n\r\n"), "RELOADLY_CONNECTION_LOST"],
  ["answers an empty 500", { status: 500 }, "RELOADLY_SERVER_ERROR"],
  ["answers an HTML 502", { status: 502, body: "<html>Bad Gateway</html>" }, "RELOADLY_SERVER_ERROR"],
  ["answers an HTML 200", { body: "<html>Hello</html>" }, "RELOADLY_UNREADABLE_BODY"],
  ["answers a 200 without an id", { body: "{}" }, "RELOADLY_UNREADABLE_BODY"],
  ["redirects for good", { status: 308, headers: { location: "/topups" } }, "RELOADLY_UNEXPECTED_STATUS"],
  ["redirects for now", { status: 307, headers: { location: "/topups-async" } }, "RELOADLY_UNEXPECTED_STATUS"],
  ["asks to try again soon", { status: 503, headers: { "retry-after": "0" } }, "RELOADLY_SERVER_ERROR"],
];

function hangUpInMidAnswer(_request: unknown, _response: unknown, socket: Socket): void {
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"transactionId"');
}

describe.each(["sendTopup", "sendTopupAsync"] as const)("%s", (method) => {
  const path = method === "sendTopup" ? "/topups" : "/topups-async";

  test.each(disasters)(
    "sends one POST to a server that %s, and says that the outcome is open",
    async (_what, answer, code) => {
      const { stub, client } = await openClient();
      stub.on(`POST ${path}`, answer);
      const error = await failureOf(client[method](topup, within()));
      expect({ code: error.code, certainty: error.certainty }).toEqual({ code, certainty: "ambiguous" });
      // A replay, if there were one, would have reached the stub before the next request on the same client does.
      stub.on("GET /accounts/balance", { body: '{"balance": 1, "currencyCode": "USD"}' });
      await client.getBalance(within());
      expect(stub.seen.filter((request) => request.path.startsWith("/topups"))).toHaveLength(1);
    },
  );

  test("sends one POST when the deadline passes without an answer", async () => {
    const { stub, client } = await openClient();
    stub.on(`POST ${path}`, () => undefined);
    const deadline = new AbortController();
    const call = failureOf(client[method](topup, { signal: deadline.signal }));
    await stub.arrived(`POST ${path}`, 1);
    deadline.abort(new DOMException("too late", "TimeoutError"));
    const error = await call;
    expect(error).toMatchObject({ code: "RELOADLY_TIMEOUT", certainty: "ambiguous", httpStatus: null });
    expect(stub.count(`POST ${path}`)).toBe(1);
  });
});

describe("an asynchronous top-up", () => {
  test("is sent once over an idle connection that the server has closed", async () => {
    const { stub, client } = await openClient({ connectionsMax: 1 });
    const sockets = new Set<Socket>();
    stub.on("POST /topups-async", (_request, response, socket) => {
      sockets.add(socket);
      response.end(accepted.body, () => socket.end()); // Promises keep-alive, then closes.
    });
    for (let number = 1; number <= 20; number += 1) {
      await client.sendTopupAsync(topup, within()).catch(() => undefined);
      expect(stub.count("POST /topups-async")).toBeLessThanOrEqual(number);
    }
    expect(sockets.size).toBeGreaterThan(1);
  });

  test("is sent again after a 401, once, with a fresh token and the same body", async () => {
    const { stub, client } = await openClient();
    const token = (name: string) => ({ body: JSON.stringify({ access_token: name, expires_in: 3_600 }) });
    stub.on("POST /oauth/token", token("first"), token("second"));
    stub.on("POST /topups-async", error401, accepted);
    let writes = 0;
    const result = await client.sendTopupAsync(topup, {
      ...within(),
      beforeWrite: () => {
        writes += 1;
      },
    });
    expect(result).toEqual({ transactionId: 282_571 });
    const posts = stub.seen.filter((request) => request.path === "/topups-async");
    expect(posts.map((request) => request.headers.authorization)).toEqual(["Bearer first", "Bearer second"]);
    expect(posts[1]?.body).toBe(posts[0]?.body);
    expect(writes).toBe(2);
  });

  test("is not sent a third time after a second 401, and has not been executed", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", error401);
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({
      code: "RELOADLY_UNAUTHORIZED",
      certainty: "not-executed",
      providerCode: "TOKEN_EXPIRED",
    });
    expect(stub.count("POST /topups-async")).toBe(2);
    expect(stub.count("POST /oauth/token")).toBe(2);
  });

  test("is not sent again after a 401 if its caller refuses the second write", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", error401);
    let writes = 0;
    const beforeWrite = () => {
      writes += 1;
      if (writes === 2) throw new Error("the claim is too old");
    };
    const error = await failureOf(client.sendTopupAsync(topup, { ...within(), beforeWrite }));
    expect(error).toMatchObject({ code: "RELOADLY_NOT_SENT", certainty: "not-executed" });
    expect(stub.count("POST /topups-async")).toBe(1);
  });

  test("is doubtful when the answer to the re-send after a 401 is lost", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", error401, (_request, _response, socket) => socket.destroy());
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({ code: "RELOADLY_CONNECTION_LOST", certainty: "ambiguous" });
    expect(stub.count("POST /topups-async")).toBe(2);
  });
});
