// The token endpoint and the guard of every other endpoint, asked over HTTP with good, wrong and stale credentials.
import { expect, test } from "vitest";
import { openWorld } from "./world.js";

test("a token comes with its lifetime and the airtime scopes", async () => {
  const world = await openWorld({ tokenLifetimeSeconds: 3600 });
  const { httpStatus, body } = await world.signIn();
  expect(httpStatus).toBe(200);
  expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
  expect(body.scope).toContain("send-topups");
});

test.each([
  [{ client_secret: "wrong" }, 401, "INVALID_CREDENTIALS"],
  [{ client_id: "live-client" }, 401, "INVALID_CREDENTIALS"],
  [{ audience: "https://elsewhere.example" }, 400, "INVALID_AUDIENCE"],
  [{ audience: undefined }, 400, "INVALID_INPUT_PROVIDED"],
  [{ grant_type: "password" }, 400, "INVALID_INPUT_PROVIDED"],
])("no token for a request with %j", async (overrides, httpStatus, errorCode) => {
  const world = await openWorld();
  const reply = await world.signIn(overrides);
  expect(reply).toMatchObject({ httpStatus, body: { errorCode, path: "/oauth/token", infoLink: null, details: [] } });
});

test("the audience may be the sandbox's own URL", async () => {
  const world = await openWorld();
  expect((await world.signIn({ audience: world.sandbox.url })).httpStatus).toBe(200);
});

test("the audience may be a proxy that the sandbox was told of, and no other", async () => {
  const world = await openWorld({ audiences: ["http://127.0.0.1:4999/"] });
  expect((await world.signIn({ audience: "http://127.0.0.1:4999" })).httpStatus).toBe(200);
  expect((await world.signIn({ audience: "http://127.0.0.1:5000" })).httpStatus).toBe(400);
});

test("a token for gift cards opens no airtime endpoint", async () => {
  const world = await openWorld();
  await world.signIn({ audience: "https://giftcards-sandbox.reloadly.com" });
  expect(await world.get("/accounts/balance")).toMatchObject({ httpStatus: 401, body: { errorCode: "INVALID_TOKEN" } });
});

test.each([
  [{}, "MISSING_TOKEN"],
  [{ authorization: "Bearer a.b.c" }, "INVALID_TOKEN"],
  [{ authorization: "Basic abc" }, "INVALID_TOKEN"],
])("with headers %j the answer is 401 %s and nothing is executed", async (headers, errorCode) => {
  const world = await openWorld();
  const body = { operatorId: 640, amount: 1, customIdentifier: "a", recipientPhone: {} };
  const reply = await world.call("POST", "/topups-async", { headers: { ...headers }, body });
  expect(reply).toMatchObject({ httpStatus: 401, body: { errorCode } });
  expect(world.row("a")).toMatchObject({ posts: 1, executions: 0, rejections: 1 });
});

test("a token is refused as expired when its lifetime is over, and a new one is good", async () => {
  const world = await openWorld({ tokenLifetimeSeconds: 60 });
  world.clock.advance(59_000);
  expect((await world.get("/accounts/balance")).httpStatus).toBe(200);
  world.clock.advance(1000);
  expect(await world.get("/accounts/balance")).toMatchObject({ httpStatus: 401, body: { errorCode: "TOKEN_EXPIRED" } });
  await world.signIn();
  expect((await world.get("/accounts/balance")).httpStatus).toBe(200);
});

test("an altered token is refused", async () => {
  const world = await openWorld();
  const { body } = await world.signIn();
  const [header, , signature] = String(body.access_token).split(".");
  const payload = Buffer.from('{"aud":"https://topups.reloadly.com","exp":9999999999}').toString("base64url");
  const forged = { authorization: `Bearer ${header}.${payload}.${signature}` };
  const reply = await world.call("GET", "/accounts/balance", { headers: forged });
  expect(reply.body.errorCode).toBe("INVALID_TOKEN");
});
