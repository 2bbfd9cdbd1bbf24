/**
 * Whatever somebody commands over HTTP is on record with the name of the API key that it came with. The commands are those
 * of the route table: a new one has no place to look at here, and fails until it has.
 */
import { newApiKey } from "@surefill/producer";
import { endMove, type LedgerEvent } from "@surefill/topup";
import { LOG_START, readEvents } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { WEBHOOK_SETTINGS } from "../../support/webhook-world.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "../campaigns/campaign-world.js";
import { topupBody, topupRequest } from "./running-producer.js";

const commander = newApiKey("commander");
const ENDPOINTS = "/v1/webhook-endpoints";
const PERSON = { by: "Ada Obi", reason: "seen in the report" };

let world: CampaignWorld;
beforeEach(async () => {
  const { WEBHOOK_ALLOWED_NETWORKS } = WEBHOOK_SETTINGS;
  const settings = { WEBHOOK_ALLOWED_NETWORKS, SEND_DEADLINE_MS: "1", QUIET_MS: "1" };
  world = await openCampaignWorld({ settings, keyEntries: [commander.entry] });
});
afterEach(() => world.close());

/** Every place where the command is on record, with the name that stands there. */
type OnRecord = Record<string, unknown>;
type Json = Record<string, unknown>;

/** Gives the command that a test is about. Everything else is done with another key. */
async function commanded(method: string, path: string, json?: unknown, headers = {}): Promise<Json> {
  const answer = await world.call(method, path, { key: commander.key, headers, ...(json !== undefined && { json }) });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer.json;
}

async function shown(path: string): Promise<Json> {
  const answer = await world.call("GET", path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

async function lastEvent(type: LedgerEvent["type"]): Promise<unknown> {
  const { client, prefix } = world.pipeline.redis;
  const events = await readEvents(client, prefix, LOG_START, 1_000);
  return events.filter((event) => event.type === type).at(-1)?.key;
}

/** The last line of what is shown with its history, which must be of this command. */
async function lastOfHistory(path: string, wanted: Json): Promise<unknown> {
  const line = ((await shown(path))["history"] as Json[]).at(-1);
  expect(line).toMatchObject(wanted);
  return line?.["key"];
}

async function accepted(reference: string): Promise<void> {
  expect((await world.call("POST", "/v1/topups", { json: topupBody({ reference }) })).status).toBe(202);
}

async function inReview(reference: string): Promise<void> {
  const { ledger } = world.pipeline;
  await ledger.accept([{ reference, request: topupRequest() }]);
  const claimed = await ledger.claim(reference, 1, { leaseMs: 60_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
  await ledger.move(claimed.record, { to: "unknown", because: "outcome-unknown", patch: {}, dueAtMs: 1 });
  await expect.poll(() => ledger.nowMs()).toBeGreaterThan(claimed.nowMs + 2);
  await ledger.move({ ...claimed.record, state: "unknown" }, endMove("review", "unknown-too-often", { lookups: 3 }));
}

async function resolved(verdict: Json): Promise<OnRecord> {
  await inReview("t");
  await commanded("POST", "/v1/topups/t/resolve", { ...PERSON, ...verdict });
  return verdictOnRecord();
}

async function verdictOnRecord(): Promise<OnRecord> {
  const [record] = await world.pipeline.ledger.records(["t"]);
  return {
    record: record?.commandKey,
    history: await lastOfHistory("/v1/topups/t", { by: PERSON.by, note: PERSON.reason }),
    event: await lastEvent(`topup.${record?.state}` as LedgerEvent["type"]),
  };
}

/** A campaign that has ended. The row `0029` is paid twice, the others go well. */
async function ended(endings: readonly string[]): Promise<string> {
  await world.startWorker({ AUDIT_OPEN_INTERVAL_MS: "150", AUDIT_RECENT_INTERVAL_MS: "300" });
  const id = await world.draft(fileOf(endings));
  await world.start(id);
  await world.until(id, "completed");
  return id;
}

/** Gives a command to a campaign that runs, after those before it. */
async function campaignCommand(command: string, event: LedgerEvent["type"], before: readonly string[] = []) {
  const id = await world.draft(fileOf(endingsOf(2)));
  await world.start(id);
  for (const each of before) expect((await world.call("POST", `/v1/campaigns/${id}/${each}`)).status).toBe(200);
  await commanded("POST", `/v1/campaigns/${id}/${command}`);
  return { history: await lastOfHistory(`/v1/campaigns/${id}`, { command }), event: await lastEvent(event) };
}

async function endpoint(): Promise<string> {
  const answer = await world.call("POST", ENDPOINTS, { json: { url: "http://127.0.0.1:9/hooks" } });
  expect(answer.status, answer.text).toBe(201);
  return `${ENDPOINTS}/${answer.json["id"]}`;
}

/** Gives a command to a webhook endpoint. */
async function endpointCommand(command: string, path = command, json?: unknown): Promise<OnRecord> {
  const at = await endpoint();
  if (path === "") await commanded("PATCH", at, json);
  else await commanded("POST", `${at}/${path}`, json);
  return { history: await lastOfHistory(at, { command }) };
}

/** Every command of the route table, by its operationId, and where it is on record. */
const COMMANDS: Record<string, () => Promise<OnRecord>> = {
  acceptTopup: async () => {
    await commanded("POST", "/v1/topups", topupBody({ reference: "t" }));
    return { record: (await shown("/v1/topups/t"))["caller"] };
  },
  acceptTopups: async () => {
    await commanded("POST", "/v1/topups/batch", { topups: [topupBody({ reference: "t" })] });
    return { record: (await shown("/v1/topups/t"))["caller"] };
  },
  cancelTopup: async () => {
    await accepted("t");
    await commanded("POST", "/v1/topups/t/cancel");
    const [record] = await world.pipeline.ledger.records(["t"]);
    const history = await lastOfHistory("/v1/topups/t", { because: "withdrawn" });
    return { record: record?.commandKey, history, event: await lastEvent("topup.cancelled") };
  },
  resolveReviewGroup: async () => {
    await inReview("t");
    const [group] = (await shown("/v1/attention/reviews"))["data"] as Json[];
    const verdict = { ...PERSON, verdict: "failed", expectedCount: 1 };
    const path = `/v1/attention/reviews/${group?.["groupId"]}/resolve`;
    await commanded("POST", path, verdict, { "idempotency-key": "command-1" });
    return verdictOnRecord();
  },
  resolveTopup: () => resolved({ verdict: "failed" }),
  acceptContradiction: async () => {
    await ended(["0029"]);
    const attention = async () => (await shown("/v1/attention?kind=paid-twice"))["data"] as { topup: Json }[];
    await waitFor(async () => expect(await attention()).toHaveLength(1), { interval: 50 });
    const path = `/v1/topups/${(await attention())[0]?.topup["reference"]}`;
    await commanded("POST", `${path}/accept-contradiction`, PERSON);
    const record = ((await shown(path))["accepted"] as Json)["key"];
    const history = await lastOfHistory(path, { because: "contradiction-accepted" });
    return { record, history, event: await lastEvent("topup.contradiction_accepted") };
  },
  receiveUpload: async () => {
    const headers = { "content-type": "text/csv" };
    const answer = await world.call("POST", "/v1/uploads", { key: commander.key, body: fileOf(["1000"]), headers });
    return { record: (await shown(`/v1/uploads/${answer.json["id"]}`))["createdBy"] };
  },
  createCampaign: async () => {
    const upload = await world.upload(fileOf(["1000"]));
    const mapping = { phone: "number", operator: "operator", amount: "amount" };
    const path = `/v1/campaigns/${(await commanded("POST", "/v1/campaigns", { name: "June", upload, mapping }))["id"]}`;
    return { record: (await shown(path))["createdBy"], history: await lastOfHistory(path, { command: "create" }) };
  },
  editCampaign: async () => {
    const path = `/v1/campaigns/${await world.draft(fileOf(["1000"]))}`;
    await commanded("PATCH", path, { name: "Another name" });
    return { history: await lastOfHistory(path, { command: "edit" }) };
  },
  checkCampaign: async () => {
    const id = await world.draft(fileOf(["1000"]));
    await commanded("POST", `/v1/campaigns/${id}/check`);
    await world.until(id, "ready");
    return { history: await lastOfHistory(`/v1/campaigns/${id}`, { command: "check" }) };
  },
  startCampaign: async () => {
    const id = await world.draft(fileOf(["1000"]));
    const { planHash } = await world.check(id);
    await commanded("POST", `/v1/campaigns/${id}/start`, { planHash });
    const history = await lastOfHistory(`/v1/campaigns/${id}`, { command: "start" });
    return { history, event: await lastEvent("campaign.started") };
  },
  pauseCampaign: async () => campaignCommand("pause", "campaign.paused"),
  resumeCampaign: async () => campaignCommand("resume", "campaign.resumed", ["pause"]),
  cancelCampaign: async () => campaignCommand("cancel", "campaign.cancelled"),
  retryCampaign: async () => {
    const id = await ended(["1000"]);
    const made = await commanded("POST", `/v1/campaigns/${id}/retry`, { classes: ["operator"] });
    const path = `/v1/campaigns/${made["id"]}`;
    return { record: (await shown(path))["createdBy"], history: await lastOfHistory(path, { command: "retry" }) };
  },
  createWebhookEndpoint: async () => {
    const made = await commanded("POST", ENDPOINTS, { url: "http://127.0.0.1:9/hooks" });
    const path = `${ENDPOINTS}/${made["id"]}`;
    return { record: (await shown(path))["createdBy"], history: await lastOfHistory(path, { command: "create" }) };
  },
  updateWebhookEndpoint: () => endpointCommand("change", "", { eventTypes: "all" }),
  rotateWebhookSecret: () => endpointCommand("rotate-secret", "rotate-secret", {}),
  expireOldWebhookSecret: () => endpointCommand("expire-old-secret"),
  enableWebhookEndpoint: () => endpointCommand("enable"),
  disableWebhookEndpoint: () => endpointCommand("disable"),
  testWebhookEndpoint: () => endpointCommand("test"),
  replayWebhooks: () => endpointCommand("replay", "replay", { since: "2026-01-01T00:00:00Z" }),
  redeliverWebhook: async () => {
    await accepted("t");
    await world.call("POST", "/v1/topups/t/cancel");
    const [event] = (await shown("/v1/events"))["data"] as Json[];
    return endpointCommand("redeliver", `deliveries/${event?.["id"]}/redeliver`);
  },
  deleteWebhookEndpoint: async () => {
    const path = await endpoint();
    await commanded("DELETE", path);
    const [deletion] = (await shown(ENDPOINTS))["deleted"] as Json[];
    expect(path).toContain(deletion?.["id"]);
    return { list: deletion?.["key"] };
  },
};

/** What is asked for by POST and changes nothing. */
const NO_COMMANDS = {
  quoteTopup: "answers a question",
  // No API key may give these; the audit log names the person (test/integration/access/audit-log.test.ts).
  signIn: "by a person",
  signOut: "by a person",
  signOutEverywhere: "by a person",
  addPerson: "by a person",
  changePerson: "by a person",
  removePerson: "by a person",
  endSessionsOfPerson: "by a person",
  createKey: "by a person",
  revokeKey: "by a person",
};

type Operation = { operationId: string };

test("every route that may change something is looked at here", async () => {
  const { paths } = (await shown("/openapi.json")) as { paths: Record<string, Record<string, Operation>> };
  const changing = Object.values(paths).flatMap(({ get: _, ...others }) => Object.values(others));

  const lookedAt = [...Object.keys(COMMANDS), ...Object.keys(NO_COMMANDS)].toSorted();
  const unsaid = "say in COMMANDS where the name of the API key is on record for each command of the route table";
  expect(changing.map(({ operationId }) => operationId).toSorted(), unsaid).toEqual(lookedAt);
});

describe("the name of the API key is on record wherever the command is:", () => {
  test.each(Object.entries(COMMANDS))("%s", async (_, command) => {
    const found = await command();

    expect(Object.keys(found).length).toBeGreaterThan(0);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((place) => [place, "commander"])));
  });

  test("resolveTopup, forced against what the provider shows", async () => {
    expect(await resolved({ verdict: "succeeded", transactionId: 4711, force: true })).toEqual({
      record: "commander",
      history: "commander",
      event: "commander",
    });
  });
});
