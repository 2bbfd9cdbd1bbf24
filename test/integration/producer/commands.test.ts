/** What a person may do to a top-up: withdraw it before it is sent, and give a verdict that the provider bears out. */
import { type ReloadlySandbox, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { createLogger, systemClock } from "@surefill/runtime";
import { endMove } from "@surefill/topup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveTopup } from "../../../apps/producer/src/topups/resolve-topup.js";
import { maskedTopupView } from "../../../apps/producer/src/topups/topup-view.js";
import { recordOf } from "../../support/test-ledger.js";
import { waitFor } from "../../support/wait-for.js";
import { type ProducerUnderTest, startProducerUnderTest, topupBody, topupRequest } from "./running-producer.js";

const OPERATOR_ID = 341;
/** The claim's age counts from the send deadline on; both are over at once here. */
const NO_QUIET = { SEND_DEADLINE_MS: "1", QUIET_MS: "1" };

let sandbox: ReloadlySandbox;
let producer: ProducerUnderTest;
let token: string;
beforeAll(async () => {
  sandbox = await startReloadlySandbox({ processingMs: { min: 1, max: 2 }, phoneRechargeWindowMs: 0 });
  producer = await startProducerUnderTest({ settings: { RELOADLY_URL: sandbox.url, ...NO_QUIET } });
  token = await fetchToken();
});
afterAll(async () => {
  await producer.close();
  await sandbox.close();
});

async function fetchToken(): Promise<string> {
  const response = await fetch(`${sandbox.url}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: "sandbox-client",
      client_secret: "sandbox-secret",
      grant_type: "client_credentials",
      audience: sandbox.url,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

const numberEnding = (ending: string) => `234801234${ending}`;

async function atProvider(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/com.reloadly.topups-v1+json",
      authorization: `Bearer ${token}`,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** Buys at the provider, as a worker would have, and answers the transaction's id once it is final. */
async function buy(customIdentifier: string, ending: string, amount = "5.5"): Promise<number> {
  const recipientPhone = { countryCode: "NG", number: numberEnding(ending) };
  const order = { operatorId: OPERATOR_ID, amount, customIdentifier, recipientPhone };
  const { transactionId, ...refusal } = await atProvider("/topups-async", order);
  if (typeof transactionId !== "number") throw new Error(`the provider refused: ${JSON.stringify(refusal)}`);
  await waitFor(async () => {
    const { status } = await atProvider(`/topups/${transactionId}/status`);
    expect(status).not.toBe("PROCESSING");
  });
  return transactionId;
}

/** Plants a top-up that was claimed and then went to review, as after an outcome that nobody could find out. */
async function plantReview(reference: string, ending: string): Promise<void> {
  const request = topupRequest({ recipientPhone: { countryCode: "NG", number: `+${numberEnding(ending)}` } });
  await producer.ledger.accept([{ reference, request }]);
  const claimed = await producer.ledger.claim(reference, 1, { leaseMs: 60_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
  await producer.ledger.move(claimed.record, endMove("review", "unknown-too-often"));
  // A verdict is taken when the quiet period is over, which here is two milliseconds: on a fast machine not yet.
  const quietUntilMs = (claimed.record.grantedAtMs ?? claimed.nowMs) + 2;
  await expect.poll(() => producer.ledger.nowMs()).toBeGreaterThanOrEqual(quietUntilMs);
}

const resolve = (reference: string, json: Record<string, unknown>) =>
  producer.call("POST", `/v1/topups/${reference}/resolve`, {
    json: { by: "Ada ops", reason: "Looked | at it", ...json },
  });

describe("cancelling", () => {
  test("withdraws a queued top-up, tells it once, and answers the same again", async () => {
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "cancel-1" }) });
    const first = await producer.call("POST", "/v1/topups/cancel-1/cancel");
    const again = await producer.call("POST", "/v1/topups/cancel-1/cancel");

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json).toMatchObject({ state: "cancelled", version: first.json["version"] });
    expect(await producer.ledger.claim("cancel-1", 1, { leaseMs: 1_000, holdJitterMs: 0 })).toMatchObject({
      kind: "stale",
    });
  });

  test("withdraws a top-up that is held behind a gate", async () => {
    await producer.ledger.accept([{ reference: "cancel-2", request: topupRequest({ campaign: "shut" }) }]);
    await producer.ledger.gates.close("campaign:shut", { reason: "paused", untilMs: Date.now() + 60_000 });
    expect((await producer.ledger.claim("cancel-2", 1, { leaseMs: 1_000, holdJitterMs: 0 })).kind).toBe("gated");

    expect((await producer.call("POST", "/v1/topups/cancel-2/cancel")).json["state"]).toBe("cancelled");
  });

  test("is refused, with the reason, once a POST can be in flight", async () => {
    await producer.ledger.accept([{ reference: "cancel-3", request: topupRequest() }]);
    const claimed = await producer.ledger.claim("cancel-3", 1, { leaseMs: 60_000, holdJitterMs: 0 });
    const submitting = await producer.call("POST", "/v1/topups/cancel-3/cancel");
    if (claimed.kind !== "claimed") throw new Error(claimed.kind);
    await producer.ledger.move(claimed.record, { to: "unknown", because: "outcome-unknown", patch: {}, dueAtMs: 1 });
    const unknown = await producer.call("POST", "/v1/topups/cancel-3/cancel");

    expect(submitting.json).toMatchObject({ code: "state_conflict", detail: "It is being sent at this moment." });
    expect(unknown.json).toMatchObject({
      code: "state_conflict",
      detail: "It was sent and its outcome is not known yet: it may be paid.",
      existing: { state: "unknown" },
    });
  });

  test("is refused while the provider's FAILED is waited out", async () => {
    await producer.ledger.accept([{ reference: "cancel-4", request: topupRequest() }]);
    const claimed = await producer.ledger.claim("cancel-4", 1, { leaseMs: 60_000, holdJitterMs: 0 });
    if (claimed.kind !== "claimed") throw new Error(claimed.kind);
    const dueAtMs = claimed.nowMs + 60_000;
    await producer.ledger.move(claimed.record, {
      to: "held",
      because: "status-failed",
      patch: { holdReason: "failed", holdUntilMs: dueAtMs },
      dueAtMs,
    });

    const answer = await producer.call("POST", "/v1/topups/cancel-4/cancel");
    expect(answer.status).toBe(409);
    expect(answer.json["existing"]).toMatchObject({ state: "held", hold: { reason: "failed" } });
  });

  test("is refused, with the reason, once a transaction has come to light that may be paid", async () => {
    await producer.ledger.accept([{ reference: "cancel-5", request: topupRequest() }]);
    await producer.ledger.addEvidence("cancel-5", 1, 99_999_996);

    const answer = await producer.call("POST", "/v1/topups/cancel-5/cancel");
    expect(answer.json).toMatchObject({
      code: "state_conflict",
      detail: "A transaction of it has come to light that may be paid: it is looked into when its turn comes.",
      existing: { state: "queued" },
    });
  });

  test("races with a claim and only one of them wins", async () => {
    const references = Array.from({ length: 20 }, (_, index) => `cancel-race-${index}`);
    await producer.ledger.accept(references.map((reference) => ({ reference, request: topupRequest() })));
    const ends = await Promise.all(
      references.map(async (reference) => {
        const [answer, claimed] = await Promise.all([
          producer.call("POST", `/v1/topups/${reference}/cancel`),
          producer.ledger.claim(reference, 1, { leaseMs: 60_000, holdJitterMs: 0 }),
        ]);
        return `${answer.status} ${claimed.kind}`;
      }),
    );

    expect(ends.filter((end) => end !== "200 stale" && end !== "409 claimed")).toEqual([]);
  });
});

describe("a verdict on a review", () => {
  test("succeeded is taken with a transaction that the provider shows as SUCCESSFUL and ours", async () => {
    await plantReview("verdict-1", "0001");
    const transactionId = await buy("verdict-1", "0001");
    const answer = await resolve("verdict-1", { verdict: "succeeded", transactionId: String(transactionId) });

    expect(answer.json, answer.text).toMatchObject({
      state: "succeeded",
      transactionId,
      resolution: { by: "Ada ops", reason: "Looked | at it" },
    });
    const shown = await producer.call("GET", "/v1/topups/verdict-1");
    expect((shown.json["history"] as object[]).at(-1)).toMatchObject({
      from: "review",
      to: "succeeded",
      because: "resolved-by-operator",
      by: "Ada ops",
      note: "Looked | at it",
    });
  });

  test("succeeded is refused for a transaction of another top-up, a failed one, and one that does not exist", async () => {
    await plantReview("verdict-2", "0101");
    const other = await buy("something-else", "0101");
    const refunded = await buy("verdict-2", "0003");

    for (const [transactionId, detail] of [
      [other, "customIdentifier of something else"],
      [refunded, "as REFUNDED"],
      [99_999_999, "knows no transaction"],
    ] as const) {
      const answer = await resolve("verdict-2", { verdict: "succeeded", transactionId });
      expect(answer.json["code"]).toBe("evidence_contradicts");
      expect(answer.json["detail"]).toContain(detail);
    }
    expect((await producer.ledger.look("verdict-2"))?.record.state).toBe("review");
  });

  test("succeeded is refused when the amount is another", async () => {
    await plantReview("verdict-3", "0102");
    const transactionId = await buy("verdict-3", "0102", "6");

    const answer = await resolve("verdict-3", { verdict: "succeeded", transactionId });
    expect(answer.json["detail"]).toBe(`Transaction ${transactionId} is for another recipient, operator or amount.`);
  });

  test.each(["failed", "resubmit", "refunded"])(
    "%s is refused while the provider shows it as paid",
    async (verdict) => {
      const reference = `verdict-4-${verdict}`;
      await plantReview(reference, "0103");
      const transactionId = await buy(reference, "0103");
      const answer = await resolve(reference, { verdict });

      expect(answer.status).toBe(409);
      expect(answer.json["found"] ?? answer.text).toContainEqual(expect.objectContaining({ transactionId }));
      expect((await producer.jobIds()).filter((jobId) => jobId.startsWith(`submit-${reference}-`))).toEqual([]);
    },
  );

  test("failed is taken when the provider has nothing of it", async () => {
    await plantReview("verdict-5", "0104");

    expect((await resolve("verdict-5", { verdict: "failed" })).json).toMatchObject({ state: "failed", final: true });
  });

  test("refunded is taken when the provider shows it as REFUNDED, and needs that", async () => {
    await plantReview("verdict-6", "0003");
    await plantReview("verdict-7", "0105");
    const transactionId = await buy("verdict-6", "0003");

    expect((await resolve("verdict-6", { verdict: "refunded" })).json).toMatchObject({
      state: "refunded",
      transactionId,
    });
    expect((await resolve("verdict-7", { verdict: "refunded" })).json["code"]).toBe("evidence_contradicts");
  });

  test("resubmit sends what the provider shows nothing of with the same identifier, with its job", async () => {
    await plantReview("verdict-8", "0106");
    const answer = await resolve("verdict-8", { verdict: "resubmit" });

    expect(answer.json).toMatchObject({ state: "queued", attempt: 1, customIdentifier: "verdict-8" });
    expect(await producer.jobIds()).toContain("submit-verdict-8-1-1");
    const claimed = await producer.ledger.claim("verdict-8", 1, { leaseMs: 60_000, holdJitterMs: 0 });
    expect(claimed).toMatchObject({ kind: "claimed", record: { fence: 2 } });
  });

  test("resubmit makes the next attempt, with its job and a new identifier, once the last one cost nothing", async () => {
    await plantReview("verdict-14", "0003");
    await buy("verdict-14", "0003");
    const answer = await resolve("verdict-14", { verdict: "resubmit" });

    expect(answer.json).toMatchObject({ state: "queued", attempt: 2, customIdentifier: "verdict-14~2" });
    expect(await producer.jobIds()).toContain("submit-verdict-14-2-1");
  });

  test("resubmit takes no new identifier for a transaction that names another one, although its id was answered", async () => {
    await plantReview("verdict-15", "0003");
    const transactionId = await buy("somebody-elses", "0003");
    const review = await recordOf(producer.ledger, "verdict-15");
    await producer.ledger.move(review, { to: "review", because: "found-in-report", patch: { transactionId } });
    const answer = await resolve("verdict-15", { verdict: "resubmit" });

    expect(answer.json).toMatchObject({ state: "queued", attempt: 1, customIdentifier: "verdict-15" });
    const { transactionId: own, evidence } = await recordOf(producer.ledger, "verdict-15");
    expect({ own, evidence }).toEqual({ own: undefined, evidence: [{ attempt: 1, transactionId }] });
  });

  test.each(["failed", "resubmit", "refunded"])(
    "%s is refused while a transaction in evidence is paid that the report does not show yet",
    async (verdict) => {
      const reference = `verdict-11-${verdict}`;
      await plantReview(reference, "0108");
      if (verdict === "refunded") await buy(reference, "0003");
      const transactionId = await buy(`unseen-${verdict}`, "0108"); // Not in the report under our identifier.
      await producer.ledger.addEvidence(reference, 1, transactionId);
      const answer = await resolve(reference, { verdict });

      expect(answer.json).toMatchObject({
        code: "evidence_contradicts",
        detail: `The provider shows transaction ${transactionId} as SUCCESSFUL: it is or may be paid.`,
      });
    },
  );

  test("failed is refused while the provider knows nothing of a transaction that it once gave", async () => {
    await plantReview("verdict-12", "0109");
    await producer.ledger.addEvidence("verdict-12", 1, 99_999_998);
    const answer = await resolve("verdict-12", { verdict: "failed" });

    expect([answer.status, answer.json["detail"]]).toEqual([
      409,
      "The provider once gave transaction 99999998 and knows nothing of it now: it may be paid.",
    ]);
    expect((await producer.ledger.look("verdict-12"))?.record.state).toBe("review");
  });

  test("is not taken when evidence comes between the look at the provider and the move", async () => {
    await plantReview("verdict-13", "0110");
    const slowProvider = {
      transaction: async () => undefined,
      async transactionsOf() {
        await producer.ledger.addEvidence("verdict-13", 1, 99_999_997);
        return [];
      },
    };
    const log = createLogger({ name: "test", level: "silent" });
    const queues = { ringSubmit: async () => undefined };
    const timings = { SEND_DEADLINE_MS: 1, QUIET_MS: 1, FAILED_HOLD_MS: 1 };
    const parts = { ledger: producer.ledger, provider: slowProvider, queues, log, clock: systemClock, timings };
    const decide = resolveTopup(parts);
    const verdict = { verdict: "resubmit", force: false, by: "Ada", reason: "test" } as const;

    await expect(
      decide({ reference: "verdict-13", verdict, caller: "test", show: maskedTopupView }),
    ).rejects.toMatchObject({
      code: "state_conflict",
      details: { existing: { state: "review", evidence: [{ attempt: 1, transactionId: 99_999_997 }] } },
    });
  });

  test("two verdicts at the same time: one is taken", async () => {
    await plantReview("verdict-9", "0107");
    const answers = await Promise.all([
      resolve("verdict-9", { verdict: "failed" }),
      resolve("verdict-9", { verdict: "resubmit" }),
    ]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test.each([
    ["no person", { verdict: "failed", by: "" }, "/by"],
    ["no reason", { verdict: "failed", reason: " " }, "/reason"],
    ["succeeded without a transaction", { verdict: "succeeded" }, "/transactionId"],
    ["a verdict that does not exist", { verdict: "paid" }, "/verdict"],
  ])("is refused with %s", async (_, json, pointer) => {
    const answer = await resolve("verdict-9", json);

    expect(answer.status).toBe(422);
    expect(answer.json["errors"]).toEqual([expect.objectContaining({ pointer })]);
  });
});

describe("a verdict that cannot be checked", () => {
  test("waits until the quiet period is over", async () => {
    const patient = await startProducerUnderTest({ settings: { RELOADLY_URL: sandbox.url } });
    await patient.ledger.accept([{ reference: "early", request: topupRequest() }]);
    const claimed = await patient.ledger.claim("early", 1, { leaseMs: 60_000, holdJitterMs: 0 });
    if (claimed.kind !== "claimed") throw new Error(claimed.kind);
    await patient.ledger.move(claimed.record, endMove("review", "provider-row-differs"));
    const json = { verdict: "failed", by: "Ada", reason: "test" };
    const answer = await patient.call("POST", "/v1/topups/early/resolve", { json });
    await patient.close();

    expect(answer.json["code"]).toBe("state_conflict");
    expect(answer.json["detail"]).toContain("sent too recently");
  });

  test("is 503 and changes nothing when the provider is away", async () => {
    const alone = await startProducerUnderTest({ settings: NO_QUIET });
    await alone.ledger.accept([{ reference: "alone", request: topupRequest() }]);
    const claimed = await alone.ledger.claim("alone", 1, { leaseMs: 60_000, holdJitterMs: 0 });
    if (claimed.kind !== "claimed") throw new Error(claimed.kind);
    await alone.ledger.move(claimed.record, endMove("review", "unknown-too-often"));
    const json = { verdict: "failed", by: "Ada", reason: "test" };
    const answer = await alone.call("POST", "/v1/topups/alone/resolve", { json });
    const after = await alone.ledger.look("alone");
    const balance = await alone.call("GET", "/v1/balance");
    await alone.close();

    expect([answer.status, answer.json["code"]]).toEqual([503, "provider_unavailable"]);
    expect(after?.record.state).toBe("review");
    expect([balance.status, balance.headers.get("retry-after")]).toEqual([503, "2"]);
  });
});

test("the balance is the provider's, to the last digit", async () => {
  const { status, json } = await producer.call("GET", "/v1/balance");

  expect(status).toBe(200);
  expect(json["balance"]).toMatch(/^\d+(\.\d+)?$/);
  expect(json["currencyCode"]).toMatch(/^[A-Z]{3}$/);
});
