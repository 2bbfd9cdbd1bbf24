import { hashPassword, isPassword, passwordHashSchema, passwordHashText } from "@surefill/access";
import { describe, expect, test } from "vitest";
import { apiKeysSchema, findApiKey, newApiKey, presentedKey } from "../../../apps/producer/src/access/api-keys.js";
import { createLogin } from "../../../apps/producer/src/access/board-login.js";
import { TestClock } from "../../support/test-clock.js";

describe("API keys", () => {
  test("a new key is found by the entry that was printed with it, and no other key is", () => {
    const billing = newApiKey("billing");
    const crm = newApiKey("crm");
    const keys = apiKeysSchema.parse(`${billing.entry}, ${crm.entry}`);

    expect(findApiKey(keys, billing.key)).toBe("billing");
    expect(findApiKey(keys, crm.key)).toBe("crm");
    expect(findApiKey(keys, `${crm.key}x`)).toBeUndefined();
    expect(findApiKey(keys, "")).toBeUndefined();
    expect(billing.entry).not.toContain(billing.key);
  });

  test.each([
    "",
    "name",
    "name:abc",
    `a b:${"0".repeat(64)}`,
    `a:${"0".repeat(64)},a:${"1".repeat(64)}`,
    `a:${"0".repeat(64)},`,
  ])("the setting %j is refused", (text) => {
    expect(apiKeysSchema.safeParse(text).success).toBe(false);
  });

  test.each([
    [{ authorization: "Bearer abc" }, "abc"],
    [{ authorization: "bearer  abc" }, "abc"],
    [{ "x-api-key": "abc" }, "abc"],
    [{ authorization: "Basic abc" }, ""],
    [{ authorization: "Bearer a b" }, ""],
    [{}, ""],
  ])("in the headers %j the key is %j", (headers: Record<string, string>, key) => {
    expect(presentedKey((name) => headers[name])).toBe(key);
  });
});

describe("the board's password", () => {
  test("is recognised by its hash, also when its letters are composed in another way", async () => {
    const text = passwordHashText(await hashPassword("caf\u00e9 au lait 12"));
    const hash = passwordHashSchema.parse(text);

    expect(await isPassword(hash, "cafe\u0301 au lait 12")).toBe(true);
    expect(await isPassword(hash, "cafe au lait 12")).toBe(false);
  });

  test("is hashed with another salt each time", async () => {
    expect(passwordHashText(await hashPassword("same"))).not.toBe(passwordHashText(await hashPassword("same")));
  });

  test("a text that is no hash is refused", () => {
    expect(passwordHashSchema.safeParse("scrypt.x.y").success).toBe(false);
  });
});

describe("the board's login", () => {
  const header = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

  async function open() {
    const clock = new TestClock();
    const login = createLogin({ user: "operator", password: await hashPassword("right:with colon"), clock });
    return { clock, login };
  }

  test("takes the right user with the right password only", async () => {
    const { login } = await open();

    expect(await login(header("operator", "right:with colon"), "1")).toBe("welcome");
    expect(await login(header("admin", "right:with colon"), "1")).toBe("denied");
    expect(await login(undefined, "1")).toBe("denied");
    expect(await login("Basic OnB3", "1")).toBe("denied");
  });

  test("looks at no more tries of an address after five wrong ones, until a minute is over", async () => {
    const { login, clock } = await open();
    for (let tries = 0; tries < 5; tries += 1) expect(await login(header("operator", "wrong"), "1")).toBe("denied");

    expect(await login(header("operator", "right:with colon"), "1")).toBe("wait");
    expect(await login(header("operator", "right:with colon"), "2")).toBe("welcome");
    clock.advance(60_001);
    expect(await login(header("operator", "wrong"), "1")).toBe("denied");
  });

  test("asking without credentials is no try", async () => {
    const { login } = await open();
    for (let asked = 0; asked < 10; asked += 1) await login(undefined, "1");

    expect(await login(header("operator", "right:with colon"), "1")).toBe("welcome");
  });

  test("checks at most two passwords at once", async () => {
    const { login } = await open();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => login(header("operator", `wrong ${index}`), `address ${index}`)),
    );

    expect(answers.toSorted()).toEqual(["denied", "denied", "wait", "wait", "wait", "wait"]);
  });
});
