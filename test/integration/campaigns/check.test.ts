/** What happens around a check: processes that end, people who change their minds, a provider that is away. */
import { Campaigns, Ledger, OperatorMemory } from "@surefill/topup-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
let campaigns: Campaigns;
beforeEach(async () => {
  world = await openCampaignWorld();
  campaigns = new Campaigns(world.pipeline.redis.client, { prefix: world.pipeline.redis.prefix });
});
afterEach(() => world.close());

const withoutOperators = (endings: readonly string[]) => fileOf(endings, { operator: "" });
const catalogueFault = (kind: "html-502", times?: number) =>
  world.pipeline.sandbox.setFaultPlan({
    rules: [{ match: { operation: "catalogue" }, fault: { kind }, ...(times !== undefined && { times }) }],
  });
/** Makes the check of a campaign look as if its process had said nothing for a minute. */
async function silence(id: string): Promise<void> {
  const { client, prefix } = world.pipeline.redis;
  await client.hset(`${prefix}:{0}:k:${id}`, "checkedAt", String(Date.now() - 60_000));
}

test("a check that a dead process left behind is run again by a producer that lives", async () => {
  const id = await world.draft(fileOf(endingsOf(3)));
  // Begun, and run by nobody: as a process leaves it that is killed at this moment.
  await campaigns.beginCheck(id);
  await silence(id);

  const ready = await world.until(id, "ready");

  expect(ready.plan?.rows).toMatchObject({ total: 3, planned: 3 });
  expect(ready.check).toMatchObject({ problem: null });
});

test("a check that somebody else runs is left to them", async () => {
  const id = await world.draft(fileOf(endingsOf(3)));
  await campaigns.beginCheck(id);

  const asked = await world.call("POST", `/v1/campaigns/${id}/check`);

  expect([asked.status, asked.json["state"]]).toEqual([202, "checking"]);
  expect((await campaigns.find(id))?.check?.planVersion).toBe(1);
});

test("an edit during a check voids it: the campaign is a draft, and stays one", async () => {
  const id = await world.draft(withoutOperators(endingsOf(1)));
  world.pipeline.sandbox.setFaultPlan({
    rules: [{ match: { operation: "catalogue" }, fault: { kind: "slow", delayMs: 1_500 } }],
  });
  await world.call("POST", `/v1/campaigns/${id}/check`);

  const edited = await world.call("PATCH", `/v1/campaigns/${id}`, { json: { options: { run: "other" } } });
  world.pipeline.sandbox.setFaultPlan({ rules: [] });
  const again = await world.check(id);

  expect(edited.json).toMatchObject({ state: "draft", planHash: null });
  expect(again.plan).toMatchObject({ run: "other", rows: { planned: 1 } });
});

test("a check without the provider is given up with its reason, and can be asked for again", async () => {
  const id = await world.draft(fileOf(endingsOf(2)));
  catalogueFault("html-502");

  await world.call("POST", `/v1/campaigns/${id}/check`);
  const givenUp = await world.until(id, "draft");
  world.pipeline.sandbox.setFaultPlan({ rules: [] });

  expect(givenUp.check?.problem).toBe("Reloadly did not answer in time (RELOADLY_SERVER_ERROR). Check again later.");
  expect((await world.check(id)).check?.problem).toBeNull();
});

test("operators that the file does not name are detected once for each number, and remembered for all", async () => {
  const csv = withoutOperators([...endingsOf(4), "1000"]).replace("+2348031231003", "+254712345678");
  const first = await world.check(await world.draft(csv, { options: { duplicates: "allow" } }));
  // From here on nobody can be asked.
  world.pipeline.sandbox.setFaultPlan({
    rules: [{ match: { operation: "catalogue" }, fault: { kind: "html-502" } }],
  });

  const second = await world.check(await world.draft(csv, { options: { duplicates: "allow" } }));

  for (const { plan } of [first, second]) {
    expect(plan?.byOperator.map(({ operatorId, rows }) => [operatorId, rows])).toEqual([
      [341, 4],
      [265, 1],
    ]);
    expect(plan?.assumptions).toContainEqual(expect.objectContaining({ assumption: "operator-detected", rows: 5 }));
  }
});

test("a number that no operator is known for is a problem of its row, and one that fails is asked for again", async () => {
  // The local Reloadly knows no Kenyan operator for 020, and answers 500 for India, as the real sandbox does.
  const csv = "number,operator,amount\n+919812345678,,5\n+2348031231000,,5\n";
  const ledger = await Ledger.open(world.pipeline.redis.client, {
    prefix: world.pipeline.redis.prefix,
    processId: "test",
  });
  const memory = new OperatorMemory(world.pipeline.redis.client, { prefix: world.pipeline.redis.prefix });

  const { plan } = await world.check(await world.draft(csv));

  expect(plan?.problems).toMatchObject([{ codes: [{ code: "OPERATOR_NOT_DETECTED", rows: 1 }] }]);
  const hashes = ["919812345678", "2348031231000"].map((phone) => ledger.recipientHash(phone));
  expect(await memory.detected(hashes)).toEqual([undefined, 341]);
});

test("a number of a country that the provider does not serve costs its row, and not the check", async () => {
  const csv = "number,operator,amount\n+221771234567,,5\n+237671234567,,5\n+2348031231000,,5\n";

  const { plan } = await world.check(await world.draft(csv));

  expect(plan).toMatchObject({
    rows: { total: 3, planned: 1, rejected: 2 },
    problems: [{ codes: [{ code: "OPERATOR_NOT_DETECTED", rows: 2 }] }],
  });
});

test("a file of several chunks is judged whole, and says how far the check is", async () => {
  const id = await world.draft(fileOf(endingsOf(1_203)));

  const { plan, check } = await world.check(id);

  expect(plan?.rows).toMatchObject({ total: 1_203, planned: 1_203 });
  expect(check?.rowsChecked).toBe(1_203);
  const page = (await world.call("GET", `/v1/campaigns/${id}/rows?limit=200&cursor=1100`)).json as {
    data: { row: number }[];
  };
  expect([page.data.length, page.data.at(-1)?.row]).toEqual([103, 1_203]);
});

test("an operator that sells by circle is planned, with a word where its circles differ, and kept in the plan", async () => {
  const csv = "number,operator,amount\n+919812345671,200,0.14\n+919812345672,200,2.09\n+919812345673,200,0.15\n";
  const id = await world.draft(csv);

  const { plan, planHash } = await world.check(id);

  expect(plan?.rows).toMatchObject({ planned: 2, rejected: 1 });
  expect(plan?.byOperator).toMatchObject([{ operatorId: 200, rows: 2, face: "2.23" }]);
  expect(plan?.assumptions).toContainEqual(expect.objectContaining({ assumption: "amount-of-some-circles", rows: 1 }));
  expect(plan?.problems).toMatchObject([{ samples: [{ hint: expect.stringContaining("0.14 or 0.28 USD") }] }]);
  const { text } = await world.call("GET", `/v1/campaigns/${id}/plan.json`);
  const [airtel] = JSON.parse(text).end.prices;
  expect([JSON.parse(text).planHash, airtel.circles.length]).toEqual([planHash, 23]);
});

test("the hash of a plan can be made again from what is told of it", async () => {
  const { createHash } = await import("node:crypto");
  const { hashPlanChunk, hashPlanEnd, hashPlanStart } = await import("@surefill/campaign");
  const id = await world.draft(`${fileOf(endingsOf(700))}nobody,341,5\n`);
  const { planHash } = await world.check(id);

  const { text } = await world.call("GET", `/v1/campaigns/${id}/plan.json`);

  const plan = JSON.parse(text);
  const hash = createHash("sha256");
  hashPlanStart(hash, plan.basis);
  for (const chunk of plan.chunks) hashPlanChunk(hash, JSON.stringify(chunk));
  hashPlanEnd(hash, plan.end);
  expect(hash.digest("hex")).toBe(planHash);
  expect(plan).toMatchObject({ format: "surefill-plan-1", campaign: id, planHash });
  expect(plan.chunks.map((chunk: unknown[]) => chunk.length)).toEqual([500, 201]);
  expect(
    text
      .split("\n")
      .slice(1, -2)
      .map((line) => line.startsWith("[")),
  ).toEqual([true, true]);
});

test("the same file, mapping and prices make the same plan, and another amount makes another", async () => {
  const csv = fileOf(endingsOf(5));

  const one = await world.check(await world.draft(csv));
  const two = await world.check(await world.draft(csv, { name: "again" }));
  const other = await world.check(await world.draft(fileOf(endingsOf(5), { amount: "6" })));

  expect(one.planHash).toBe(two.planHash);
  expect(other.planHash).not.toBe(one.planHash);
});
