/** People sign in, stay signed in for as long as they may, and are out when they should be. */
import { digestOf } from "@surefill/access";
import { ledgerKeys } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { startProducerUnderTest } from "../producer/running-producer.js";
import { type AccessWorld, type Cookie, PASSWORD, startAccessWorld } from "./access-world.js";

const IDLE_MS = 1_800_000;
const MOST_MS = 43_200_000;

let world: AccessWorld;
beforeAll(async () => {
  world = await startAccessWorld();
  await world.addPerson("ada", ["administrator"]);
  await world.addPerson("ben", ["viewer"]);
});
afterAll(() => world.close());

const whoIs = (browser: Cookie) => world.as(browser, "GET", "/v1/session");
const sessionKey = ({ cookie }: Cookie) =>
  ledgerKeys(world.redis.prefix).session(digestOf(cookie.slice(cookie.indexOf("=") + 1)));

describe("signing in", () => {
  test("answers who one is and what one may, and gives the cookie of plain http on this machine", async () => {
    const { status, json, headers } = await world.signIn("Ben");
    const cookie = headers.get("set-cookie") ?? "";
    const leftMs = Date.parse(String(json["expiresAt"])) - new Date(headers.get("date") ?? "").getTime();

    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(["user", "roles", "permissions", "expiresAt"]);
    expect(json).toMatchObject({ user: "ben", roles: ["viewer"], permissions: ["read"] });
    expect(Math.abs(leftMs - IDLE_MS)).toBeLessThan(60_000);
    expect(cookie).toMatch(/^surefill=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  });

  test("gives a __Host- cookie that is Secure where the server is reached over https", async () => {
    const settings = { PUBLIC_URL: "https://topups.example.com", REDIS_PREFIX: world.redis.prefix };
    const behindProxy = await startProducerUnderTest({ redisUrl: world.redis.url, settings });
    try {
      const signIn = { key: null, json: { user: "ben", password: PASSWORD } };
      const { headers } = await behindProxy.call("POST", "/v1/session", signIn);
      const set = headers.get("set-cookie") ?? "";
      const cookie = set.split(";")[0] ?? "";
      const ask = async (sent: Record<string, string>, method = "GET") =>
        (await behindProxy.call(method, "/v1/session", { key: null, headers: sent })).status;

      expect(set).toMatch(/^__Host-surefill=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200$/);
      expect(await ask({ cookie })).toBe(200);
      expect(await ask({ cookie: cookie.replace("__Host-", "") })).toBe(401);
      expect(await ask({ cookie, origin: "https://evil.example" }, "DELETE")).toBe(403);
      expect(await ask({ cookie, origin: "https://topups.example.com.evil.example" }, "DELETE")).toBe(403);
      expect(await ask({ cookie, origin: "http://topups.example.com" }, "DELETE")).toBe(403);
      expect(await ask({ cookie, origin: "https://topups.example.com" }, "DELETE")).toBe(204);
    } finally {
      await behindProxy.close();
    }
  });

  test.each([
    ["a wrong password", { user: "ben", password: "correct horse batterx" }],
    ["somebody who is not there", { user: "eve", password: PASSWORD }],
    ["a name that nobody can have", { user: "no such name!", password: PASSWORD }],
    ["a hash in place of the password", { user: "ben", password: `scrypt.${"x".repeat(22)}` }],
  ])("is refused in the same words for %s", async (_, json) => {
    const { status, json: problem, headers } = await world.call("POST", "/v1/session", { key: null, json });

    expect([status, problem["code"], problem["detail"]]).toEqual([
      401,
      "sign_in_failed",
      "The user name or the password is wrong.",
    ]);
    expect(headers.get("set-cookie")).toBeNull();
  });

  test("from a page of another site is refused", async () => {
    const json = { user: "ben", password: PASSWORD };
    const { json: problem } = await world.call("POST", "/v1/session", {
      key: null,
      json,
      headers: { origin: "https://evil.example" },
    });

    expect(problem["code"]).toBe("origin_refused");
  });

  test("with the right password works without a colon, in another Unicode form, and not with a longer one", async () => {
    expect((await world.signIn("ben", `${PASSWORD} `)).status).toBe(401);
    expect((await world.signIn("ben", "x".repeat(201))).status).toBe(422);
  });
});

describe("a session is over", () => {
  test("when its person signs out, in this browser alone", async () => {
    const [here, there] = [await world.browserOf("ben"), await world.browserOf("ben")];
    const { status, headers } = await world.as(here, "DELETE", "/v1/session");

    expect(status).toBe(204);
    expect(headers.get("set-cookie")).toContain("Max-Age=0");
    expect([(await whoIs(here)).status, (await whoIs(there)).status]).toEqual([401, 200]);
  });

  test("everywhere when its person says so", async () => {
    const [here, there] = [await world.browserOf("ben"), await world.browserOf("ben")];
    const others = await world.browserOf("ada");

    expect((await world.as(here, "DELETE", "/v1/sessions")).status).toBe(204);
    expect([(await whoIs(here)).status, (await whoIs(there)).status]).toEqual([401, 401]);
    expect((await whoIs(others)).status).toBe(200);
  });

  test("when an administrator ends it, changes the password, or removes the person", async () => {
    const ada = await world.browserOf("ada");
    await world.addPerson("cleo", ["viewer"]);
    const ended = await world.browserOf("cleo");
    expect((await world.as(ada, "DELETE", "/v1/people/cleo/sessions")).status).toBe(204);
    const changed = await world.browserOf("cleo");
    const json = { password: "another long password" };
    expect((await world.as(ada, "PATCH", "/v1/people/cleo", { json })).status).toBe(200);

    expect([(await whoIs(ended)).status, (await whoIs(changed)).status]).toEqual([401, 401]);
    expect((await world.signIn("cleo")).status).toBe(401);
    const again = await world.signIn("cleo", "another long password");
    const [cookie = ""] = (again.headers.get("set-cookie") ?? "").split(";");
    expect((await world.as(ada, "DELETE", "/v1/people/cleo")).status).toBe(204);
    expect((await whoIs({ cookie, origin: world.url })).status).toBe(401);
    expect((await world.signIn("cleo", "another long password")).status).toBe(401);
  });

  test("when its person was removed and another one has the same name", async () => {
    const ada = await world.browserOf("ada");
    await world.addPerson("dora", ["administrator"]);
    const before = await world.browserOf("dora");
    await world.as(ada, "DELETE", "/v1/people/dora");
    await world.addPerson("dora", ["administrator"]);

    expect((await whoIs(before)).status).toBe(401);
  });

  test("after its longest time, however much is asked in it", async () => {
    const browser = await world.browserOf("ben");
    await world.redis.client.hset(sessionKey(browser), "endsAt", "1");

    expect((await whoIs(browser)).status).toBe(401);
    expect(await world.redis.client.exists(sessionKey(browser))).toBe(0);
  });

  test("when nothing was asked in it for too long, and each request puts that off", async () => {
    const browser = await world.browserOf("ben");
    const left = () => world.redis.client.pttl(sessionKey(browser));
    await world.redis.client.pexpire(sessionKey(browser), 60_000);
    await whoIs(browser);

    expect(await left()).toBeGreaterThan(IDLE_MS - 60_000);
    await world.redis.client.hset(sessionKey(browser), "endsAt", String((await world.ledger.nowMs()) + 120_000));
    await whoIs(browser);
    expect(await left()).toBeLessThanOrEqual(120_000);
    await world.redis.client.del(sessionKey(browser)); // As Redis does when the time has come.
    expect((await whoIs(browser)).status).toBe(401);
    expect(MOST_MS).toBeGreaterThan(IDLE_MS);
  });
});

test("a changed role counts from the next request on", async () => {
  const ada = await world.browserOf("ada");
  await world.addPerson("finn", ["viewer"]);
  const finn = await world.browserOf("finn");
  const ask = async () => (await world.as(finn, "GET", "/v1/keys")).status;
  expect(await ask()).toBe(403);

  await world.as(ada, "PATCH", "/v1/people/finn", { json: { roles: ["administrator"] } });
  expect(await ask()).toBe(200);
  await world.as(ada, "PATCH", "/v1/people/finn", { json: { roles: [] } });
  expect(await ask()).toBe(403);
});

test("a browser's own event stream works with the cookie, and ends with the session", async () => {
  const browser = await world.browserOf("ben");
  const response = await fetch(`${world.url}/v1/events/stream`, { headers: { cookie: browser.cookie } });
  expect(response.status).toBe(200);
  await world.as(browser, "DELETE", "/v1/sessions");

  await expect(response.text()).rejects.toThrow();
});

test("nothing that a browser keeps is kept in Redis", async () => {
  const { cookie } = await world.browserOf("ben");
  const secret = cookie.slice(cookie.indexOf("=") + 1);
  const { client, prefix } = world.redis;

  for (const name of await client.keys(`${prefix}*`)) {
    expect(name).not.toContain(secret);
    if ((await client.type(name)) !== "hash") continue;
    expect(JSON.stringify(await client.hgetall(name))).not.toMatch(new RegExp(`${secret}|${PASSWORD}`));
  }
  expect(world.log.join("")).not.toContain(secret);
});

describe("wrong tries", () => {
  test("cost this user at this address the next ones, the right password too, and nobody else any", async () => {
    const limited = await startAccessWorld();
    try {
      await limited.addPerson("gus", ["viewer"]);
      await limited.addPerson("hana", ["viewer"]);
      const codes: unknown[] = [];
      for (let index = 0; index < 6; index += 1)
        codes.push((await limited.signIn("gus", "wrong wrong wrong")).json["code"]);

      expect(codes).toEqual([...Array(5).fill("sign_in_failed"), "sign_in_limited"]);
      const { status, headers } = await limited.signIn("gus");
      expect([status, headers.get("retry-after")]).toEqual([429, "60"]);
      expect((await limited.signIn("hana")).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  test("at the same time cost as much", async () => {
    const limited = await startAccessWorld();
    try {
      await limited.addPerson("gus", ["viewer"]);
      const tries = Array.from({ length: 40 }, () => limited.signIn("gus", "wrong wrong wrong"));
      const codes = (await Promise.all(tries)).map(({ json }) => json["code"]);

      expect(codes.filter((code) => code === "sign_in_failed").length).toBeLessThanOrEqual(5);
      expect(new Set(codes)).toEqual(new Set(["sign_in_failed", "sign_in_limited"]));
    } finally {
      await limited.close();
    }
  });
});

test("a session that is looked up while Redis is away is a 503, and no sign-out", async () => {
  const browser = await world.browserOf("ben");
  await world.redis.client.hset(ledgerKeys(world.redis.prefix).meta, "behind", "1");
  const { status } = await whoIs(browser);
  await world.redis.client.hdel(ledgerKeys(world.redis.prefix).meta, "behind");

  expect(status).toBe(503);
  await waitFor(async () => expect((await whoIs(browser)).status).toBe(200));
});
