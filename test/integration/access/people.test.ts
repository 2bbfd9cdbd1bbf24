/** People are added, changed and removed over HTTP and by the command; the first one by the command alone. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runSurefill, runSurefillWith } from "../../support/surefill.js";
import { type AccessWorld, type Cookie, PASSWORD, startAccessWorld } from "./access-world.js";

let world: AccessWorld;
let env: Record<string, string>;
beforeAll(async () => {
  world = await startAccessWorld();
  env = { REDIS_URL: world.redis.url, REDIS_PREFIX: world.redis.prefix };
});
afterAll(() => world.close());

describe("surefill people", () => {
  test("makes the first administrator, with a password from the standard input", async () => {
    expect((await world.signIn("ada")).status).toBe(401);
    const added = await runSurefillWith({ env, secret: PASSWORD }, "people", "add", "Ada", "--roles", "administrator");

    expect([added.code, added.printed]).toEqual([0, "Added ada: administrator.\n"]);
    expect((await world.signIn("ada")).json["permissions"]).toContain("people");
    const [person] = await world.people.list();
    expect(person).toMatchObject({ user: "ada", createdBy: "cli:os-user" });
  });

  test("reads the password from a pipe, in a process, and shows it nowhere", async () => {
    const bin = fileURLToPath(new URL("../../../apps/cli/bin/surefill.js", import.meta.url));
    const child = spawn(process.execPath, [bin, "people", "add", "piped", "--roles", "viewer"], {
      env: { ...process.env, ...env },
    });
    let said = "";
    child.stdout.on("data", (piece) => (said += piece));
    child.stderr.on("data", (piece) => (said += piece));
    child.stdin.end(`${PASSWORD}\nand more\n`);
    const code = await new Promise((resolve) => child.once("close", resolve));

    expect([code, said]).toEqual([0, "Added piped: viewer.\n"]);
    expect((await world.signIn("piped")).status).toBe(200);
  });

  test("lists, changes and removes people", async () => {
    await runSurefillWith({ env, secret: PASSWORD }, "people", "add", "ben", "--roles", "viewer,preparer");
    const browser = await world.browserOf("ben");
    expect((await runSurefill(env, "people", "list")).printed).toMatch(/ben +viewer, preparer +\S+ +cli:os-user/);

    expect((await runSurefill(env, "people", "change", "ben", "--roles", "approver")).code).toBe(0);
    expect((await world.as(browser, "GET", "/v1/session")).json["roles"]).toEqual(["approver"]);
    const changed = await runSurefillWith({ env, secret: "another long password" }, "people", "password", "ben");
    expect(changed.code).toBe(0);
    expect((await world.as(browser, "GET", "/v1/session")).status).toBe(401);
    expect((await world.signIn("ben", "another long password")).status).toBe(200);
    expect((await runSurefill(env, "people", "remove", "ben")).code).toBe(0);
    expect((await world.signIn("ben", "another long password")).status).toBe(401);
  });

  test.each([
    ["a short password", { secret: "short" }, ["add", "x", "--roles", "viewer"], "must have at least 12 characters"],
    ["no input for the password", {}, ["add", "x", "--roles", "viewer"], "no input"],
    ["a role that there is not", { secret: PASSWORD }, ["add", "x", "--roles", "boss"], "must be one of viewer"],
    ["a name that nobody can have", { secret: PASSWORD }, ["add", "x y", "--roles", "viewer"], "must be 1 to 40"],
    [
      "a name that is taken",
      { secret: PASSWORD },
      ["add", "ada", "--roles", "viewer"],
      "there is a person ada already",
    ],
    ["somebody who is not there", {}, ["remove", "eve"], "there is no person eve"],
    ["the only administrator", {}, ["remove", "ada"], "is the only administrator"],
    ["the only administrator's role", {}, ["change", "ada", "--roles", "viewer"], "is the only administrator"],
  ])("refuses %s", async (_, input, args, words) => {
    const { code, told } = await runSurefillWith({ env, ...input }, "people", ...args);
    expect([code, told.join()]).toEqual([1, expect.stringContaining(words)]);
    expect(told.join()).not.toContain("short");
  });
});

describe("over HTTP", () => {
  let ada: Cookie;
  beforeAll(async () => {
    ada = await world.browserOf("ada");
  });
  const ask = (method: string, path: string, json?: object) =>
    world.as(ada, method, path, json === undefined ? {} : { json });

  test("an administrator adds, lists, changes and removes people, and never sees a password", async () => {
    const added = await ask("POST", "/v1/people", { user: "Cleo", password: PASSWORD, roles: ["preparer", "viewer"] });
    const listed = await ask("GET", "/v1/people");

    expect([added.status, added.json]).toMatchObject([
      201,
      {
        user: "cleo",
        roles: ["viewer", "preparer"],
        permissions: ["read", "reveal", "prepare"],
        createdBy: "person:ada",
      },
    ]);
    expect((listed.json["data"] as { user: string }[]).map(({ user }) => user)).toContain("cleo");
    expect(listed.text).not.toMatch(/password|scrypt|sessions/);
    expect((await ask("PATCH", "/v1/people/cleo", { roles: [] })).json).toMatchObject({ roles: [], permissions: [] });
    expect((await ask("DELETE", "/v1/people/cleo")).status).toBe(204);
    expect((await ask("DELETE", "/v1/people/cleo")).json["code"]).toBe("person_not_found");
  });

  test.each([
    ["a short password", { user: "x", password: "short", roles: [] }, 422, "/password"],
    ["a role that there is not", { user: "x", password: PASSWORD, roles: ["boss"] }, 422, "/roles/0"],
    ["an unknown field", { user: "x", password: PASSWORD, roles: [], admin: true }, 422, "/admin"],
  ])("is refused %s, which is not repeated", async (_, json, status, pointer) => {
    const answer = await ask("POST", "/v1/people", json);
    expect([answer.status, (answer.json["errors"] as { pointer: string }[])[0]?.pointer]).toEqual([status, pointer]);
    expect(answer.text).not.toContain('"short"');
  });

  test("the last administrator can neither be removed nor demoted, also not by two at the same time", async () => {
    expect((await ask("DELETE", "/v1/people/ada")).json["code"]).toBe("last_administrator");
    expect((await ask("PATCH", "/v1/people/ada", { roles: ["viewer"] })).json["code"]).toBe("last_administrator");

    await ask("POST", "/v1/people", { user: "dora", password: PASSWORD, roles: ["administrator"] });
    const dora = await world.browserOf("dora");
    const both = await Promise.all([ask("DELETE", "/v1/people/dora"), world.as(dora, "DELETE", "/v1/people/ada")]);
    const left = (await world.people.list()).filter(({ roles }) => roles.includes("administrator"));
    expect(both.filter(({ status }) => status === 204).length).toBe(1);
    expect(left.length).toBe(1);
  });
});
