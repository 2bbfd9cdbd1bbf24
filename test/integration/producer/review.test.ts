/** Reviews, for people: what they are shown of each, and what becomes of a verdict that they insist on. */

import { createReloadlyClient, type ReloadlyClient } from "@surefill/reloadly-client";
import { type ReloadlySandbox, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { endMove, isCampaignEvent, maskPhone } from "@surefill/topup";
import { LOG_START, readEvents } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupRequest } from "./running-producer.js";

const NO_QUIET = { SEND_DEADLINE_MS: "1", QUIET_MS: "1" };
const NUMBER = "2348012340042";

let sandbox: ReloadlySandbox;
let client: ReloadlyClient;
let producer: ProducerUnderTest;
beforeAll(async () => {
  sandbox = await startReloadlySandbox({ processingMs: { min: 1, max: 2 }, phoneRechargeWindowMs: 0 });
  const environment = { apiUrl: sandbox.url, authUrl: sandbox.url, audience: sandbox.url };
  client = createReloadlyClient({ environment, clientId: "sandbox-client", clientSecret: "sandbox-secret" });
  producer = await startProducerUnderTest({ settings: { RELOADLY_URL: sandbox.url, ...NO_QUIET } });
});
afterAll(async () => {
  await producer.close();
  await client.close();
  await sandbox.close();
});

const options = () => ({ signal: AbortSignal.timeout(5_000) });

/** Plants a top-up that was sent once, whose outcome became unknown, and that nobody could find. */
async function plantReview(reference: string, on = producer): Promise<void> {
  const { ledger } = on;
  const request = topupRequest({ recipientPhone: { countryCode: "NG", number: `+${NUMBER}` } });
  await ledger.accept([{ reference, request }]);
  const claimed = await ledger.claim(reference, 1, { leaseMs: 60_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
  const unknown = { to: "unknown", because: "outcome-unknown", patch: { code: "TIMEOUT" }, dueAtMs: 1 } as const;
  await ledger.move(claimed.record, { ...unknown, latencyMs: 1_234 });
  const patch = { lookups: 3 };
  await ledger.move({ ...claimed.record, state: "unknown" }, endMove("review", "unknown-too-often", patch));
  await expect.poll(() => ledger.nowMs()).toBeGreaterThan(claimed.nowMs + 2);
}

/** Buys at the provider, as a worker would have, and answers the transaction's id once it is final. */
async function buy(customIdentifier: string): Promise<number> {
  const recipientPhone = { countryCode: "NG", number: NUMBER };
  const order = { operatorId: 341, amount: "5.5", useLocalAmount: false, customIdentifier, recipientPhone };
  const { transactionId } = await client.sendTopupAsync(order, options());
  const status = async () => (await client.getTopupStatus(transactionId, options())).status;
  await expect.poll(status).toEqual({ kind: "known", status: "SUCCESSFUL" });
  return transactionId;
}

const resolve = (reference: string, json: object, on = producer) =>
  on.call("POST", `/v1/topups/${reference}/resolve`, { json: { by: "Ada ops", reason: "Saw the receipt", ...json } });

describe("a review", () => {
  test("is listed with its requests, look-ups and a suggested verdict, and no whole number", async () => {
    await plantReview("shown");
    const { json, text } = await producer.call("GET", "/v1/topups?state=review");

    const rows = json["data"] as { reference: string; review: object }[];
    const row = rows.find(({ reference }) => reference === "shown");
    expect(row).toMatchObject({
      state: "review",
      recipientPhone: { number: maskPhone(NUMBER) },
      review: {
        because: "unknown-too-often",
        code: "TIMEOUT",
        attempts: [
          {
            attempt: 1,
            customIdentifier: "shown",
            requests: [{ outcome: "outcome-unknown", code: "TIMEOUT", latencyMs: 1_234 }],
            transactionIds: [],
          },
        ],
        lookups: { withoutResult: 3, decisive: [{ showed: "unknown-too-often" }] },
        suggestion: { verdict: "resubmit" },
      },
    });
    expect(text).not.toContain(NUMBER);
    const alone = await producer.call("GET", "/v1/topups/shown");
    expect(alone.json["review"]).toEqual(row?.review);
  });

  test("has nothing to decide any more once it is decided", async () => {
    await plantReview("decided");
    await resolve("decided", { verdict: "failed" });
    expect((await producer.call("GET", "/v1/topups/decided")).json).not.toHaveProperty("review");
    expect((await producer.call("GET", "/v1/topups?state=failed")).text).not.toContain('"review"');
  });
});

describe("a verdict that the provider contradicts", () => {
  test("is refused with what it shows, and with the verdict that this supports", async () => {
    await plantReview("paid");
    const transactionId = await buy("paid");

    const answer = await resolve("paid", { verdict: "failed" });

    expect(answer.json).toMatchObject({
      code: "evidence_contradicts",
      found: [{ transactionId, status: "SUCCESSFUL" }],
      suggestion: { verdict: "succeeded", transactionId },
    });
  });

  test("is taken from whoever insists, and that is in the record, the history, the event and the log", async () => {
    await plantReview("insisted");
    await buy("insisted");

    const answer = await resolve("insisted", { verdict: "failed", force: true });

    expect(answer.json, answer.text).toMatchObject({
      state: "failed",
      resolution: { by: "Ada ops", reason: "Saw the receipt", forced: true },
    });
    const { json } = await producer.call("GET", "/v1/topups/insisted");
    expect((json["history"] as object[]).at(-1)).toMatchObject({ because: "forced-by-operator", by: "Ada ops" });
    const events = await readEvents(producer.redis.client, producer.redis.prefix, LOG_START, 1_000);
    const ofTopups = events.filter((event) => !isCampaignEvent(event));
    expect(ofTopups.filter(({ reference, type }) => reference === "insisted" && type === "topup.failed")).toMatchObject(
      [{ because: "forced-by-operator" }],
    );
    expect(producer.log.join("")).toContain("review resolved by force");
  });

  test("of a top-up that is paid twice is taken as paid only from whoever insists", async () => {
    await plantReview("twice");
    const transactionId = await buy("twice");
    const second = await buy("twice-besides");
    await producer.ledger.addEvidence("twice", 1, second);

    const refused = await resolve("twice", { verdict: "succeeded", transactionId });
    const taken = await resolve("twice", { verdict: "succeeded", transactionId, force: true });

    expect(refused.json["detail"]).toContain(`transaction ${second} as SUCCESSFUL, too`);
    expect(taken.json).toMatchObject({ state: "succeeded", transactionId, resolution: { forced: true } });
  });

  test("is not a new attempt, however much anybody insists", async () => {
    await plantReview("once");
    await buy("once");
    const answer = await resolve("once", { verdict: "resubmit", force: true });

    expect(answer.status).toBe(422);
    expect(answer.json["errors"]).toEqual([expect.objectContaining({ pointer: "/force" })]);
    expect((await resolve("once", { verdict: "resubmit" })).json["code"]).toBe("evidence_contradicts");
    expect((await producer.ledger.look("once"))?.record.state).toBe("review");
  });
});

test("insisting on what the provider bears out is no forcing", async () => {
  await plantReview("borne-out");
  const transactionId = await buy("borne-out");
  const answer = await resolve("borne-out", { verdict: "succeeded", transactionId, force: true });
  expect(answer.json).toMatchObject({ state: "succeeded", resolution: { forced: false } });
});

test("while the provider is away a verdict is taken only from whoever insists, as forced", async () => {
  const alone = await startProducerUnderTest({ settings: NO_QUIET });
  try {
    await plantReview("away", alone);
    const refused = await resolve("away", { verdict: "failed" }, alone);
    const taken = await resolve("away", { verdict: "failed", force: true }, alone);
    expect(refused.json["code"]).toBe("provider_unavailable");
    expect(taken.json).toMatchObject({ state: "failed", resolution: { forced: true } });
  } finally {
    await alone.close();
  }
});
