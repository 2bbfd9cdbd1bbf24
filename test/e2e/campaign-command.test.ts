/**
 * `surefill campaign …` as a person types it, on a real producer, worker and Redis with the local Reloadly: what it
 * prints, what it writes, and the code that it ends with. One world for all, so that each campaign is small.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type CampaignWorld,
  endingsOf,
  fileOf,
  openCampaignWorld,
  rowsOf,
} from "../integration/campaigns/campaign-world.js";
import { type CommandRun, runSurefill } from "../support/surefill.js";

const BIN = fileURLToPath(new URL("../../apps/cli/bin/surefill.js", import.meta.url));
const MAP = ["--map", "phone=number", "--map", "operator=operator", "--map", "amount=amount"];

let world: CampaignWorld;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "surefill-command-"));
  world = await openCampaignWorld({ sandbox: { recordPosts: true } });
  await world.startWorker();
});

afterAll(async () => {
  await world.close();
  await rm(dir, { recursive: true });
});

const address = () => ({ SUREFILL_URL: world.producer.url, SUREFILL_KEY: world.producer.key });

function campaign(...args: string[]): Promise<CommandRun> {
  return runSurefill(address(), "campaign", ...args);
}

/** Writes a list of recipients; each `line` is a block of numbers that nobody else has. */
async function listOf(name: string, endings: readonly string[], line: number, more = ""): Promise<string> {
  const path = join(dir, `${name}.csv`);
  await writeFile(path, fileOf(endings, { line }) + more);
  return path;
}

/** Checks a list; answers the campaign and the plan that its last line offers to start. */
async function checked(path: string, ...flags: string[]): Promise<{ id: string; plan: string; run: CommandRun }> {
  const run = await campaign("check", path, ...MAP, ...flags);
  const [, id = "", plan = ""] = /surefill campaign start (cmp_\S+) --plan ([0-9a-f]{64})\n$/.exec(run.printed) ?? [];
  expect(id, run.printed + run.told.join("\n")).not.toBe("");
  return { id, plan, run };
}

/** A campaign that takes longer than its test: forty rows, two a second. */
async function longCampaign(name: string, line: number): Promise<string> {
  const { id, plan } = await checked(await listOf(name, endingsOf(40), line), "--rate", "2");
  expect(await campaign("start", id, "--plan", plan)).toMatchObject({ code: 0, printed: `${id} is running.\n` });
  return id;
}

describe("a list of recipients, from file to pack", () => {
  let file: string;
  let id: string;
  let pack: string;

  beforeAll(async () => {
    const bad = "2.34803E+12,341,5\n+2348031239999,341,0.00001\n";
    file = await listOf("whole", [...endingsOf(8), "0003", "0006"], 803_123, bad);
    pack = join(dir, "pack");
  });

  test("check says what will be sent, what it costs and what is wrong, and sends nothing", async () => {
    const { id: made, run } = await checked(file);
    id = made;
    expect(run.code).toBe(0);
    expect(run.printed).toContain("12 rows, 3 columns (number, operator, amount)");
    expect(run.printed).toContain("10 of 12 rows will be sent, 2 will not.");
    expect(run.printed).toMatch(/NG +MTN.*\(341\) +10 +50 /);
    expect(run.printed).toContain("1 row not sent, worth 4.85 USD: Format the column as text");
    expect(run.printed).toContain("PHONE_SPREADSHEET_DAMAGE 1");
    expect(run.printed).toContain("the spreadsheet has rounded the number");
    expect(run.printed).not.toContain("WARNING");
    expect(run.printed).toMatch(/^ +10 {2}The amount names no currency: it was read in the account's\.$/m);
    expect(run.printed).not.toContain("own currencies");
    expect(world.pipeline.sandbox.books({ rows: false }).totals.posts).toBe(0);
  });

  test("problems gives the refused rows back with what is wrong with each", async () => {
    const out = join(dir, "problems.csv");
    expect(await campaign("problems", id, "--out", out)).toMatchObject({ code: 0, printed: "" });
    const rows = rowsOf(await readFile(out, "utf8"));
    expect(rows.map(({ number, problem }) => ({ number, problem }))).toEqual([
      { number: "2.34803E+12", problem: "PHONE_SPREADSHEET_DAMAGE" },
      { number: "+2348031239999", problem: expect.stringMatching(/^AMOUNT_/) },
    ]);
  });

  test("start refuses a plan that is not the one that was checked", async () => {
    const run = await campaign("start", id, "--plan", "0".repeat(64));
    expect(run).toMatchObject({ code: 1, printed: "" });
    expect(run.told.join("\n")).toMatch(/plan/i);
  });

  test("start --watch stays until every row is final, and says how they ended", async () => {
    const plan = (await world.get(id)).planHash ?? "";
    const run = await campaign("start", id, "--plan", plan, "--watch");
    expect(run.code).toBe(0);
    const lines = run.printed.trimEnd().split("\n");
    expect(lines[0]).toBe(`${id} is running.`);
    expect(lines.at(-1)).toMatch(/100 % completed · 10\/10 final · 8 succeeded · 1 refunded · 1 rejected · [\d.]+ USD/);
    expect(world.pipeline.sandbox.books({ rows: false }).totals).toMatchObject({
      executions: 9,
      identifiersWithSeveralExecutions: 0,
    });
  });

  test("results tells what became of every row, on standard output as in a file", async () => {
    const run = await campaign("results", id);
    const rows = rowsOf(run.printed);
    expect(rows).toHaveLength(12);
    const states = rows.map(({ state }) => state);
    expect(states.slice(8)).toEqual(["refunded", "rejected", "not-sent", "not-sent"]);
    expect(new Set(states.slice(0, 8))).toEqual(new Set(["succeeded"]));
  });

  test("the pack verifies offline against the file, and the ledger against the provider", async () => {
    expect(await campaign("results", id, "--pack", pack)).toMatchObject({ code: 0 });
    const offline = await runSurefill({}, "campaign", "verify", pack, "--input", file);
    expect(offline).toMatchObject({ code: 0, told: [] });
    expect(offline.printed).toContain("The pack is whole, and its sums tie out.");
    expect(offline.printed).not.toContain("FALSE");
    const audit = await runSurefill(world.pipeline.env, "verify", "--settled", "--books");
    expect(audit, audit.printed).toMatchObject({ code: 0 });
    expect(audit.printed).toMatch(/top-ups +10, of which open: 0/);
  });

  test("a pack is never written over another", async () => {
    const run = await campaign("results", id, "--pack", pack);
    expect(run).toMatchObject({ code: 2, told: [`${pack} is not empty: a pack needs a folder of its own.`] });
  });

  const replaceIn = (name: string, change: (text: string) => string) => async (folder: string) => {
    const path = join(folder, name);
    const before = await readFile(path, "utf8");
    const after = change(before);
    expect(after).not.toBe(before);
    await writeFile(path, after);
  };
  const lineAway = (text: string) => text.replace(/\n[^\n]*succeeded[^\n]*/, "");

  test.each([
    {
      change: "an amount in a row of the results",
      tamper: replaceIn("results.csv", (text) => text.replace(/(succeeded,.*?),(\d+(?:\.\d+)?),USD/, "$1,999.5,USD")),
      finds: ["results.csv's SHA-256", "USD that was debited, summed by row"],
    },
    {
      change: "a row taken out of the results",
      tamper: replaceIn("results.csv", lineAway),
      finds: ["results.csv's SHA-256", "rows with a result", "rows succeeded", "USD that was debited, summed by row"],
    },
    {
      change: "a row taken out, and the manifest's hash mended",
      tamper: async (folder: string) => {
        await replaceIn("results.csv", lineAway)(folder);
        const sha256 = createHash("sha256")
          .update(await readFile(join(folder, "results.csv")))
          .digest("hex");
        await replaceIn("manifest.json", (text) =>
          text.replace(/("results": \{\s+"sha256": ")[0-9a-f]+/, `$1${sha256}`),
        )(folder);
      },
      finds: ["rows with a result", "rows succeeded", "USD that was debited, summed by row"],
    },
    {
      change: "one transaction told for two rows",
      tamper: replaceIn("results.csv", (text) => {
        const [first = "", second = ""] = [...text.matchAll(/succeeded,,[^,]+,(\d+)/g)].map(([, found]) => found ?? "");
        return text.replace(second, first);
      }),
      finds: ["results.csv's SHA-256", "transactions that stand in two rows"],
    },
    {
      change: "the sum in the manifest",
      tamper: replaceIn("manifest.json", (text) => text.replace(/"confirmed": "[^"]+"/, '"confirmed": "1"')),
      finds: ["USD that was debited, summed by row"],
    },
    {
      change: "a number in the plan",
      tamper: replaceIn("plan.json", (text) => text.replace("2348031231000", "2348031231999")),
      finds: ["plan.json's SHA-256", "the planHash, made again from plan.json"],
    },
    {
      change: "a plan that ends in the middle",
      tamper: replaceIn("plan.json", (text) => text.slice(0, text.indexOf("\n") + 1)),
      finds: ["plan.json's SHA-256", "plan.json can be read"],
    },
    {
      change: "results that are no table",
      tamper: replaceIn("results.csv", (text) => `${text}"`),
      finds: ["results.csv's SHA-256", "results.csv can be read"],
    },
  ])("a pack that was tampered with is found: $change", async ({ tamper, finds }) => {
    const copy = await mkdtemp(join(dir, "tampered-"));
    await cp(pack, copy, { recursive: true });
    await tamper(copy);
    const run = await runSurefill({}, "campaign", "verify", copy, "--input", file);
    expect(run).toMatchObject({ code: 1, told: [] });
    const found = [...run.printed.matchAll(/^FALSE {2}(.+?): /gm)].map(([, what]) => what);
    expect(found).toEqual(finds);
    expect(run.printed).toContain("The pack is NOT what it claims to be.");
  });

  test("another file than the one that was uploaded is found", async () => {
    const other = await listOf("other", ["1000"], 803_124);
    const run = await runSurefill({}, "campaign", "verify", pack, "--input", other, "--json");
    const { verdict, checks } = JSON.parse(run.printed) as { verdict: string; checks: { isTrue: boolean }[] };
    expect({ code: run.code, verdict }).toEqual({ code: 1, verdict: "not-true" });
    expect(checks.filter(({ isTrue }) => !isTrue)).toEqual([
      expect.objectContaining({ what: "the input file's SHA-256" }),
    ]);
  });

  test("retry makes a checked plan of the rows that failed for the reasons that are named, and of no others", async () => {
    const run = await campaign("retry", id, "--class", "recipient");
    expect(run.code).toBe(0);
    expect(run.printed).toMatch(new RegExp(`^cmp_\\S+ is a retry of ${id}\\.`));
    expect(run.printed).toMatch(/\b1 of 1\d* rows will be sent/);
    const nothing = await campaign("retry", id, "--class", "operator");
    expect(nothing.code).toBe(1);
  });

  test("the same file once more says that it was used, and would pay nobody", async () => {
    const run = await campaign("check", file, ...MAP);
    expect(run.code).toBe(1);
    expect(run.printed).toContain(`This very file was used before, by ${id}`);
    expect(run.printed).toContain("0 of 12 rows will be sent, 12 will not.");
  });
});

test.each([
  ["a run", ["--run", "2026-12-salaries"]],
  ["a country", ["--country", "ke"]],
])(
  "%s that is named for a list of a known format leaves its amounts in the currency that they are in",
  async (_what, flags) => {
    const path = join(dir, "salaries.csv");
    await writeFile(path, "number,amount,country,tolerance\n0712345671,50,KE,0\n");

    const run = await campaign("check", path, ...flags, "--json");

    expect(JSON.parse(run.printed)).toMatchObject({
      plan: { byOperator: [{ rows: 1, local: { rows: 1, amount: "50", currency: "KES" } }] },
    });
  },
);

test("amounts in the operators' own currencies are said to be that, and added up in each", async () => {
  const path = join(dir, "local.csv");
  await writeFile(
    path,
    "number,amount,country,tolerance\n0712345681,50,KE,0\n0712345682,70.5,KE,0\n08031239701,1000,NG,0\n",
  );

  const { printed } = await campaign("check", path);

  expect(printed).toMatch(/In the operators' own currencies\n +rows +amount\n +KES +2 +120\.5\n +NGN +1 +1000\n/);
  expect(printed).toMatch(/^ +3 {2}The amount names no currency: it was read in the operator's own, not in the acc/m);
});

test("pause, resume and cancel each say where the campaign is and what is still in flight", async () => {
  const id = await longCampaign("controlled", 803_200);
  await vi.waitFor(async () => expect((await world.get(id)).rows?.fed).toBeGreaterThan(0), { timeout: 10_000 });

  const paused = await campaign("pause", id);
  expect(paused.code).toBe(0);
  expect(paused.printed).toMatch(
    new RegExp(`^${id} is paused\\. (Nothing is in flight\\.|\\d+ rows? in flight, to settle by themselves; .*)\n$`),
  );
  expect(await campaign("resume", id)).toMatchObject({ code: 0, printed: `${id} is running.\n` });

  const cancelled = await campaign("cancel", id, "--json");
  const answer = JSON.parse(cancelled.printed) as { id: string; stillInFlight: object };
  expect(answer).toMatchObject({ id, stillInFlight: { rows: expect.any(Number), cost: expect.any(String) } });
  const watched = await campaign("watch", id);
  expect(watched.code).toBe(1);
  expect(watched.printed).toContain("cancelled");
  expect((await campaign("resume", id)).code).toBe(1);
});

test("with --json every line is one object: the plan, each look, the list, a refusal", async () => {
  const path = await listOf("json", [...endingsOf(5), "0002"], 803_210);
  const made = JSON.parse((await campaign("check", path, ...MAP, "--json")).printed) as {
    id: string;
    planHash: string;
  };
  const started = await campaign("start", made.id, "--plan", made.planHash, "--watch", "--json");
  expect(started.code).toBe(0);
  const looks = started.printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string; state: string });
  expect(new Set(looks.map(({ id }) => id))).toEqual(new Set([made.id]));
  expect(looks.at(-1)?.state).toBe("completed");
  const list = (await campaign("list", "--json")).printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(list).toContainEqual(expect.objectContaining({ id: made.id, state: "completed" }));
  const refused = await campaign("pause", made.id, "--json");
  expect({ code: refused.code, problem: JSON.parse(refused.printed) }).toMatchObject({
    code: 1,
    problem: { code: expect.any(String), status: 409 },
  });
});

test("a budget below the plan's cost is warned of before anything is started", async () => {
  const { run } = await checked(await listOf("budget", endingsOf(4), 803_220), "--budget", "10");
  expect(run.printed).toMatch(/WARNING: the budget of 10 USD is below the plan's cost of [\d.]+ USD\./);
  const enough = await checked(await listOf("enough", endingsOf(4), 803_221), "--budget", "100");
  expect(enough.run.printed).not.toContain("WARNING");
});

describe("what cannot be carried out is said in one plain sentence, with the documented exit code", () => {
  /** So long that it is refused while it is still being sent. */
  const longFile = async () => {
    const path = join(dir, "long.csv");
    await writeFile(path, `number,operator,amount\n${"+2348031239000,341,5\n".repeat(200_000)}`);
    return path;
  };

  test.each([
    { what: "a wrong key", code: 1, says: /key/i, env: { SUREFILL_KEY: "nobody" }, args: async () => ["list"] },
    {
      what: "a wrong key for a long file",
      code: 1,
      says: /key/i,
      env: { SUREFILL_KEY: "nobody" },
      args: async () => ["check", await longFile(), ...MAP],
    },
    { what: "no key", code: 2, says: /SUREFILL_KEY/, env: { SUREFILL_KEY: "" }, args: async () => ["list"] },
    {
      what: "a producer that is not there",
      code: 2,
      says: /^Surefill cannot be asked at http:\/\/127\.0\.0\.1:9: /,
      env: { SUREFILL_URL: "http://127.0.0.1:9" },
      args: async () => ["list"],
    },
    {
      what: "an address that is none",
      code: 2,
      says: /SUREFILL_URL/,
      env: { SUREFILL_URL: "producer" },
      args: async () => ["list"],
    },
    {
      what: "a file that is not there",
      code: 2,
      says: /no such file.*gone\.csv/,
      args: async () => ["check", "gone.csv"],
    },
    { what: "a folder for a file", code: 2, says: /is no file/, args: async () => ["check", dir] },
    {
      what: "a file without rows",
      code: 1,
      says: /./,
      args: async () => {
        const path = join(dir, "empty.csv");
        await writeFile(path, "");
        return ["check", path];
      },
    },
    {
      what: "a column that the file does not have",
      code: 1,
      says: /handy/,
      args: async () => ["check", await listOf("column", ["1000"], 803_230), "--map", "phone=handy"],
    },
    {
      what: "settings that are no JSON",
      code: 2,
      says: /must be a JSON object with mapping, options and limits/,
      args: async () => {
        const path = join(dir, "settings.json");
        await writeFile(path, "mapping: phone");
        return ["check", await listOf("settings", ["1000"], 803_231), "--settings", path];
      },
    },
    {
      what: "settings that the API does not know",
      code: 1,
      says: /ratePerS/,
      args: async () => {
        const path = join(dir, "limits.json");
        await writeFile(path, '{"limits":{"ratePerS":"fast"}}');
        return ["check", await listOf("limits", ["1000"], 803_232), ...MAP, "--settings", path];
      },
    },
    {
      what: "a campaign that does not exist",
      code: 1,
      says: /cmp_nothing|campaign/i,
      args: async () => ["show", "cmp_nothing"],
    },
    { what: "a folder that holds no pack", code: 2, says: /manifest\.json/, args: async () => ["verify", dir] },
  ])("$what", async ({ code, says, env, args }) => {
    const run = await runSurefill({ ...address(), ...env }, "campaign", ...(await args()));
    expect(run.code).toBe(code);
    expect(run.printed).not.toContain("cmp_");
    expect(run.told.join("\n")).toMatch(says);
    expect(run.told.join("\n")).not.toMatch(/\n\s+at |undefined|\[object/);
  });
});

test("a producer whose ledger is away is no refusal: code 2, and its problem document with --json", async () => {
  const problem = { code: "ledger_unavailable", title: "The ledger does not answer", status: 503 };
  const front = createServer((_, response) => {
    response.writeHead(503, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => front.close(() => resolve())));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const run = await runSurefill({ ...address(), SUREFILL_URL: url }, "campaign", "list", "--json");
  expect({ code: run.code, printed: JSON.parse(run.printed) }).toEqual({ code: 2, printed: problem });
  expect(run.told.join()).toContain("The ledger does not answer");
});

test("watch outlasts a producer that is away for a moment", async () => {
  const { id, plan } = await checked(await listOf("away", endingsOf(12), 803_240));
  let looks = 0;
  const front = createServer(async (request, response) => {
    looks += 1;
    if (looks === 2 || looks === 3) return request.socket.destroy();
    const headers = { authorization: request.headers.authorization ?? "" };
    const answer = await fetch(`${world.producer.url}${request.url}`, { headers });
    response.writeHead(answer.status, { "content-type": "application/json", connection: "close" });
    return response.end(await answer.text());
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => front.close(() => resolve())));
  await campaign("start", id, "--plan", plan);
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const run = await runSurefill({ ...address(), SUREFILL_URL: url }, "campaign", "watch", id);
  expect(looks).toBeGreaterThan(3);
  expect(run.code, run.told.join("\n")).toBe(0);
  expect(run.told.filter((line) => line.startsWith("Surefill cannot be asked"))).toHaveLength(1);
  expect(run.printed).toContain("100 % completed");
});

test("Ctrl-C while watching ends the watching with code 130, and the campaign goes on", async () => {
  const id = await longCampaign("watched", 803_250);
  const child = spawn(process.execPath, [BIN, "campaign", "watch", id], {
    env: { ...process.env, ...address() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = new Promise<number | null>((resolve) => child.once("close", resolve));
  const told: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => told.push(line));
  createInterface({ input: child.stdout }).once("line", () => child.kill("SIGINT"));
  expect(await gone).toBe(130);
  expect(told).toEqual([`No longer watching; ${id} goes on.`]);
  const { rows } = await world.get(id);
  await vi.waitFor(
    async () => {
      const now = await world.get(id);
      expect(now.state).toBe("running");
      expect(now.rows?.fed).toBeGreaterThan(rows?.fed ?? 0);
    },
    { timeout: 10_000 },
  );
  expect((await campaign("cancel", id)).code).toBe(0);
  await world.until(id, "cancelled");
});
