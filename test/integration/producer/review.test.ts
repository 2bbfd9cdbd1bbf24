/** Reviews, for people: what they are shown of each, and what becomes of a verdict that they insist on. */

import { createReloadlyClient, type ReloadlyClient } from "@surefill/reloadly-client";
import { type ReloadlySandbox, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { systemClock } from "@surefill/runtime";
import { endMove, isCampaignEvent, maskPhone, type TopupRecord } from "@surefill/topup";
import { LOG_START, readEvents } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupRequest } from "./running-producer.js";

const NO_QUIET = { SEND_DEADLINE_MS: "1", QUIET_MS: "1" };
const NUMBER = "2348012340042";
const FAILS = "2348012340005";
const FAILS_AND_TURNS = "2348012340021";
const HOLD_MS = 1_800_000;
/** When the report was looked into first. */
const LOOKED_MS = Date.UTC(2026, 10, 1);

/** How far the provider's time is ahead. */
let providerAheadMs = 0;
const providerClock = {
  nowMs: () => systemClock.nowMs() + providerAheadMs,
  after(delayMs: number, action: () => void) {
    const cancelled = new AbortController();
    void systemClock.sleep(delayMs, cancelled.signal).then(action, () => undefined);
    return () => cancelled.abort();
  },
};

let sandbox: ReloadlySandbox;
let client: ReloadlyClient;
let producer: ProducerUnderTest;
beforeAll(async () => {
  sandbox = await startReloadlySandbox({
    processingMs: { min: 1, max: 2 },
    phoneRechargeWindowMs: 0,
    clock: providerClock,
  });
  const environment = { apiUrl: sandbox.url, authUrl: sandbox.url, audience: sandbox.url };
  client = createReloadlyClient({ environment, clientId: "sandbox-client", clientSecret: "sandbox-secret" });
  producer = await startProducerUnderTest({ settings: { RELOADLY_URL: sandbox.url, ...NO_QUIET } });
});
afterAll(async () => {
  await producer.close();
  await client.close();
  await sandbox.close();
});

type ReviewShown = {
  failed: { transactionId: number; since: string; until: string }[];
  suggestion: { verdict: string | null };
};
type ReviewListed = { reference: string; review: ReviewShown };

const options = () => ({ signal: AbortSignal.timeout(60_000) });

/** Plants a top-up that was sent once, whose outcome became unknown, and that nobody could find. */
async function plantReview(
  reference: string,
  on = producer,
  number = NUMBER,
  asked?: Record<string, unknown>,
): Promise<void> {
  const record = await plantUnknown(reference, on, number, asked);
  const emptyLookups = { times: 6, firstMs: LOOKED_MS, lastMs: LOOKED_MS + 60_000 };
  const lookedAgain = { to: "unknown", because: "not-found-yet", patch: { emptyLookups }, dueAtMs: 1 } as const;
  await on.ledger.move(record, lookedAgain);
  await on.ledger.move(record, endMove("review", "unknown-too-often", { lookups: 3 }));
}

/** The same, where the provider refused a second POST since the identifier is used. */
async function plantUsed(reference: string, number = NUMBER): Promise<void> {
  const record = await plantUnknown(reference, producer, number);
  const code = "CUSTOM_IDENTIFIER_ALREADY_USED";
  await producer.ledger.move(
    record,
    endMove("review", "identifier-used-but-not-found", { identifierUsed: true, code }),
  );
}

async function plantUnknown(
  reference: string,
  { ledger }: ProducerUnderTest,
  number: string,
  asked: Record<string, unknown> = { recipientPhone: { countryCode: "NG", number: `+${number}` } },
): Promise<TopupRecord> {
  const request = topupRequest(asked);
  await ledger.accept([{ reference, request }]);
  const claimed = await ledger.claim(reference, 1, { leaseMs: 60_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
  const unknown = { to: "unknown", because: "outcome-unknown", patch: { code: "TIMEOUT" }, dueAtMs: 1 } as const;
  await ledger.move(claimed.record, { ...unknown, latencyMs: 1_234 });
  await expect.poll(() => ledger.nowMs()).toBeGreaterThan(claimed.nowMs + 2);
  return { ...claimed.record, state: "unknown" };
}

/** Buys at the provider, as a worker would have, and answers the transaction's id once it is final. */
async function buy(customIdentifier: string, number = NUMBER, ends = "SUCCESSFUL"): Promise<number> {
  const recipientPhone = { countryCode: "NG", number };
  const order = { operatorId: 341, amount: "5.5", useLocalAmount: false, customIdentifier, recipientPhone };
  const { transactionId } = await client.sendTopupAsync(order, options());
  const status = async () => (await client.getTopupStatus(transactionId, options())).status;
  await expect.poll(status).toEqual({ kind: "known", status: ends });
  return transactionId;
}

/** Plants a review whose transaction the provider calls FAILED, for good or until it changes its mind. */
async function plantFailed(reference: string, number = FAILS): Promise<number> {
  await plantReview(reference, producer, number);
  return buy(reference, number, "FAILED");
}

/** Makes what a review has heard of FAILED half an hour older. */
async function letHoldPass(reference: string): Promise<void> {
  const record = (await producer.ledger.look(reference))?.record;
  if (record === undefined) throw new Error("there is no such top-up");
  const failedSeen = (record.failedSeen ?? []).map((seen) => ({ ...seen, atMs: seen.atMs - HOLD_MS }));
  await producer.ledger.move(record, { to: "review", because: "found-in-report", patch: { failedSeen } });
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
        lookups: {
          withoutResult: 3,
          empty: { times: 6, first: "2026-11-01T00:00:00.000Z", last: "2026-11-01T00:01:00.000Z" },
          unanswered: null,
          decisive: [{ showed: "unknown-too-often" }],
        },
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

describe("a review of a top-up that bought a PIN", () => {
  test("gives the PIN to whoever asks for the top-up once it is resolved as succeeded", async () => {
    const number = "306901234567";
    const order = { operatorId: 672, amount: "5.45", recipientPhone: { countryCode: "GR", number: `+${number}` } };
    await plantReview("voucher", producer, number, order);
    const { transactionId } = await client.sendTopupAsync({ ...order, customIdentifier: "voucher" }, options());
    await expect
      .poll(async () => (await client.getTopupStatus(transactionId, options())).status)
      .toEqual({ kind: "known", status: "SUCCESSFUL" });

    const answer = await resolve("voucher", { verdict: "succeeded", transactionId });

    const pin = { code: expect.stringMatching(/^\d{15}$/), info: "DIAL *611", value: "Valid 30 days" };
    expect(answer.json, answer.text).toMatchObject({
      state: "succeeded",
      settlement: { cost: expect.any(String), pin },
    });
    expect((await producer.call("GET", "/v1/topups/voucher")).json).toMatchObject({ settlement: { pin } });
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

describe("a review of an identifier that is used, and that the provider shows nothing of", () => {
  test("ends as failed only for whoever insists, and is never sent again", async () => {
    await plantUsed("used");
    const suggestion = { verdict: null, reason: expect.stringContaining("support") };
    expect((await producer.call("GET", "/v1/topups/used")).json).toMatchObject({ review: { suggestion } });

    for (const verdict of ["failed", "resubmit"]) {
      const refused = await resolve("used", { verdict });
      expect(refused.status).toBe(409);
      expect(refused.json).toMatchObject({ code: "evidence_contradicts", found: [], suggestion });
    }
    expect((await resolve("used", { verdict: "resubmit", force: true })).status).toBe(422);
    expect((await producer.ledger.look("used"))?.record).toMatchObject({ state: "review", attempt: 1 });
    const forced = await resolve("used", { verdict: "failed", force: true });
    expect(forced.json).toMatchObject({ state: "failed", resolution: { forced: true } });
  });

  test("takes the verdict that its transaction bears out once the provider shows it", async () => {
    await plantUsed("used-and-shown");
    const transactionId = await buy("used-and-shown");
    const answer = await resolve("used-and-shown", { verdict: "succeeded", transactionId });
    expect(answer.json).toMatchObject({ state: "succeeded", resolution: { forced: false } });
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

describe("a verdict on what FAILED only now", () => {
  test("waits until the hold is over, counted from the first time that FAILED was heard", async () => {
    const transactionId = await plantFailed("fresh");

    const first = await resolve("fresh", { verdict: "failed" });
    const shown = (await producer.call("GET", "/v1/topups/fresh")).json["review"] as ReviewShown;
    const again = await resolve("fresh", { verdict: "resubmit" });
    const listed = (await producer.call("GET", "/v1/topups?state=review")).json["data"] as ReviewListed[];

    expect(first.status).toBe(409);
    expect(first.json).toMatchObject({
      code: "evidence_contradicts",
      found: [{ transactionId, status: "FAILED" }],
      suggestion: { verdict: null },
    });
    expect(shown.failed).toMatchObject([{ transactionId }]);
    const { since = "", until = "" } = shown.failed[0] ?? {};
    expect(Date.parse(until) - Date.parse(since)).toBe(HOLD_MS);
    for (const { status, json } of [first, again]) {
      expect(status).toBe(409);
      expect(json["detail"]).toContain(`${transactionId} FAILED since ${since}`);
      expect(json["detail"]).toContain(`from ${until} on`);
    }
    expect(shown.suggestion.verdict).toBeNull();
    expect(listed.find(({ reference }) => reference === "fresh")?.review.failed).toEqual(shown.failed);
  });

  test.each([
    ["failed", { state: "failed", resolution: { forced: false } }],
    ["resubmit", { state: "queued", attempt: 2, resolution: { forced: false } }],
  ])("%s is taken when it still is FAILED after the hold", async (verdict, becomes) => {
    const reference = `old-${verdict}`;
    await plantFailed(reference);
    expect((await resolve(reference, { verdict })).status).toBe(409);

    await letHoldPass(reference);

    expect((await resolve(reference, { verdict })).json).toMatchObject(becomes);
  });

  test("refunded waits, too, while another transaction of it may turn from FAILED to paid", async () => {
    await plantFailed("both");
    await producer.ledger.addEvidence("both", 1, await buy("both-besides", "2348012340003", "REFUNDED"));
    const early = await resolve("both", { verdict: "refunded" });
    await letHoldPass("both");

    expect(early.json["detail"]).toContain("may take that back");
    expect((await resolve("both", { verdict: "refunded" })).json).toMatchObject({ state: "refunded" });
  });

  test("is taken as failed from whoever insists, as forced; a new attempt is not", async () => {
    await plantFailed("forced");
    expect((await resolve("forced", { verdict: "resubmit", force: true })).status).toBe(422);
    expect((await resolve("forced", { verdict: "failed", force: true })).json).toMatchObject({
      state: "failed",
      resolution: { forced: true },
    });
  });

  test("is not needed when the provider takes FAILED back: the top-up is paid, once", async () => {
    const transactionId = await plantFailed("turned", FAILS_AND_TURNS);
    expect((await resolve("turned", { verdict: "resubmit" })).status).toBe(409);

    providerAheadMs = HOLD_MS + 60_000;
    const refused = await resolve("turned", { verdict: "resubmit" });

    expect(refused.json).toMatchObject({ suggestion: { verdict: "succeeded", transactionId } });
    expect((await producer.call("GET", "/v1/topups/turned")).json["review"]).toMatchObject({ failed: [] });
    expect((await resolve("turned", { verdict: "succeeded", transactionId })).json).toMatchObject({
      state: "succeeded",
      attempt: 1,
      transactionId,
    });
  });
});
