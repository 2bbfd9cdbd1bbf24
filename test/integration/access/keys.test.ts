/** Keys are made, used, limited and revoked over HTTP and by the command, while producers run. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runSurefill } from "../../support/surefill.js";
import { waitFor } from "../../support/wait-for.js";
import { openStream } from "../events/stream-reader.js";
import { startProducerUnderTest, topupBody } from "../producer/running-producer.js";
import { type AccessWorld, type Cookie, startAccessWorld } from "./access-world.js";

let world: AccessWorld;
let ada: Cookie;
let env: Record<string, string>;
beforeAll(async () => {
  world = await startAccessWorld();
  await world.addPerson("ada", ["administrator"]);
  ada = await world.browserOf("ada");
  env = { REDIS_URL: world.redis.url, REDIS_PREFIX: world.redis.prefix };
});
afterAll(() => world.close());

const make = async (json: Record<string, unknown>) => world.as(ada, "POST", "/v1/keys", { json });
const madeKey = async (json: Record<string, unknown>) => {
  const { status, json: made, text } = await make(json);
  expect(status, text).toBe(201);
  return { id: String(made["id"]), key: String(made["key"]) };
};
const statusOf = async (key: string, path = "/v1/gates") => (await world.call("GET", path, { key })).status;

test("a key that is made lets its holder in at once, and is kept nowhere", async () => {
  const { key, id } = await madeKey({ name: "survey", roles: ["viewer"] });
  const { client, prefix } = world.redis;
  const stored: string[] = [];
  for (const name of await client.keys(`${prefix}*`)) {
    const type = await client.type(name);
    if (type === "hash") stored.push(JSON.stringify(await client.hgetall(name)));
    if (type === "stream") stored.push(JSON.stringify(await client.xrange(name, "-", "+")));
  }

  expect(key).toMatch(/^sf_[A-Za-z0-9_-]{43}$/);
  expect(await statusOf(key)).toBe(200);
  expect(await statusOf(key, "/v1/keys")).toBe(403);
  expect(stored.some((text) => text.includes(id))).toBe(true);
  expect(stored.filter((text) => text.includes(key) || text.includes(key.slice(3)))).toEqual([]);
  expect(world.log.join("")).not.toContain(key);
});

test("the list shows every key without what it is, and the names of those of the environment", async () => {
  await madeKey({
    name: "listed",
    permissions: ["read", "send"],
    limits: { amountPerDayMax: "5" },
    campaigns: ["Wave-1"],
  });
  const { json, text } = await world.as(ada, "GET", "/v1/keys");
  const listed = (json["data"] as Record<string, unknown>[]).find(({ name }) => name === "listed");

  expect(listed).toMatchObject({
    state: "in-force",
    permissions: ["read", "send"],
    campaigns: ["wave-1"],
    limits: { amountPerDayMax: "5", requestsMax: null },
    createdBy: "person:ada",
    revokedAt: null,
  });
  expect(json["environment"]).toEqual(["test"]);
  expect(text).not.toContain("sf_");
});

describe("a revoked key", () => {
  test("is refused at once by the producer that revoked it, and within a second by another one", async () => {
    const other = await startProducerUnderTest({
      redisUrl: world.redis.url,
      settings: { REDIS_PREFIX: world.redis.prefix },
    });
    try {
      const { key, id } = await madeKey({ name: "revoked", roles: ["viewer"] });
      const there = async () => (await other.call("GET", "/v1/gates", { key })).status;
      expect([await statusOf(key), await there()]).toEqual([200, 200]);

      expect((await world.as(ada, "DELETE", `/v1/keys/${id}`)).status).toBe(204);
      const refused = await world.call("GET", "/v1/gates", { key });
      expect([refused.status, refused.json["detail"]]).toEqual([401, expect.stringContaining("was revoked")]);
      await waitFor(async () => expect(await there()).toBe(401));
      expect((await world.as(ada, "DELETE", `/v1/keys/${id}`)).status).toBe(204);
    } finally {
      await other.close();
    }
  });

  test("loses the stream that it follows", async () => {
    const { key, id } = await madeKey({ name: "streaming", roles: ["viewer"] });
    const reader = await openStream(`${world.url}/v1/events/stream`, { key });
    await world.as(ada, "DELETE", `/v1/keys/${id}`);

    await reader.over;
  });

  test("gives its name free", async () => {
    const first = await madeKey({ name: "rotated", roles: ["viewer"] });
    expect((await make({ name: "rotated", roles: ["viewer"] })).json["code"]).toBe("key_name_taken");
    await world.as(ada, "DELETE", `/v1/keys/${first.id}`);
    const second = await madeKey({ name: "rotated", roles: ["viewer"] });

    expect([await statusOf(first.key), await statusOf(second.key)]).toEqual([401, 200]);
  });
});

test("an expired key is refused, says so, and gives its name free", async () => {
  const { secret } = await world.addKey({ name: "short", roles: ["viewer"], expiresAtMs: 1 });
  const { status, json } = await world.call("GET", "/v1/gates", { key: secret });

  expect([status, json["detail"]]).toEqual([401, expect.stringContaining("has expired")]);
  await madeKey({ name: "short", roles: ["viewer"] });
});

describe("what is asked of a new key is refused", () => {
  test.each([
    ["without a role or a permission", {}, "/roles"],
    ["with what only people may do", { permissions: ["approve"] }, "/permissions/0"],
    ["with the role of an administrator", { roles: ["administrator"] }, "/roles/0"],
    ["with a permission that there is not", { permissions: ["reed"] }, "/permissions/0"],
    [
      "with an amount that is none",
      { roles: ["viewer"], limits: { amountPerDayMax: "-5" } },
      "/limits/amountPerDayMax",
    ],
    ["with a time that is none", { roles: ["viewer"], expiresAt: "tomorrow" }, "/expiresAt"],
    ["with an empty list of labels", { roles: ["viewer"], campaigns: [] }, "/campaigns"],
    ["with a name that is none", { roles: ["viewer"], name: "a b" }, "/name"],
    ["with an unknown field", { roles: ["viewer"], owner: "x" }, "/owner"],
  ])("%s", async (_, asked, pointer) => {
    const { status, json } = await make({ name: "wrong", ...asked });
    expect([status, (json["errors"] as { pointer: string }[])[0]?.pointer]).toEqual([422, pointer]);
  });

  test("with the name of a key of the environment", async () => {
    expect((await make({ name: "test", roles: ["viewer"] })).json["code"]).toBe("key_name_taken");
  });
});

test("a key with the name of one in API_KEYS, made on the command line, is refused where it is used", async () => {
  const { printed } = await runSurefill(env, "keys", "create", "test", "--role", "viewer", "--json");
  const { status, json } = await world.call("GET", "/v1/gates", { key: JSON.parse(printed).key });

  expect([status, json["detail"]]).toEqual([401, expect.stringContaining("API_KEYS")]);
});

test("a key's own limit of the day counts before that of the settings", async () => {
  const { key } = await madeKey({ name: "limited", roles: ["operator"], limits: { amountPerDayMax: "6" } });
  const send = (reference: string) => world.call("POST", "/v1/topups", { key, json: topupBody({ reference }) });

  expect((await send("limited-1")).status).toBe(202);
  const { status, json } = await send("limited-2");
  expect([status, json["limit"]]).toMatchObject([429, { setting: "amountPerDayMax", max: "6", used: "5.5" }]);
});

test("a key's own limit of requests at a time counts", async () => {
  const { key } = await madeKey({ name: "narrow", roles: ["viewer"], limits: { requestsMax: 1 } });
  const reader = await openStream(`${world.url}/v1/events/stream`, { key });
  const { status, json } = await world.call("GET", "/v1/gates", { key });
  reader.cut();

  expect([status, json["code"]]).toEqual([429, "too_many_at_once"]);
});

describe("surefill keys", () => {
  test("creates a key, lists and revokes it by its name", async () => {
    const args = ["--permission", "read", "--own", "--campaign", "wave-2", "--expires-at", "2099-01-01T00:00:00Z"];
    const made = await runSurefill(env, "keys", "create", "by-cli", ...args, "--requests-max", "5", "--json");
    const { key, id } = JSON.parse(made.printed);
    const listed = await runSurefill(env, "keys", "list");

    expect(await statusOf(key, "/v1/topups?state=queued")).toBe(200);
    expect(listed.printed).toContain(`${id}  by-cli`);
    expect(listed.printed).not.toContain(key);
    expect((await runSurefill(env, "keys", "revoke", "by-cli")).printed).toContain(`Revoked ${id}`);
    await waitFor(async () => expect(await statusOf(key, "/v1/topups?state=queued")).toBe(401));
    expect((await runSurefill(env, "keys", "revoke", "by-cli")).code).toBe(1);
    expect((await runSurefill(env, "keys", "revoke", id)).printed).toContain("was revoked before");
  });

  test("says what is wrong, and changes nothing without a ledger", async () => {
    const wrong = await runSurefill(env, "keys", "create", "x", "--role", "administrator");
    const noLedger = await runSurefill(
      { ...env, REDIS_PREFIX: "nothing-here" },
      "keys",
      "create",
      "x",
      "--role",
      "viewer",
    );

    expect([wrong.code, wrong.told.join()]).toEqual([1, expect.stringContaining("must be one of viewer")]);
    expect([noLedger.code, noLedger.told.join()]).toEqual([78, expect.stringContaining("surefill init")]);
    expect(await world.redis.client.keys("nothing-here*")).toEqual([]);
  });
});
