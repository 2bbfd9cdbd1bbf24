/**
 * A database, user or password that Redis refuses: no program starts, each says why with exit code 78, and nothing is
 * written to another database.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { checkRedis, connectRedis, formatFindings, type RedisRole, systemClock } from "@surefill/runtime";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";
import { waitFor } from "../../support/wait-for.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const ROLES = ["api", "ledger", "queue-producer", "queue-worker"] as const satisfies readonly RedisRole[];

let server: PrivateRedis;
let cluster: PrivateRedis;
let admin: Redis;

const USERS = {
  "no-select": ["~*", "+@all", "-select"],
  "no-info": ["~*", "+@all", "-info"],
  "no-scripts": ["~*", "+@all", "-@scripting"],
  "no-writes": ["~*", "+@all", "-hset", "-xadd"],
  "other-keys": ["~other:*", "+@all"],
  "read-only-keys": ["%R~surefill:*", "+@all"],
  enough: ["~surefill:*", "+@all", "-@dangerous", "-@admin", "+info", "+config|get"],
} as const;

beforeAll(async () => {
  [server, cluster] = await Promise.all([startPrivateRedis(), startPrivateRedis({ "cluster-enabled": "yes" })]);
  admin = new Redis(server.url);
  for (const [name, rules] of Object.entries(USERS)) await admin.call("ACL", "SETUSER", name, "on", ">pw", ...rules);
});

afterAll(async () => {
  admin.disconnect();
  await Promise.all([server.stop(), cluster.stop()]);
});

const urlOf = (path: string, user = "") => `redis://${user}127.0.0.1:${server.port}${path}`;

describe.each(ROLES)("a %s connection", (role) => {
  test.each([
    ["a database that is not there", () => urlOf("/99"), "DB index is out of range"],
    ["a user who may not choose a database", () => urlOf("/1", "no-select:pw@"), "NOPERM"],
    ["a wrong password", () => urlOf("", "enough:canary@"), "WRONGPASS"],
    ["a user who is not there", () => urlOf("", "nobody:canary@"), "WRONGPASS"],
    ["a database of a cluster's node", () => `${cluster.url}/1`, "SELECT is not allowed in cluster mode"],
  ])("is refused for %s, with the words of Redis", async (_, url, words) => {
    const attempt = connectRedis({ url: url(), role, name: "test", onError: () => undefined });
    const error: unknown = await attempt.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "REDIS_REFUSED", message: expect.stringContaining(words) });
    expect(String(error)).not.toContain("canary");
  });

  test("is not ready any more when its database is refused at a later connect, and never on database 0", async () => {
    await admin.call("ACL", "SETUSER", "leaving", "reset", "on", ">pw", "~*", "+@all");
    const refusals: string[] = [];
    const client = await connectRedis({
      url: urlOf("/1", "leaving:pw@"),
      role,
      name: "leaving",
      onError: ({ message }) => refusals.push(message),
    });
    const copy = client.duplicate();
    copy.on("error", () => undefined);
    try {
      await copy.connect();
      await admin.call("ACL", "SETUSER", "leaving", "-select");
      const written = Promise.allSettled([client.set("where", "1"), copy.set("where", "1")]);
      await written;
      await admin.call("CLIENT", "KILL", "USER", "leaving");
      await waitFor(() => expect(refusals.join("\n")).toContain("NOPERM"));
      for (const each of [client, copy]) each.set("where", "2").catch(() => undefined);
      await waitFor(() => expect(refusals.filter((text) => text.includes("NOPERM")).length).toBeGreaterThan(2));
      expect([client.status, copy.status]).not.toContain("ready");
      expect(await admin.exists("where")).toBe(0);
    } finally {
      client.disconnect();
      copy.disconnect();
    }
  });
});

async function findingsOf(user: string): Promise<string> {
  const client = await connectRedis({ url: urlOf("", user), role: "api", name: "test", onError: () => undefined });
  try {
    return formatFindings(await checkRedis(client, { clock: systemClock, prefix: "surefill" }));
  } finally {
    client.disconnect();
  }
}

test.each([
  ["no-info", "refused: INFO"],
  ["no-scripts", "refused: EVAL"],
  ["no-writes", "refused: HSET, XADD"],
  ["other-keys", "refused: EVAL (NOPERM"],
  ["read-only-keys", "EVAL (NOPERM"],
])(
  "what user %s may not do is found before anything is written, with the rule that would allow it",
  async (user, words) => {
    const text = await findingsOf(`${user}:pw@`);
    expect(text).toContain(words);
    expect(text).toContain("ACL SETUSER <user> ~surefill:* +@all -@dangerous -@admin +info +config|get");
  },
);

test("the user of the rule that is recommended may do all that is needed", async () => {
  expect(await findingsOf("enough:pw@")).toBe("");
});

/** Runs a program to its end. */
async function run(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], STATE_DIR: newStateDir(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece: Buffer) => (output += piece));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}

const SETTINGS = {
  API_KEYS: `billing:${"0".repeat(64)}`,
  RELOADLY_ENVIRONMENT: "local",
  RELOADLY_URL: "http://127.0.0.1:9",
  RELOADLY_CLIENT_ID: "sandbox-client",
  RELOADLY_CLIENT_SECRET: "sandbox-secret",
  PRODUCER_PORT: "0",
  WORKER_PORT: "0",
};

const PROGRAMS = {
  producer: ["apps/producer/dist/main.js"],
  worker: ["apps/worker/dist/main.js"],
  "surefill verify": ["apps/cli/bin/surefill.js", "verify"],
  "surefill rebuild": ["apps/cli/bin/surefill.js", "rebuild", "--no-journals", "--no-report"],
  "npm run events": ["scripts/events.mjs", "--once"],
} as const;

test.each(Object.entries(PROGRAMS))(
  "%s ends with 78 and the reason, whatever it is that is refused",
  async (_, args) => {
    const urls = [urlOf("/99"), urlOf("/1", "no-select:pw@"), urlOf("/?db=3"), `${cluster.url}/1`];
    const runs = await Promise.all(urls.map((REDIS_URL) => run(args, { ...SETTINGS, REDIS_URL })));
    expect(runs.map(({ code }) => code)).toEqual([78, 78, 78, 78]);
    const reasons = ["DB index is out of range", "NOPERM", "has a query", "cluster mode"];
    for (const [index, reason] of reasons.entries()) expect(runs[index]?.output).toContain(reason);
    expect(await admin.dbsize()).toBe(0);
  },
);
