/** A small campaign from its file to its results, over HTTP, with every kind of outcome on the way. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld, rowsOf } from "./campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld();
});
afterEach(() => world.close());

const results = async (id: string) => (await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text;
const start = async (id: string, planHash: string | null) =>
  world.call("POST", `/v1/campaigns/${id}/start`, { json: { planHash } });
/** What the provider says it has executed: how many times for each reference. */
const executions = () =>
  (world.pipeline.sandbox.books().identifiers ?? []).map(({ customIdentifier, executions: times }) => [
    customIdentifier,
    times,
  ]);

test("a file becomes a plan, the plan top-ups, and the results say what became of each row", async () => {
  await world.startWorker();
  const csv = fileOf(["0001", "0003", "0006", ...endingsOf(5)]).replace("+2348031230001", "not a number");
  const id = await world.draft(csv, { name: "Spring" });

  const { plan } = await world.check(id);
  expect(plan).toMatchObject({
    currency: "USD",
    rows: { total: 8, planned: 7, rejected: 1 },
    // 7 x 5 USD with 3 % discount.
    total: { rows: 7, face: "35", discount: "1.05", fee: "0", cost: "33.95", reserve: "35" },
    byOperator: [{ operatorId: 341, rows: 7, cost: "33.95" }],
    balance: { now: "10000", after: "9966.05" },
  });
  expect(plan?.problems).toMatchObject([{ repair: "fix-number", rows: 1, codes: [{ code: "PHONE_NOT_A_NUMBER" }] }]);
  expect((await start(id, plan?.planHash ?? "")).status).toBe(200);
  const done = await world.until(id, "completed");

  expect(done.progress?.rows).toMatchObject({
    planned: 7,
    succeeded: 5,
    refunded: 1,
    rejected: 1,
    waiting: 0,
    final: 7,
  });
  expect(done.progress?.money).toMatchObject({ confirmed: "24.25", inFlight: "0", atRisk: "0", reserved: "0" });
  expect(done.progress?.failures).toEqual([
    { class: "recipient", code: "INVALID_RECIPIENT_PHONE", operatorId: 341, operator: "MTN Nigeria", rows: 1 },
    {
      class: "provider",
      code: "SERVICE_TO_OPERATOR_TEMPORARILY_UNAVAILABLE",
      operatorId: 341,
      operator: "MTN Nigeria",
      rows: 1,
    },
  ]);
  const rows = rowsOf(await results(id));
  expect(Object.keys(rows[0] ?? {}).slice(0, 6)).toEqual([
    "number",
    "operator",
    "amount",
    "state",
    "reason",
    "reference",
  ]);
  expect(rows.map(({ state, reason }) => [state, reason])).toEqual([
    ["not-sent", "PHONE_NOT_A_NUMBER"],
    ["refunded", "SERVICE_TO_OPERATOR_TEMPORARILY_UNAVAILABLE"],
    ["rejected", "INVALID_RECIPIENT_PHONE"],
    ...endingsOf(5).map(() => ["succeeded", ""]),
  ]);
  expect(rows[7]).toMatchObject({
    number: "+2348031231004",
    reference: `${plan?.run}.8`,
    cost: "4.85000",
    costCurrency: "USD",
    counted: "4.85",
    delivered: "7142.5",
    deliveredCurrency: "NGN",
    transactionId: expect.stringMatching(/^\d+$/),
    finalAt: expect.stringMatching(/Z$/),
  });
  const series = (await world.call("GET", `/v1/campaigns/${id}/series`)).json as { points: Record<string, number>[] };
  const sum = (name: string) => series.points.reduce((total, point) => total + Number(point[name]), 0);
  expect([sum("sent"), sum("succeeded"), sum("refunded"), sum("rejected"), sum("spent")]).toEqual([7, 5, 1, 1, 24.25]);
});

test("the rejected rows come back with their own columns, so that they can be mended and sent", async () => {
  const id = await world.draft(
    'number,operator,amount,name\n=cmd|x,341,5,"a ""b"", c"\n+2348031231000,341,5,d\n,341,zero,e\n',
  );
  await world.check(id);

  const answer = await world.call("GET", `/v1/campaigns/${id}/problems.csv`);

  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
  expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${id}-problems.csv"`);
  expect(answer.text.split("\n")).toEqual([
    "number,operator,amount,name,problem,hint",
    expect.stringMatching(/^"'=cmd\|x",341,5,"a ""b"", c",PHONE_FORMULA,.+/),
    expect.stringMatching(/^,341,zero,e,PHONE_MISSING AMOUNT_INVALID,.+; .+/),
    "",
  ]);
});

describe("a start", () => {
  test("at other prices than the plan's is refused with the difference, until the campaign is checked again", async () => {
    const id = await world.draft(fileOf(endingsOf(10)));
    const { planHash } = await world.check(id);
    world.pipeline.sandbox.setPrice(341, { internationalDiscount: "1" });

    const refused = await start(id, planHash);

    expect(refused.status).toBe(409);
    expect(refused.json).toMatchObject({
      code: "plan_changed",
      difference: {
        total: { before: "48.5", after: "49.5" },
        operators: [
          {
            operatorId: 341,
            rows: 10,
            cost: { before: "48.5", after: "49.5" },
            changes: [{ field: "internationalDiscount", before: "3", after: "1" }],
          },
        ],
      },
    });
    expect((await world.get(id)).state).toBe("ready");
    const again = await world.check(id);
    expect(again.plan?.total).toMatchObject({ cost: "49.5" });
    expect(again.planHash).not.toBe(planHash);
    expect((await start(id, planHash)).json).toMatchObject({
      code: "plan_changed",
      difference: { planHash: { agreedTo: planHash, current: again.planHash } },
    });
    expect((await start(id, again.planHash)).status).toBe(200);
    expect(world.pipeline.sandbox.books().totals.posts).toBe(0);
  });

  test("that is asked for again under the same plan changes nothing", async () => {
    const id = await world.draft(fileOf(["1000"]));
    const { planHash } = await world.check(id);
    const first = await start(id, planHash);

    const second = await start(id, planHash);

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.json["startedAt"]).toBe(first.json["startedAt"]);
  });

  test("at a time that has long passed is refused, until the time is taken back", async () => {
    const id = await world.draft(fileOf(["1000"]), {
      limits: { startAt: { at: "2026-01-02T08:00", zone: "Africa/Nairobi" } },
    });
    const { planHash } = await world.check(id);

    const refused = await start(id, planHash);

    expect([refused.status, refused.json["code"]]).toEqual([409, "start_time_passed"]);
    expect(refused.json["detail"]).toContain("2026-01-02T08:00 in Africa/Nairobi, has passed");
    expect((await world.get(id)).state).toBe("ready");
    await world.call("PATCH", `/v1/campaigns/${id}`, { json: { limits: { startAt: null } } });
    expect((await start(id, planHash)).json["state"]).toBe("running");
  });

  test("at a time that has just passed, while the plan was being read, is a start at once", async () => {
    const at = new Date(Date.now() - 120_000).toISOString().slice(0, 19);
    const id = await world.draft(fileOf(["1000"]), { limits: { startAt: { at, zone: "UTC" } } });
    const { planHash } = await world.check(id);
    expect((await start(id, planHash)).json["state"]).toBe("running");
  });

  test("in the future is scheduled, and says what it waits for", async () => {
    const id = await world.draft(fileOf(["1000"]), {
      limits: { startAt: { at: "2099-01-01T08:00", zone: "Africa/Nairobi" } },
    });
    const { planHash } = await world.check(id);

    const { json } = await start(id, planHash);

    expect(json).toMatchObject({ state: "scheduled", startAt: "2099-01-01T05:00:00.000Z" });
    expect((await world.get(id)).progress?.waitsFor).toEqual([
      { what: "start-time", until: "2099-01-01T05:00:00.000Z", detail: null },
    ]);
  });
});

test("the same file a second time pays nobody twice, and says so for every row", async () => {
  await world.startWorker();
  const csv = fileOf(endingsOf(5));
  const first = await world.draft(csv);
  await world.start(first);
  await world.until(first, "completed");

  const second = await world.draft(csv, { options: { recentlyPaid: { days: 30, action: "allow" } } });
  const checked = await world.check(second);

  expect(checked.plan).toMatchObject({ rows: { total: 5, planned: 0, rejected: 5 } });
  expect(checked.plan?.problems).toMatchObject([
    { repair: "already-sent", rows: 5, codes: [{ code: "REFERENCE_USED", rows: 5 }] },
  ]);
  expect((await start(second, checked.planHash)).json["code"]).toBe("plan_empty");
  expect(executions()).toHaveLength(5);
});

test("a list that was started under two campaigns at once pays each row once, and the results tell which one did", async () => {
  const csv = fileOf(endingsOf(4));
  const [one, two] = [await world.draft(csv), await world.draft(csv)];
  const [first, second] = [await world.check(one), await world.check(two)];
  await start(one, first.planHash);
  await start(two, second.planHash);
  await world.startWorker();
  await Promise.all([world.until(one, "completed"), world.until(two, "completed")]);

  const states = [...rowsOf(await results(one)), ...rowsOf(await results(two))].map(({ state }) => state);

  expect(states.toSorted()).toEqual([...Array(4).fill("already"), ...Array(4).fill("succeeded")]);
  expect(executions().map(([, times]) => times)).toEqual([1, 1, 1, 1]);
});

test("a recipient who was paid by another campaign is held back, unless that is allowed on purpose", async () => {
  await world.startWorker();
  const paid = await world.draft(fileOf(["1000"]));
  await world.start(paid);
  await world.until(paid, "completed");
  const next = fileOf(["1000", "1001"], { amount: "6" });

  const careful = await world.check(await world.draft(next));
  const allowed = await world.check(
    await world.draft(next, { options: { recentlyPaid: { days: 30, action: "allow" } } }),
  );

  expect(careful.plan).toMatchObject({ rows: { planned: 1, rejected: 1 } });
  expect(careful.plan?.problems).toMatchObject([{ repair: "confirm-paid-again", rows: 1, cost: "5.82" }]);
  expect(allowed.plan).toMatchObject({ rows: { planned: 2, rejected: 0 } });
});

test("a retry sends the failed rows of the chosen classes again, under references of their own, once", async () => {
  await world.startWorker();
  // 0006: refused for the recipient. 0033: refused by the operator.
  const id = await world.draft(fileOf(["0006", "0033", "1000"]));
  const { plan } = await world.check(id);
  await start(id, plan?.planHash ?? "");
  await world.until(id, "completed");
  const retry = async (classes: string[]) => {
    const answer = await world.call("POST", `/v1/campaigns/${id}/retry`, { json: { classes } });
    expect(answer.status, answer.text).toBe(201);
    return String(answer.json["id"]);
  };

  const again = await retry(["operator"]);
  const shown = await world.get(again);
  expect(shown).toMatchObject({ state: "draft", retryOf: { campaign: id, classes: ["operator"] } });
  const checked = await world.check(again);
  expect(checked.plan).toMatchObject({ run: `${plan?.run}-r1`, rows: { total: 3, planned: 1, leftOut: 2 } });
  await start(again, checked.planHash);
  await world.until(again, "completed");

  expect(rowsOf(await results(again)).map(({ number, reference, state }) => [number, reference, state])).toEqual([
    ["+2348031230033", `${plan?.run}-r1.2`, "rejected"],
  ]);
  const twice = await world.check(await retry(["operator", "recipient"]));
  expect(twice.plan).toMatchObject({ rows: { total: 3, planned: 1, rejected: 1, leftOut: 1 } });
  expect(twice.plan?.problems[0]?.codes).toEqual([{ code: "REFERENCE_USED", rows: 1 }]);
  const third = await world.call("POST", `/v1/campaigns/${again}/retry`, { json: { classes: ["operator"] } });
  expect((await world.check(String(third.json["id"]))).plan?.run).toBe(`${plan?.run}-r2`);
});

test("references of the file are kept, and a retry puts its suffix behind them", async () => {
  await world.startWorker();
  const csv = "number,operator,amount,ref\n+2348031230033,341,5,Order-1\n+2348031231000,341,5,Order-2\n";
  const mapping = { phone: "number", operator: "operator", amount: "amount", reference: "ref" };
  const id = await world.draft(csv, { mapping });
  await world.start(id);
  await world.until(id, "completed");

  const retry = await world.call("POST", `/v1/campaigns/${id}/retry`, { json: { classes: ["operator"] } });
  await world.check(String(retry.json["id"]));

  expect(rowsOf(await results(id)).map(({ reference }) => reference)).toEqual(["order-1", "order-2"]);
  expect(rowsOf(await results(String(retry.json["id"]))).map(({ reference }) => reference)).toEqual(["order-1-r1"]);
});

test("the PIN of a PIN operator stands in the results, and in no list", async () => {
  await world.startWorker();
  const id = await world.draft("number,operator,amount\n+306907039456,672,5.45\n");
  await world.start(id);
  await world.until(id, "completed");

  const [row] = rowsOf(await results(id));
  const list = await world.call("GET", `/v1/campaigns/${id}/rows?state=succeeded`);

  expect(row?.["pinCode"]).toMatch(/^\d+$/);
  expect(row?.["pinSerial"]).not.toBe("");
  expect(list.text).toContain("•••");
  expect(list.text).not.toContain(row?.["pinCode"] ?? "");
});
