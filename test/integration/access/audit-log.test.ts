/** What people and keys do is written down as it happens, in a chain that an export can be held against. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "@surefill/access";
import { AuditLog } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runSurefill } from "../../support/surefill.js";
import { topupBody } from "../producer/running-producer.js";
import { type AccessWorld, BY_COMMAND_LINE, type Cookie, PASSWORD, startAccessWorld } from "./access-world.js";

const PHONE = "2348012345678";

let world: AccessWorld;
let ada: Cookie;
let ben: Cookie;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "surefill-audit-"));
  world = await startAccessWorld();
  env = { REDIS_URL: world.redis.url, REDIS_PREFIX: world.redis.prefix };
  await world.addPerson("ada", ["administrator"]);
  await world.addPerson("ben", ["operator"]);
  ada = await world.browserOf("ada");
  ben = await world.browserOf("ben");
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** What was written while something was done. */
async function written(act: () => Promise<unknown>): Promise<AuditEntry[]> {
  const { head } = await world.auditLog.head();
  await act();
  return world.auditLog.read(head.number + 1, 100);
}

const facts = (entries: readonly AuditEntry[]) =>
  entries.map(({ action, phase, by, target, result }) => [action, phase, by.name, target?.id ?? null, result]);

describe("an entry says who, what, from where and what came of it", () => {
  test("of a sign-in and of a failed one, without what was typed for a user that is not there", async () => {
    const entries = await written(async () => {
      await world.signIn("ben");
      await world.signIn("ben", "wrong wrong wrong");
      await world.signIn("my-secret-password", PASSWORD);
    });

    expect(facts(entries)).toEqual([
      ["session.created", "done", "person:ben", "ben", "ok"],
      ["session.refused", "done", "", "ben", "sign_in_failed"],
      ["session.refused", "done", "", null, "sign_in_failed"],
    ]);
    expect(entries[0]).toMatchObject({ address: "127.0.0.1", requestId: expect.stringMatching(/^req_/) });
    expect(JSON.stringify(entries)).not.toMatch(/wrong wrong|my-secret/);
  });

  test("of changes to people and keys, with what was before and after, in one entry", async () => {
    const entries = await written(async () => {
      await world.as(ada, "PATCH", "/v1/people/ben", { json: { roles: ["operator", "viewer"], password: PASSWORD } });
      const made = await world.as(ada, "POST", "/v1/keys", { json: { name: "shop", roles: ["viewer"], own: true } });
      await world.as(ada, "DELETE", `/v1/keys/${made.json["id"]}`);
      ben = await world.browserOf("ben");
    });
    const [changed, made, revoked] = entries;

    expect(entries.map(({ action }) => action)).toEqual([
      "person.changed",
      "key.created",
      "key.revoked",
      "session.created",
    ]);
    expect(changed).toMatchObject({
      before: { roles: ["operator"] },
      after: { roles: ["viewer", "operator"], password: "changed" },
    });
    expect(made).toMatchObject({ before: null, after: { name: "shop", permissions: ["read"], own: true } });
    expect(revoked).toMatchObject({ before: { name: "shop" }, after: { state: "revoked" } });
    expect(JSON.stringify(entries)).not.toMatch(/scrypt|sf_|correct horse/);
  });

  test("of a refusal, once a minute for the same one", async () => {
    const entries = await written(async () => {
      for (let index = 0; index < 3; index += 1) await world.as(ben, "GET", "/v1/keys");
      await world.as({ ...ben, origin: "https://evil.example" }, "POST", "/v1/campaigns", { json: {} });
      await world.call("GET", "/v1/keys");
      await world.call("GET", "/v1/keys", { key: null });
    });

    expect(facts(entries)).toEqual([
      ["request.refused", "done", "person:ben", "GET /v1/keys", "permission_missing"],
      ["request.refused", "done", "person:ben", "POST /v1/campaigns", "origin_refused"],
      ["request.refused", "done", "test", "GET /v1/keys", "permission_missing"],
    ]);
    expect(entries[0]?.after).toEqual({ permission: "people" });
  });

  test("of a refusal of a revoked key, and none of one that nobody knows", async () => {
    const { secret, id } = await world.addKey({ name: "was", roles: ["viewer"] });
    await world.as(ada, "DELETE", `/v1/keys/${id}`);
    const entries = await written(async () => {
      await world.call("GET", "/v1/gates", { key: secret });
      await world.call("GET", "/v1/gates", { key: `${secret.slice(0, -1)}x` });
    });

    expect(facts(entries)).toEqual([["request.refused", "done", "was", "GET /v1/gates", "key_invalid"]]);
  });

  test("of commands before they are done and after, with what came of them", async () => {
    const entries = await written(async () => {
      await world.as(ben, "POST", "/v1/campaigns/cmp_01900000-0000-7000-8000-000000000000/pause");
      await world.as(ben, "POST", "/v1/uploads?name=wave.csv", {
        body: "phone,amount\n+2348012345678,5\n",
        headers: { "content-type": "text/csv" },
      });
    });

    expect(facts(entries)).toEqual([
      ["campaign.paused", "intent", "person:ben", "cmp_01900000-0000-7000-8000-000000000000", ""],
      ["campaign.paused", "outcome", "person:ben", "cmp_01900000-0000-7000-8000-000000000000", "campaign_not_found"],
      ["upload.received", "intent", "person:ben", null, ""],
      ["upload.received", "outcome", "person:ben", null, "ok"],
    ]);
  });

  test("of nothing that was not valid in the first place, nor of an ordinary read", async () => {
    const entries = await written(async () => {
      await world.as(ben, "POST", "/v1/campaigns/x/pause");
      await world.as(ben, "POST", "/v1/campaigns", { json: { nonsense: true } });
      await world.as(ben, "GET", "/v1/topups?state=queued");
    });

    expect(entries).toEqual([]);
  });
});

describe("full numbers", () => {
  beforeAll(async () => {
    await world.call("POST", "/v1/topups", { json: topupBody({ reference: "secret-number" }) });
  });
  const numberIn = async (browser: Cookie, query = "") => {
    const { status, json } = await world.as(browser, "GET", `/v1/topups/secret-number${query}`);
    return [status, (json["recipientPhone"] as { number: string } | undefined)?.number ?? json["code"]];
  };

  test("are shown to who asks for them and may, and that is written down", async () => {
    const entries = await written(async () => {
      expect(await numberIn(ben)).toEqual([200, expect.stringMatching(/\*|•/)]);
      expect(await numberIn(ben, "?reveal=false")).toEqual([200, expect.not.stringContaining(PHONE)]);
      expect(await numberIn(ben, "?reveal=true")).toEqual([200, PHONE]);
      expect((await world.as(ben, "GET", "/v1/topups/none?reveal=true")).status).toBe(404);
    });

    expect(facts(entries)).toEqual([["topup.revealed", "done", "person:ben", "secret-number", "ok"]]);
  });

  test("are refused to who may not see them", async () => {
    await world.addPerson("vera", ["viewer"]);
    const vera = await world.browserOf("vera");

    expect(await numberIn(vera)).toEqual([200, expect.not.stringContaining(PHONE)]);
    expect(await numberIn(vera, "?reveal=true")).toEqual([403, "permission_missing"]);
    const endpoint = { url: "https://receiver.example/x", eventTypes: "all", includeRecipient: true };
    const { secret } = await world.addKey({ name: "hooks", permissions: ["webhooks"] });
    const answer = await world.call("POST", "/v1/webhook-endpoints", { key: secret, json: endpoint });
    expect([answer.status, answer.json["permission"]]).toEqual([403, "reveal"]);
  });

  test("are shown to keys of the environment as ever, and written down only where they ask", async () => {
    const entries = await written(async () => {
      const { json } = await world.call("GET", "/v1/topups/secret-number");
      expect(json["recipientPhone"]).toEqual({ countryCode: "NG", number: PHONE });
    });

    expect(entries).toEqual([]);
  });

  test("stand nowhere in the log", async () => {
    const all = await world.auditLog.read(1, 10_000);
    expect(JSON.stringify(all)).not.toContain(PHONE);
  });
});

test("what cannot be written down is not done", async () => {
  const { auditHead } = keysOf(world);
  await world.redis.client.rename(auditHead, `${auditHead}-aside`);
  await world.redis.client.set(auditHead, "not a hash");
  const { status } = await world.as(ada, "POST", "/v1/keys", { json: { name: "unwritten", roles: ["viewer"] } });
  await world.redis.client.rename(`${auditHead}-aside`, auditHead);

  expect(status).toBeGreaterThanOrEqual(500);
  expect((await world.accessKeys.list()).map(({ name }) => name)).not.toContain("unwritten");
});

const keysOf = ({ redis: { prefix } }: AccessWorld) => ({
  auditHead: `${prefix}:{0}:al-head`,
  auditLog: `${prefix}:{0}:al`,
});

test("what a caller has given up on before its turn is not written down later", async () => {
  const gone = new AbortController();
  const { head } = await world.auditLog.head();
  const first = world.auditLog.append(BY_COMMAND_LINE);
  const second = world.auditLog.append(BY_COMMAND_LINE, gone.signal);
  gone.abort(new Error("given up"));
  const third = world.auditLog.append(BY_COMMAND_LINE);

  await expect(second).rejects.toThrow("given up");
  await Promise.all([first, third]);
  expect((await world.auditLog.head()).head.number).toBe(head.number + 2);
});

describe("the chain", () => {
  test("holds while several processes write at the same time, without a gap", async () => {
    const { client, prefix } = world.redis;
    const logs = Array.from(
      { length: 4 },
      () => new AuditLog(client, { prefix, keptMs: 86_400_000, witness: world.ledger.witness }),
    );
    const { head } = await world.auditLog.head();
    await Promise.all(logs.flatMap((log) => Array.from({ length: 10 }, () => log.append(BY_COMMAND_LINE))));
    const after = await world.auditLog.read(head.number + 1, 100);

    expect(after.map(({ number }) => number)).toEqual(
      Array.from({ length: 40 }, (_, index) => head.number + 1 + index),
    );
  });

  test("is exported over HTTP and by the command, and both verify offline", async () => {
    const overHttp = await world.as(ada, "GET", "/v1/audit-log/export");
    const byCommand = await runSurefill(env, "audit-log", "export");
    expect(overHttp.headers.get("content-type")).toBe("application/x-ndjson");

    for (const [name, text] of [
      ["http", overHttp.text],
      ["command", byCommand.printed],
    ] as const) {
      const file = join(folder, name);
      await writeFile(file, text);
      const { code, printed } = await runSurefill({}, "audit-log", "verify", file);
      expect([code, printed]).toEqual([0, expect.stringContaining("The chain holds: ")]);
    }
  });

  test("that was changed in Redis itself is found, and the entry is named", async () => {
    const { text } = await world.as(ada, "GET", "/v1/audit-log/export");
    const lines = text.trim().split("\n");
    const touched = lines.with(1, (lines[1] ?? "").replace('"person', '"key'));
    const file = join(folder, "touched");
    for (const [wrong, words] of [
      [touched, "entry 2 was changed"],
      [lines.toSpliced(2, 1), "entry 3 was removed"],
      [lines.toSpliced(2, 1).toSpliced(4, 0, lines[2] ?? ""), "entry 3 is out of order"],
      [lines.slice(0, -1), "is cut"],
    ] as const) {
      await writeFile(file, `${wrong.join("\n")}\n`);
      const { code, printed } = await runSurefill({}, "audit-log", "verify", file);
      expect([code, printed]).toEqual([1, expect.stringContaining(words)]);
    }
    expect((await runSurefill({}, "audit-log", "verify", join(folder, "none"))).code).toBe(2);
  });
});

describe("is read", () => {
  test("newest first, page by page, each entry once", async () => {
    const all = (await world.auditLog.read(1, 10_000)).map(({ number }) => number).reverse();
    const seen: number[] = [];
    for (let query = "?limit=7"; query !== ""; ) {
      const { status, json, text } = await world.as(ada, "GET", `/v1/audit-log${query}`);
      expect(status, text).toBe(200);
      seen.push(...(json["data"] as AuditEntry[]).map(({ number }) => number));
      query = json["hasMore"] === true ? `?limit=7&before=${json["nextBefore"]}` : "";
    }

    expect(seen).toEqual(all);
  });

  test("by action, person, kind and target", async () => {
    const found = async (query: string) =>
      (await world.as(ada, "GET", `/v1/audit-log?${query}`)).json["data"] as AuditEntry[];
    const byAction = await found("action=topup.revealed");
    const byPerson = await found("by=person:ben&target=secret-number");
    const byKind = await found("kind=environment-key");

    expect(facts(byAction)).toEqual([["topup.revealed", "done", "person:ben", "secret-number", "ok"]]);
    expect(byPerson).toEqual(byAction);
    expect(new Set(byKind.map(({ by }) => by.name))).toEqual(new Set(["test"]));
    const [{ at = "" } = {}] = byAction;
    const end = new Date(Date.parse(at) + 1).toISOString();
    expect((await found(`since=${at}&until=${end}`)).map(({ number }) => number)).toContain(byAction[0]?.number);
    expect((await found(`until=${at}`)).map(({ number }) => number)).not.toContain(byAction[0]?.number);
    expect(await found("since=2099-01-01T00:00:00Z")).toEqual([]);
    expect((await world.as(ada, "GET", "/v1/audit-log?action=nothing")).status).toBe(422);
  });
});

test("entries are dropped when their time is over, and what is left still verifies", async () => {
  const own = await startAccessWorld();
  try {
    let nowMs = await own.ledger.nowMs();
    const options = { prefix: own.redis.prefix, keptMs: 1_000, witness: own.ledger.witness, nowMs: () => nowMs };
    const log = new AuditLog(own.redis.client, options);
    for (let index = 0; index < 6; index += 1) await log.append(BY_COMMAND_LINE);
    nowMs += 2_000;
    for (let index = 0; index < 3; index += 1) await log.append(BY_COMMAND_LINE);
    const left = await log.read(1, 100);
    expect(left.map(({ number }) => number)).toEqual([7, 8, 9]);

    const exported = await runSurefill({ ...env, REDIS_PREFIX: own.redis.prefix }, "audit-log", "export");
    const file = join(folder, "short");
    await writeFile(file, exported.printed);
    const { code, printed } = await runSurefill({}, "audit-log", "verify", file);
    expect([code, printed]).toEqual([0, expect.stringContaining("entries before 7 are not in it")]);
  } finally {
    await own.close();
  }
});
