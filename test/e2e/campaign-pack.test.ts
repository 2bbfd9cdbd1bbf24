/**
 * A list of recipients from the file to the result pack, as a person types it, on a real producer, worker and Redis with
 * the local Reloadly; and what becomes of a pack that was tampered with.
 */
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endingsOf, rowsOf } from "../integration/campaigns/campaign-world.js";
import { type CampaignDesk, MAP, openCampaignDesk } from "../support/campaign-desk.js";
import { runSurefill } from "../support/surefill.js";

let desk: CampaignDesk;
beforeAll(async () => {
  desk = await openCampaignDesk();
});
afterAll(() => desk.close());

describe("a list of recipients, from file to pack", () => {
  let file: string;
  let id: string;
  let pack: string;

  beforeAll(async () => {
    const bad = "2.34803E+12,341,5\n+2348031239999,341,0.00001\n";
    file = await desk.listOf("whole", [...endingsOf(8), "0003", "0006"], 803_123, bad);
    pack = join(desk.dir, "pack");
  });

  test("check says what will be sent, what it costs and what is wrong, and sends nothing", async () => {
    const { id: made, run } = await desk.checked(file);
    id = made;
    expect(run.code).toBe(0);
    expect(run.printed).toContain("12 rows, 3 columns (number, operator, amount)");
    expect(run.printed).toContain("10 of 12 rows will be sent, 2 will not.");
    expect(run.printed).toMatch(/NG +MTN.*\(341\) +10 +50 /);
    expect(run.printed).toContain("1 row not sent, worth 4.85 USD: Format the column as text");
    expect(run.printed).toContain("PHONE_SPREADSHEET_DAMAGE 1");
    expect(run.printed).toContain("was rounded by a spreadsheet");
    expect(run.printed).not.toContain("WARNING");
    expect(run.printed).toMatch(/^ +10 {2}The amount names no currency: it was read in the account's\.$/m);
    expect(run.printed).not.toContain("own currencies");
    expect(desk.world.pipeline.sandbox.books({ rows: false }).totals.posts).toBe(0);
  });

  test("problems gives the refused rows back with what is wrong with each", async () => {
    const out = join(desk.dir, "problems.csv");
    expect(await desk.campaign("problems", id, "--out", out)).toMatchObject({ code: 0, printed: "" });
    const rows = rowsOf(await readFile(out, "utf8"));
    expect(rows.map(({ number, problem }) => ({ number, problem }))).toEqual([
      { number: "2.34803E+12", problem: "PHONE_SPREADSHEET_DAMAGE" },
      { number: "+2348031239999", problem: expect.stringMatching(/^AMOUNT_/) },
    ]);
  });

  test("start refuses a plan that is not the one that was checked", async () => {
    const run = await desk.campaign("start", id, "--plan", "0".repeat(64));
    expect(run).toMatchObject({ code: 1, printed: "" });
    expect(run.told.join("\n")).toMatch(/plan/i);
  });

  test("start --watch stays until every row is final, and says how they ended", async () => {
    const plan = (await desk.world.get(id)).planHash ?? "";
    const run = await desk.campaign("start", id, "--plan", plan, "--watch");
    expect(run.code).toBe(0);
    const lines = run.printed.trimEnd().split("\n");
    expect(lines[0]).toBe(`${id} is running.`);
    expect(lines.at(-1)).toMatch(/100 % completed · 10\/10 final · 8 succeeded · 1 refunded · 1 rejected · [\d.]+ USD/);
    expect(desk.world.pipeline.sandbox.books({ rows: false }).totals).toMatchObject({
      executions: 9,
      identifiersWithSeveralExecutions: 0,
    });
  });

  test("results tells what became of every row, on standard output as in a file", async () => {
    const run = await desk.campaign("results", id);
    const rows = rowsOf(run.printed);
    expect(rows).toHaveLength(12);
    const states = rows.map(({ state }) => state);
    expect(states.slice(8)).toEqual(["refunded", "rejected", "not-sent", "not-sent"]);
    expect(new Set(states.slice(0, 8))).toEqual(new Set(["succeeded"]));
  });

  test("the pack verifies offline against the file, and the ledger against the provider", async () => {
    expect(await desk.campaign("results", id, "--pack", pack)).toMatchObject({ code: 0 });
    const offline = await runSurefill({}, "campaign", "verify", pack, "--input", file);
    expect(offline).toMatchObject({ code: 0, told: [] });
    expect(offline.printed).toContain("The pack is whole, and its sums tie out.");
    expect(offline.printed).not.toContain("FALSE");
    const audit = await runSurefill(desk.world.pipeline.env, "verify", "--settled", "--books");
    expect(audit, audit.printed).toMatchObject({ code: 0 });
    expect(audit.printed).toMatch(/top-ups +10, of which open: 0/);
  });

  test("a pack is never written over another", async () => {
    const run = await desk.campaign("results", id, "--pack", pack);
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
    const copy = await mkdtemp(join(desk.dir, "tampered-"));
    await cp(pack, copy, { recursive: true });
    await tamper(copy);
    const run = await runSurefill({}, "campaign", "verify", copy, "--input", file);
    expect(run).toMatchObject({ code: 1, told: [] });
    const found = [...run.printed.matchAll(/^FALSE {2}(.+?): /gm)].map(([, what]) => what);
    expect(found).toEqual(finds);
    expect(run.printed).toContain("The pack is NOT what it claims to be.");
  });

  test("another file than the one that was uploaded is found", async () => {
    const other = await desk.listOf("other", ["1000"], 803_124);
    const run = await runSurefill({}, "campaign", "verify", pack, "--input", other, "--json");
    const { verdict, checks } = JSON.parse(run.printed) as { verdict: string; checks: { isTrue: boolean }[] };
    expect({ code: run.code, verdict }).toEqual({ code: 1, verdict: "not-true" });
    expect(checks.filter(({ isTrue }) => !isTrue)).toEqual([
      expect.objectContaining({ what: "the input file's SHA-256" }),
    ]);
  });

  test("retry makes a checked plan of the rows that failed for the reasons that are named, and of no others", async () => {
    const run = await desk.campaign("retry", id, "--class", "recipient");
    expect(run.code).toBe(0);
    expect(run.printed).toMatch(new RegExp(`^cmp_\\S+ is a retry of ${id}\\.`));
    expect(run.printed).toMatch(/\b1 of 1\d* rows will be sent/);
    const nothing = await desk.campaign("retry", id, "--class", "operator");
    expect(nothing.code).toBe(1);
  });

  test("the same file once more says that it was used, and would pay nobody", async () => {
    const run = await desk.campaign("check", file, ...MAP);
    expect(run.code).toBe(1);
    expect(run.printed).toContain(`This very file was used before, by ${id}`);
    expect(run.printed).toContain("0 of 12 rows will be sent, 12 will not.");
  });
});
