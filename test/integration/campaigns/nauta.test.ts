/** A Nauta account in a campaign's file is paid by its e-mail address, once, as a phone is. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CampaignWorld, openCampaignWorld, rowsOf } from "./campaign-world.js";

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
  await world.startWorker();
});
afterAll(() => world.close());

const MAPPING = { phone: "phone", email: "nauta", operator: "operator", amount: "amount" };
const file = (...rows: string[]) => `phone,nauta,operator,amount\n${rows.join("\n")}\n`;
const codesOf = (problems: { codes: { code: string }[] }[] = []) =>
  problems.flatMap(({ codes }) => codes.map(({ code }) => code)).toSorted();

test("addresses and phones in one file are planned, paid and told, and nobody is paid twice", async () => {
  const csv = file(
    ",Ana@nauta.com.cu,685,10",
    ",ana@NAUTA.com.cu,685,10",
    "luis@nauta.co.cu,,Nauta Cuba,15",
    "+2348031231001,,341,5",
    ",eva@gmail.com,685,10",
    ",eva@nauta.com.cu,684,10",
    "+5352345678,,685,10",
    ",eva@nauta.com.cu,,10",
    "+2348031231002,eva@nauta.com.cu,685,10",
  );
  const id = await world.draft(csv, { mapping: MAPPING });
  const { plan } = await world.check(id);
  expect(plan?.rows).toMatchObject({ total: 9, planned: 3, rejected: 6 });
  expect(codesOf(plan?.problems)).toEqual([
    "EMAIL_INVALID",
    "OPERATOR_NEEDS_EMAIL",
    "OPERATOR_NEEDS_PHONE",
    "OPERATOR_NOT_DETECTED",
    "RECIPIENT_DUPLICATE",
    "RECIPIENT_TWICE",
  ]);

  await world.start(id);
  await world.until(id, "completed");
  const results = rowsOf((await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text);
  expect(results.map(({ state }) => state)).toEqual([
    "succeeded",
    "not-sent",
    "succeeded",
    "succeeded",
    ...Array.from({ length: 5 }, () => "not-sent"),
  ]);
  const { identifiers } = world.pipeline.sandbox.books();
  expect(identifiers?.map(({ executions }) => executions)).toEqual([1, 1, 1]);

  const { json } = await world.call("GET", `/v1/campaigns/${id}/rows?state=succeeded`);
  expect(json.data).toContainEqual(
    expect.objectContaining({ phone: null, email: "a•••@nauta.com.cu", countryCode: "CU", operatorId: 685 }),
  );
  expect((await world.call("GET", "/v1/topups?phone=ana@nauta.com.cu")).json.data).toHaveLength(1);
});

test("an address that was paid by another campaign is not paid again by accident", async () => {
  const id = await world.draft(file(",ana@nauta.com.cu,685,10", ",new@nauta.com.cu,685,10"), { mapping: MAPPING });
  const { plan } = await world.check(id);
  expect(plan?.rows).toMatchObject({ planned: 1, rejected: 1 });
  expect(codesOf(plan?.problems)).toEqual(["RECIPIENT_PAID_RECENTLY"]);
});
