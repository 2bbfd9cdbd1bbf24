/**
 * Files of the two formats that need no mapping, from upload to plan: what their amounts mean stands, whatever else is
 * chosen for the check, and when their refused rows come back mended.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CampaignWorld, openCampaignWorld } from "./campaign-world.js";

const PAYING_AGAIN = { recentlyPaid: { days: 30, action: "allow" } };

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
});
afterAll(() => world.close());

/** Two people in Kenya, 50 shillings each. */
const LOCAL_FILE = "number,amount,country,tolerance\n0712345671,50,KE,0\n0712345672,50,KE,0\n";
const FORMAT_MAPPING = { phone: "number", amount: "amount", country: "country", tolerance: "tolerance" };
const SHILLINGS = [{ operatorId: 265, rows: 2, local: { rows: 2, amount: "100", currency: "KES" } }];

/** Checks a draft over a file whose mapping is left to its format, unless `body` has one. */
async function planOf(csv: string, body: Record<string, unknown> = {}) {
  const { plan } = await world.check(await world.draft(csv, { mapping: undefined, ...body }));
  return plan;
}

describe("the amounts of go-reloadly's format", () => {
  test.each([
    ["nothing", {}],
    ["a run", { options: { run: "2026-12-salaries" } }],
    ["a country", { options: { defaultCountry: "KE" } }],
    ["what becomes of duplicates", { options: { duplicates: "allow" } }],
    ["a budget", { limits: { budget: "10" } }],
    ["the format's own mapping", { mapping: FORMAT_MAPPING }],
    ["the format's own mapping, and a run", { mapping: FORMAT_MAPPING, options: { run: "2026-11-salaries" } }],
  ])("are local when a campaign chooses %s", async (_what, body) => {
    expect((await planOf(LOCAL_FILE, body))?.byOperator).toMatchObject(SHILLINGS);
  });

  test("are the account's where the caller says so", async () => {
    const plan = await planOf(LOCAL_FILE, { options: { useLocalAmount: false } });

    expect(plan?.total).toMatchObject({ rows: 2, face: "100" });
    expect(plan?.byOperator[0]).not.toHaveProperty("local");
  });

  test("are the account's under another mapping, whose maker said what the columns mean", async () => {
    const { tolerance: _, ...other } = FORMAT_MAPPING;
    const plan = await planOf(LOCAL_FILE, { mapping: other });

    expect(plan?.total).toMatchObject({ rows: 2, face: "100" });
  });

  test.each([
    ["adds a run", { run: "2027-01-salaries" }],
    ["takes back that they are the account's", { useLocalAmount: null }],
  ])("are local after a change that %s", async (_what, options) => {
    const before = "useLocalAmount" in options ? { options: { useLocalAmount: false } } : {};
    const id = await world.draft(LOCAL_FILE, { mapping: undefined, ...before });

    const changed = await world.call("PATCH", `/v1/campaigns/${id}`, { json: { options } });

    expect(changed.json["options"]).toMatchObject({ useLocalAmount: true });
    expect((await world.check(id)).plan?.byOperator).toMatchObject(SHILLINGS);
  });
});

describe("refused rows, downloaded, mended and uploaded as they are", () => {
  /** Has a file checked, mends what was refused of it, and checks that as a file of its own, twice. */
  async function mendedPlan(csv: string, wrong: string, right: string) {
    const id = await world.draft(csv, { mapping: undefined });
    expect((await world.check(id)).plan?.rows).toMatchObject({ planned: 1, rejected: 1 });
    const { text } = await world.call("GET", `/v1/campaigns/${id}/problems.csv`);
    // Checked before it is mended, it is refused once more, and has our columns twice.
    const again = await world.draft(text, { mapping: undefined });
    expect((await world.check(again)).plan?.rows).toMatchObject({ planned: 0, rejected: 1 });
    const twice = (await world.call("GET", `/v1/campaigns/${again}/problems.csv`)).text;
    expect(twice).toContain("problem,hint,surefill_problem,surefill_hint\n");
    return [await planOf(text.replace(wrong, right)), await planOf(twice.replace(wrong, right))];
  }

  test("of go-reloadly's format are still of it: their amounts are local", async () => {
    const csv = "number,amount,country,tolerance\n0712345671,50,KE,0\n071234567,50,KE,0\n";

    for (const plan of await mendedPlan(csv, "071234567,", "0712345672,")) {
      expect(plan).toMatchObject({ rows: { planned: 1 }, byOperator: [{ local: { rows: 1, amount: "50" } }] });
    }
  });

  test("of Reloadly's sample are still of it: each row says whether its amount is local", async () => {
    const csv = "CountryCode,PhoneNumber,IsLocal,Amount\nKE,0712345671,true,50\nKE,071234567,true,50\n";

    for (const plan of await mendedPlan(csv, "071234567,", "0712345672,")) {
      expect(plan).toMatchObject({ rows: { planned: 1 }, byOperator: [{ local: { rows: 1, amount: "50" } }] });
    }
  });
});

describe("a result file of go-reloadly's format", () => {
  /** What became of two people of whom one was paid 50 shillings, and the number of the other is too short. */
  async function resultsOfOnePaid(csv: string): Promise<string> {
    const worker = await world.startWorker();
    const id = await world.draft(csv, { mapping: undefined });
    await world.start(id);
    await world.until(id, "completed");
    await worker.close();
    return (await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text;
  }

  test("pays nobody again that it names as paid, not even where paying again is allowed", async () => {
    const csv = "number,amount,country,tolerance\n0712341671,50,KE,0\n071234167,50,KE,0\n";
    const results = await resultsOfOnePaid(csv);
    const upload = await world.upload(results.replace("071234167,", "0712341672,"));

    const refused = await world.call("POST", "/v1/campaigns", {
      json: { upload, name: "Again", options: PAYING_AGAIN },
    });
    expect(refused.status).toBe(422);
    const { suggestedMapping } = (await world.call("GET", `/v1/uploads/${upload}`)).json as {
      suggestedMapping: { mapping: Record<string, string> };
    };
    expect(refused.text).toContain(JSON.stringify(JSON.stringify(suggestedMapping.mapping)).slice(1, -1));
    const plan = await planOf(results.replace("071234167,", "0712341672,"), {
      mapping: suggestedMapping.mapping,
      options: PAYING_AGAIN,
    });

    expect(plan?.problems).toMatchObject([{ rows: 1, codes: [{ code: "REFERENCE_USED" }] }]);
    expect(plan?.byOperator).toMatchObject([{ rows: 1, local: { rows: 1, amount: "50", currency: "KES" } }]);
  });
});
