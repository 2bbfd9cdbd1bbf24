/**
 * Files of the two formats that need no mapping, from upload to plan: what their amounts mean stands, whatever else is
 * chosen for the check.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CampaignWorld, openCampaignWorld } from "./campaign-world.js";

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
