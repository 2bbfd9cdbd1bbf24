/** Who gave a command to a campaign, or a top-up, is on record with it: in its history, and in the event that tells of it. */
import { newApiKey } from "@surefill/producer";
import { isCampaignEvent } from "@surefill/topup";
import { CampaignFeed, Campaigns, LOG_START, readEvents } from "@surefill/topup-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { feedNext, plannedRows, referenceAt, startedCampaign } from "../../support/test-campaign.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "./campaign-world.js";

const closer = newApiKey("closer");

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld({ keyEntries: [closer.entry] });
});
afterEach(() => world.close());

const eventsNow = async () => {
  const { client, prefix } = world.pipeline.redis;
  return readEvents(client, prefix, LOG_START, 1_000);
};

test("a campaign's history has every command with the name of its API key, and so have its events", async () => {
  const id = await world.draft(fileOf(endingsOf(3)));
  await world.call("PATCH", `/v1/campaigns/${id}`, { json: { name: "Another name" } });
  await world.start(id);
  for (const command of ["pause", "resume", "cancel"]) {
    expect((await world.call("POST", `/v1/campaigns/${id}/${command}`)).status).toBe(200);
    // Asked for again it changes nothing, and is not told again.
    expect((await world.call("POST", `/v1/campaigns/${id}/${command}`)).status).toBe(200);
  }
  const { history } = (await world.get(id)) as unknown as { history: { command: string; key: string | null }[] };
  const commands = ["create", "edit", "check", "start", "pause", "resume", "cancel"];
  expect(history.map(({ command }) => command)).toEqual(commands);
  expect(history.map(({ key }) => key)).toEqual(commands.map(() => "test"));
  const told = (await eventsNow()).filter(isCampaignEvent).map(({ type, key }) => [type, key]);
  expect(told).toEqual([
    ["campaign.checked", undefined],
    ["campaign.started", "test"],
    ["campaign.paused", "test"],
    ["campaign.resumed", "test"],
    ["campaign.cancelled", "test"],
  ]);
});

test("a retry is recorded as such in the history of the campaign that it makes", async () => {
  const id = await world.draft(fileOf(endingsOf(1)));
  await world.start(id);
  await world.startWorker();
  await world.until(id, "completed");
  const retried = await world.call("POST", `/v1/campaigns/${id}/retry`, { json: { classes: ["operator"] } });
  expect(retried.status).toBe(201);
  const { history } = (await world.get(String(retried.json["id"]))) as unknown as { history: object[] };
  expect(history).toMatchObject([{ command: "retry", from: null, to: "draft", key: "test" }]);
});

test("what a cancelled campaign withdraws names the API key that cancelled it: record, history and event", async () => {
  const { client, prefix } = world.pipeline.redis;
  const campaigns = new Campaigns(client, { prefix });
  const rows = plannedRows(3);
  const campaign = await startedCampaign(campaigns, rows);
  await feedNext(new CampaignFeed(client, world.pipeline.ledger, { prefix }), campaign, rows);
  const cancelled = await world.call("POST", `/v1/campaigns/${campaign.id}/cancel`, { key: closer.key });
  expect(cancelled.json).toMatchObject({ state: "cancelling" });
  // A change of the name is no part of the cancel.
  await world.call("PATCH", `/v1/campaigns/${campaign.id}`, { json: { name: "Another name" } });
  await world.startWorker();
  await world.until(campaign.id, "cancelled");

  for (const { row } of rows) {
    const [record] = await world.pipeline.ledger.records([referenceAt(row)]);
    expect(record).toMatchObject({ state: "cancelled", commandKey: "closer" });
    expect((await world.pipeline.ledger.history(referenceAt(row))).at(-1)).toMatchObject({
      to: "cancelled",
      because: "withdrawn",
      key: "closer",
    });
  }
  const told = (await eventsNow()).filter(({ type }) => type === "topup.cancelled" || type === "campaign.cancelled");
  expect(told.map(({ key }) => key)).toEqual(["closer", "closer", "closer", "closer"]);
});

test("a top-up that is withdrawn says by which API key, in its history and its event", async () => {
  const json = { operatorId: 341, amount: "5", recipientPhone: { countryCode: "NG", number: "+2348031231000" } };
  await world.call("POST", "/v1/topups", { json: { ...json, reference: "t-1", metadata: { wave: "2" } } });
  expect((await world.call("POST", "/v1/topups/t-1/cancel")).status).toBe(200);
  const { history } = (await world.call("GET", "/v1/topups/t-1")).json as { history: object[] };
  expect(history.at(-1)).toMatchObject({ to: "cancelled", because: "withdrawn", key: "test" });
  const told = (await eventsNow()).filter((event) => !isCampaignEvent(event));
  expect(told).toMatchObject([{ type: "topup.cancelled", reference: "t-1", key: "test" }]);
});

test("the event of a completion has what was debited and delivered, as the top-up has", async () => {
  await world.startWorker();
  const json = { operatorId: 341, amount: "5", recipientPhone: { countryCode: "NG", number: "+2348031231000" } };
  await world.call("POST", "/v1/topups", { json: { ...json, reference: "t-1" } });
  await world.pipeline.until("t-1", "succeeded");
  const { settlement } = (await world.call("GET", "/v1/topups/t-1")).json as { settlement: Record<string, string> };
  const { cost, costCurrency, delivered, deliveredCurrency } = settlement;
  const told = (await eventsNow()).filter((event) => !isCampaignEvent(event));
  expect(told).toMatchObject([{ type: "topup.succeeded", cost, costCurrency, delivered, deliveredCurrency }]);
  expect(Number(cost)).toBeGreaterThan(0);
  const page = (await world.call("GET", "/v1/events")).json as { data: { data: object }[] };
  expect(page.data[0]?.data).toMatchObject({ cost, costCurrency, delivered, deliveredCurrency });
});
