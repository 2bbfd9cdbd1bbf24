/**
 * Every route with every kind of caller. The routes and what they need come from the OpenAPI document, which is made from
 * the route table; what a caller may comes from the roles. So a route that is new is tested without a line here.
 */
import { KEY_PERMISSIONS, newSecret, type Permission, permissionsOf, ROLE_NAMES, type Role } from "@surefill/access";
import { KEY_ROLES } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { type AccessWorld, type Cookie, startAccessWorld } from "./access-world.js";

type Wanted =
  | "admitted"
  | "key_invalid"
  | "session_invalid"
  | "permission_missing"
  | "origin_refused"
  | "outside_binding";
type Row = {
  method: string;
  path: string;
  permission: Permission | "public" | "signed-in";
  bound: boolean;
  isAudited: boolean;
};
type Caller = { name: string; headers: () => Promise<Record<string, string>>; wanted: (row: Row) => Wanted };

let world: AccessWorld;
let rows: Row[];
const browsers = new Map<Role, Cookie>();

beforeAll(async () => {
  world = await startAccessWorld();
  for (const role of ROLE_NAMES) {
    await world.addPerson(role, [role]);
  }
  // The administrator that the matrix lets itself remove is not the last one.
  await world.addPerson("second-administrator", ["administrator"]);
  rows = rowsOf((await world.call("GET", "/openapi.json", { key: null })).json);
});
afterAll(() => world.close());

type Operation = {
  "x-permission": Row["permission"];
  "x-audited": boolean;
  responses: Record<string, { description: string }>;
};

/** Somebody who has signed in with this role. */
async function browserOf(role: Role): Promise<Cookie> {
  const browser = browsers.get(role) ?? (await world.browserOf(role));
  browsers.set(role, browser);
  return browser;
}

function rowsOf(document: Record<string, unknown>): Row[] {
  return Object.entries(document["paths"] as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path
        .replace("{file}", "start.js")
        .replace("{code}", "key_invalid")
        .replace(/\{\w+\}/g, "x"),
      permission: operation["x-permission"],
      isAudited: operation["x-audited"],
      bound: operation.responses["403"]?.description.includes("outside_binding") === true,
    })),
  );
}

const isPublic = ({ permission }: Row) => permission === "public";

/** What is wanted of somebody who is known and may do these. */
const byPermissions =
  (permissions: readonly Permission[], isPerson: boolean) =>
  ({ permission }: Row): Wanted => {
    if (permission === "public") return "admitted";
    if (permission === "signed-in") return isPerson ? "admitted" : "session_invalid";
    return permissions.includes(permission) ? "admitted" : "permission_missing";
  };

/** What is wanted of somebody who is not let in anywhere. */
const nowhere = (code: Wanted) => (row: Row) => (isPublic(row) ? "admitted" : code);

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const made = new Map<string, string>();
const once = async (name: string, make: () => Promise<string>) => {
  const secret = made.get(name) ?? (await make());
  made.set(name, secret);
  return secret;
};

const keysOfRoles = KEY_ROLES.map(
  (role): Caller => ({
    name: `a key of a ${role}`,
    headers: async () =>
      bearer(await once(role, async () => (await world.addKey({ name: role, roles: [role] })).secret)),
    wanted: byPermissions(permissionsOf([role]), false),
  }),
);

const people = ROLE_NAMES.map(
  (role): Caller => ({
    name: `a person who is ${role}`,
    headers: async () => ({ ...(await browserOf(role)) }),
    wanted: byPermissions(permissionsOf([role]), true),
  }),
);

const fromElsewhere =
  (origin: string | undefined): Caller["headers"] =>
  async () => {
    const { cookie } = await browserOf("administrator");
    return { cookie, ...(origin !== undefined && { origin }) };
  };
const crossSite = (row: Row): Wanted => (isPublic(row) || row.method === "GET" ? "admitted" : "origin_refused");

const callers: Caller[] = [
  { name: "nobody", headers: async () => ({}), wanted: nowhere("key_invalid") },
  {
    name: "a key of the environment",
    headers: async () => bearer(world.key),
    wanted: byPermissions(KEY_PERMISSIONS, false),
  },
  ...keysOfRoles,
  {
    name: "a key that is bound to its own top-ups",
    headers: async () => {
      const asked = { name: "bound", permissions: [...KEY_PERMISSIONS], own: true };
      return bearer(await once("bound", async () => (await world.addKey(asked)).secret));
    },
    wanted: (row) => {
      const wanted = byPermissions(KEY_PERMISSIONS, false)(row);
      return wanted === "admitted" && !isPublic(row) && !row.bound ? "outside_binding" : wanted;
    },
  },
  {
    name: "an expired key",
    headers: async () => {
      const asked = { name: "expired", permissions: [...KEY_PERMISSIONS], expiresAtMs: 1 };
      return bearer(await once("expired", async () => (await world.addKey(asked)).secret));
    },
    wanted: nowhere("key_invalid"),
  },
  {
    name: "a revoked key",
    headers: async () =>
      bearer(
        await once("revoked", async () => {
          const { secret, id } = await world.addKey({ name: "revoked", permissions: [...KEY_PERMISSIONS] });
          const browser = await browserOf("administrator");
          const { status } = await world.as(browser, "DELETE", `/v1/keys/${id}`);
          expect(status).toBe(204);
          return secret;
        }),
      ),
    wanted: nowhere("key_invalid"),
  },
  { name: "a key that was made up", headers: async () => bearer(newSecret("sf_")), wanted: nowhere("key_invalid") },
  ...people,
  {
    name: "a session that was made up",
    headers: async () => ({ cookie: `surefill=${newSecret()}`, origin: world.url }),
    wanted: nowhere("session_invalid"),
  },
  {
    name: "the cookie of a session that was signed out of",
    headers: async () => {
      const cookie = await once("signed-out", async () => {
        const browser = await world.browserOf("operator");
        await world.as(browser, "DELETE", "/v1/session");
        return browser.cookie;
      });
      return { cookie, origin: world.url };
    },
    wanted: nowhere("session_invalid"),
  },
  {
    name: "another site, with an administrator's session",
    headers: fromElsewhere("https://evil.example"),
    wanted: crossSite,
  },
  { name: "an administrator's session without an origin", headers: fromElsewhere(undefined), wanted: crossSite },
  { name: "a sandboxed page, with an administrator's session", headers: fromElsewhere("null"), wanted: crossSite },
];

/** A stream that starts does not end; with this it is let in, and then refused. */
const queryOf = ({ path }: Row) => (path === "/v1/events/stream" ? "?after=x" : "");

async function meet(row: Row, headers: Record<string, string>): Promise<Wanted> {
  // On a busy machine Redis may answer late: then nothing was decided.
  const { status, json } = await waitFor(async () => {
    const answer = await world.call(row.method, `${row.path}${queryOf(row)}`, { key: null, headers });
    expect(answer.json["code"]).not.toBe("ledger_unavailable");
    return answer;
  });
  if (status !== 401 && status !== 403) return "admitted";
  return json["code"] as Wanted;
}

describe("each route answers as its row says", () => {
  test.each(callers)("to $name", async ({ headers, wanted }) => {
    const found: string[] = [];
    const expected: string[] = [];
    for (const row of rows) {
      // These end the session with which they are asked.
      const isEnding = row.permission === "signed-in" && row.method === "DELETE";
      const met = await meet(row, await headers());
      if (isEnding && met === "admitted") browsers.clear();
      found.push(`${row.method} ${row.path}: ${met}`);
      expected.push(`${row.method} ${row.path}: ${wanted(row)}`);
    }
    expect(found).toEqual(expected);
    expect(rows.length).toBeGreaterThan(60);
  });
});

/** What changes something and is not in the audit log, with where it is on record instead. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  "POST /v1/topups": "each top-up has its caller and its own history",
  "POST /v1/topups/batch": "each top-up has its caller and its own history",
  "POST /v1/topups/x/cancel": "each top-up has its own history, with who withdrew it",
  "POST /v1/quotes": "changes nothing",
  "POST /v1/webhook-endpoints/x/test": "the endpoint's history and its deliveries",
  "POST /v1/webhook-endpoints/x/replay": "the endpoint's history and its deliveries",
  "POST /v1/webhook-endpoints/x/deliveries/x/redeliver": "the endpoint's history and its deliveries",
};

test("whatever changes something or shows full numbers is in the audit log, or on record elsewhere", () => {
  const silent = rows
    .filter(({ method, permission, isAudited }) => !isAudited && (method !== "GET" || permission === "reveal"))
    .map(({ method, path }) => `${method} ${path}`);

  expect(silent.toSorted()).toEqual(Object.keys(NOT_AUDITED).toSorted());
});
